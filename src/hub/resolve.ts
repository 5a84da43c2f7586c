/** From what `--model` says to the path of a file. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TokonomaError } from '../errors.ts';
import { HubCache } from './cache.ts';
import { CATALOG, findByName, type CatalogFile } from './catalog.ts';
import type { Environment } from './proxy.ts';
import { parseSource } from './source.ts';

/** Models that come with the package. */
export const PACKAGED: Readonly<Record<string, string>> = {
  seedling: fileURLToPath(new URL('../../../src/seedling/seedling.gguf', import.meta.url)),
};

export interface ResolveOptions {
  readonly env?: Environment;
  readonly catalog?: readonly CatalogFile[];
}

/**
 * A packaged model, an installed one of the catalog or by its `hf:` address, or else a path, which is not looked at.
 * @throws TokonomaError `model-not-installed`, `model-unknown`, `model-architecture`, `bad-model-address`
 */
export function resolveModel(name: string, { env = process.env, catalog = CATALOG }: ResolveOptions = {}): string {
  const packaged = Object.hasOwn(PACKAGED, name) ? PACKAGED[name] : undefined;
  if (packaged !== undefined) return packaged;
  const isName = name.startsWith('hf:') || findByName(name, catalog) !== undefined;
  if (!isName && looksLikePath(name)) return name;
  // A word that is neither: better to say which names there are than that it cannot be opened.
  const source = parseSource(name, catalog);
  const installed = installedPath(name, HubCache.fromEnvironment(env), catalog);
  if (installed !== undefined) return installed;
  throw new TokonomaError('model-not-installed', `${source.name} is not installed: tokonoma pull ${source.name}`);
}

/** Also an older upload of the same model counts. Undefined when there is none. */
export function installedPath(name: string, cache: HubCache, catalog = CATALOG): string | undefined {
  const { repo, file, revision, known } = parseSource(name, catalog);
  if (known === undefined) return cache.findRevision(repo, file, revision);
  return [known, ...known.others].map((upload) => cache.find(repo, upload.file, upload.sha256)).find(Boolean);
}

function looksLikePath(name: string): boolean {
  return /[/\\]/.test(name) || name.toLowerCase().endsWith('.gguf') || existsSync(name);
}
