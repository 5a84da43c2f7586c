/** The models that are on this machine: those of the package, and what lies in Hugging Face's cache. */
import { statSync } from 'node:fs';
import type { CachedFile, HubCache } from './cache.ts';
import { CATALOG, recognize, type CatalogFile } from './catalog.ts';
import { PACKAGED } from './resolve.ts';

export interface InstalledModel {
  /** What --model takes. */
  readonly name: string;
  readonly state: 'packaged' | 'installed';
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly note: string | null;
}

export function installedModels(cache: HubCache, catalog: readonly CatalogFile[] = CATALOG): InstalledModel[] {
  const packaged = Object.entries(PACKAGED).map(([name, path]): InstalledModel => ({
    name,
    state: 'packaged',
    path,
    bytes: statSync(path).size,
    sha256: null,
    note: null,
  }));
  const installed = cache.list().map((file): InstalledModel => {
    const { path, bytes, sha256 = null } = file;
    return { ...nameOf(file, catalog), state: 'installed', path, bytes, sha256 };
  });
  return [...packaged, ...installed];
}

/** By the hash in the cache; a file nobody knows goes by its address. */
function nameOf(
  { repo, file, sha256 }: CachedFile,
  catalog: readonly CatalogFile[],
): { name: string; note: string | null } {
  const known = sha256 === undefined ? undefined : recognize(sha256, catalog);
  if (known === undefined) return { name: `hf:${repo}/${file}`, note: null };
  return { name: known.model.name, note: known.current ? null : `an older upload, ${file}` };
}
