/**
 * The cache of Hugging Face's own tools, so that a file is on a disk only once:
 * `models--owner--repo/{blobs/<sha256>, snapshots/<commit>/<file> -> ../../blobs/<sha256>, refs/<branch>}`.
 */
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Environment } from './proxy.ts';

export interface CachedFile {
  readonly path: string;
  readonly repo: string;
  /** Path in the repository. */
  readonly file: string;
  /** Name of the snapshot: a commit. */
  readonly commit: string;
  readonly bytes: number;
  /** As the name of its blob says; undefined where the cache holds copies instead of links. */
  readonly sha256?: string;
}

export interface Installation {
  readonly repo: string;
  /** Path in the repository. */
  readonly file: string;
  /** Commit, or whatever names the snapshot. */
  readonly commit: string;
  /** Branch or tag that stands for the commit. */
  readonly ref?: string;
  readonly sha256: string;
}

const COPIES_INSTEAD_OF_LINKS = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

export class HubCache {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** Where huggingface_hub looks: HF_HUB_CACHE, HF_HOME/hub, XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub. */
  static fromEnvironment(env: Environment): HubCache {
    const home = env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface');
    const root = env['HF_HUB_CACHE'] || join(home, 'hub');
    return new HubCache(root.replace(/^~(?=\/|$)/, homedir()));
  }

  /** Where the file of this hash lies once it is complete. */
  blob(repo: string, sha256: string): string {
    return join(this.#folder(repo), 'blobs', sha256);
  }

  /** The same file while it is under way; `key` is its hash or what else stands for its content. */
  partial(repo: string, key: string): string {
    return `${this.blob(repo, key)}.incomplete`;
  }

  /** @throws TokonomaError `cache-unwritable` */
  makeFolders(repo: string): void {
    this.#writing(() => fs.mkdirSync(join(this.#folder(repo), 'blobs'), { recursive: true }));
  }

  /** Path of an installed file by its hash; undefined when there is none. Its content is as good as its name. */
  find(repo: string, file: string, sha256: string): string | undefined {
    const found = this.#filesOf(repo).filter((cached) => cached.file === file);
    const blob = this.blob(repo, sha256);
    return (
      found.find((cached) => cached.sha256 === sha256)?.path ??
      (fs.existsSync(blob) ? blob : undefined) ??
      found.find((cached) => cached.sha256 === undefined)?.path
    );
  }

  /** Path of the file as of a commit, branch or tag; as last installed where the cache knows no such branch. */
  findRevision(repo: string, file: string, revision: string): string | undefined {
    const found = this.#filesOf(repo).filter((cached) => cached.file === file);
    const commit = readText(join(this.#folder(repo), 'refs', ...revision.split('/')))?.trim() ?? revision;
    const exact = found.find((cached) => cached.commit === commit)?.path;
    return exact ?? (revision === 'main' ? found[0]?.path : undefined);
  }

  /**
   * Gives a complete and checked file its name and returns its path. `complete` is moved; it may be the blob itself.
   * @throws TokonomaError `cache-unwritable`
   */
  install(complete: string, { repo, file, commit, ref, sha256 }: Installation): string {
    const blob = this.blob(repo, sha256);
    const snapshot = join(this.#folder(repo), 'snapshots', commit, ...file.split('/'));
    return this.#writing(() => {
      if (complete !== blob) fs.renameSync(complete, blob);
      fs.mkdirSync(dirname(snapshot), { recursive: true });
      this.#link(blob, snapshot);
      if (ref !== undefined && ref !== commit) this.#writeRef(repo, ref, commit);
      // Power may go at any time: names must be as durable as the data they stand for.
      for (const folder of [dirname(blob), dirname(snapshot)]) syncFolder(folder);
      return snapshot;
    });
  }

  /** Every GGUF file, each content once, in the order of repositories and names. */
  list(): CachedFile[] {
    const seen = new Set<string>();
    return readFolder(this.root)
      .filter((name) => name.startsWith('models--'))
      .sort()
      .flatMap((name) => this.#filesOf(name.slice('models--'.length).replace('--', '/')))
      .filter(({ file }) => file.toLowerCase().endsWith('.gguf'))
      .filter(({ path }) => {
        const real = fs.realpathSync(path);
        return !seen.has(real) && seen.add(real);
      });
  }

  #folder(repo: string): string {
    return join(this.root, `models--${repo.replaceAll('/', '--')}`);
  }

  /** All files of all snapshots, those of the newest snapshot first. Links to nowhere are left out. */
  #filesOf(repo: string): CachedFile[] {
    const snapshots = join(this.#folder(repo), 'snapshots');
    const newestFirst = readFolder(snapshots)
      .map((commit) => ({ commit, snapshot: join(snapshots, commit) }))
      .sort((a, b) => changed(b.snapshot) - changed(a.snapshot));
    return newestFirst.flatMap(({ commit, snapshot }) =>
      walk(snapshot).flatMap((path): CachedFile[] => {
        const stat = statOf(path);
        if (stat?.isFile() !== true) return [];
        const file = relative(snapshot, path).replaceAll('\\', '/');
        const blob = basename(fs.realpathSync(path));
        return [{ path, repo, file, commit, bytes: stat.size, ...(/^[0-9a-f]{64}$/.test(blob) && { sha256: blob }) }];
      }),
    );
  }

  /** A relative link; where the file system has none, the file itself moves into the snapshot, as in huggingface_hub. */
  #link(blob: string, snapshot: string): void {
    if (blob === snapshot) return;
    const pending = `${snapshot}.${process.pid}.link`;
    try {
      fs.rmSync(pending, { force: true });
      fs.symlinkSync(relative(dirname(snapshot), blob), pending);
    } catch (error) {
      if (!COPIES_INSTEAD_OF_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      fs.renameSync(blob, snapshot);
      return;
    }
    fs.renameSync(pending, snapshot);
  }

  #writeRef(repo: string, ref: string, commit: string): void {
    const path = join(this.#folder(repo), 'refs', ...ref.split('/'));
    fs.mkdirSync(dirname(path), { recursive: true });
    const pending = `${path}.${process.pid}`;
    fs.writeFileSync(pending, commit);
    fs.renameSync(pending, path);
  }

  #writing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new TokonomaError(
        'cache-unwritable',
        `cannot write to the model cache ${this.root}: ${messageOf(error)}; HF_HOME says where else it may be`,
        { cause: error },
      );
    }
  }
}

function readFolder(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // No cache, no files.
  }
}

function readText(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Of what a link leads to; undefined when that is nothing, or itself. */
function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch {
    return undefined;
  }
}

function changed(path: string): number {
  return statOf(path)?.mtimeMs ?? 0;
}

/** Links are listed, never followed: a snapshot that links to its own folder has an end. */
function walk(folder: string): string[] {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function syncFolder(folder: string): void {
  try {
    const fd = fs.openSync(folder, 'r');
    fs.fsyncSync(fd);
    fs.closeSync(fd);
  } catch {
    // Windows cannot; the file is there all the same.
  }
}
