/** From a name to a file in the cache: what it must be, whether it is there, whether there is room, and the download. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { TokonomaError } from '../errors.ts';
import type { HubCache } from './cache.ts';
import { CATALOG, type CatalogFile } from './catalog.ts';
import { download, number, statusError, withRetries, type DownloadOptions, type Progress } from './download.ts';
import { HttpClient } from './http.ts';
import { lockFile } from './lock.ts';
import { hashFile } from './partial.ts';
import type { Environment } from './proxy.ts';
import { parseSource, type ModelSource } from './source.ts';
import { mib } from '../size.ts';

export interface HubOptions {
  readonly env: Environment;
  readonly cache: HubCache;
  readonly clock: Clock;
  readonly client?: HttpClient;
  readonly catalog?: readonly CatalogFile[];
  /** Bytes that may still be written below a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export interface PullOptions {
  /** In place of huggingface.co: the root of a mirror, or (`….gguf`) the very file. The token does not go there. */
  readonly mirror?: string | undefined;
  readonly onProgress?: (progress: Progress) => void;
  /** Lines for people: what is tried again, what was found. */
  readonly onNotice?: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Pulled {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What the hub says of a file before it is fetched. */
interface Facts {
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
  readonly commit?: string | undefined;
  readonly etag?: string | undefined;
}

const DEFAULT_ENDPOINT = 'https://huggingface.co';
const COMMIT = /^[0-9a-f]{40}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** What a file system needs for itself when the file is written. */
const DISK_MARGIN = 16 << 20;

export class Hub {
  readonly #options: Required<HubOptions>;

  constructor(options: HubOptions) {
    this.#options = {
      client: new HttpClient({ env: options.env }),
      catalog: CATALOG,
      freeBytes: async (folder) => {
        const { bavail, bsize } = await statfs(folder);
        return bavail * bsize;
      },
      ...options,
    };
  }

  /**
   * Brings a model into the cache, whole and checked, or not at all.
   * @throws TokonomaError `model-unknown`, `bad-model-address`, `model-architecture`, `bad-endpoint`, `bad-proxy`,
   * `download-…` (see download.ts), `download-changed`, `download-busy`, `download-offline`, `disk-full`, `cache-unwritable`
   */
  async pull(name: string, options: PullOptions = {}): Promise<Pulled> {
    const source = parseSource(name, this.#options.catalog);
    const { known } = source;
    const there = known && (await this.#installed(source, known, options));
    if (there !== undefined) return there;
    this.#refuseOffline(name);

    const { url, token } = this.#address(source, options.mirror);
    const facts = await this.#learn(source, url, token, options);
    const commit = facts.commit ?? snapshotName(source.revision);
    const ref = commit === source.revision ? undefined : source.revision;
    const { bytes, sha256 } = facts;
    if (known === undefined && sha256 !== undefined) {
      const same = await this.#installed(source, { bytes, sha256 }, options);
      if (same !== undefined) return same;
    }

    const { cache } = this.#options;
    const { repo, file } = source;
    cache.makeFolders(repo);
    const partial = cache.partial(repo, sha256 ?? keyOf(url, facts));
    const unlock = lockFile(partial);
    try {
      // Without hash and ETag nobody can tell whether what is there belongs to the file that the server has now.
      if (sha256 === undefined && facts.etag === undefined) await rm(partial, { force: true });
      await this.#checkRoom(partial, bytes);
      const expected = { bytes, sha256 };
      const { etag } = facts;
      const got = await download({ ...this.#options, ...options, url, token, partial, expected, etag });
      if (sha256 === undefined) await checkMagic(partial, url, options);
      const path = cache.install(partial, {
        repo,
        file,
        commit,
        ...(ref !== undefined && { ref }),
        sha256: got.sha256,
      });
      return { name: source.name, path, ...got };
    } finally {
      unlock();
    }
  }

  /** What is in the cache already, if it is right; what is not right is taken away. */
  async #installed(
    { name, repo, file, revision }: ModelSource,
    { bytes, sha256 }: { bytes?: number | undefined; sha256: string },
    { onProgress, onNotice, signal }: PullOptions,
  ): Promise<Pulled | undefined> {
    const { cache } = this.#options;
    const path = cache.find(repo, file, sha256);
    if (path === undefined) return undefined;
    const size = fs.statSync(path).size;
    const found =
      bytes === undefined || size === bytes
        ? await hashFile(path, (done) => onProgress?.({ stage: 'check', done, total: size }), signal)
        : undefined;
    if (found !== sha256) {
      onNotice?.(`${path} is damaged: it is fetched again`);
      const blob = cache.blob(repo, sha256);
      if (fs.existsSync(blob)) await rm(blob);
      return undefined;
    }
    // A blob that lost its snapshot gets one.
    const named =
      path === cache.blob(repo, sha256)
        ? cache.install(path, { repo, file, commit: snapshotName(revision), sha256 })
        : path;
    return { name, path: named, bytes: size, sha256 };
  }

  /** Where the file is, and who we say we are there. */
  #address({ repo, revision, file }: ModelSource, mirror: string | undefined): { url: URL; token: string | undefined } {
    const { env } = this.#options;
    const base = mirror ?? (env['HF_ENDPOINT'] || DEFAULT_ENDPOINT);
    const option = mirror === undefined ? 'HF_ENDPOINT' : '--mirror';
    const root = URL.canParse(base) ? new URL(base) : undefined;
    if (root === undefined || !/^https?:$/.test(root.protocol)) {
      throw new TokonomaError(
        'bad-endpoint',
        `${option} is no http:// or https:// URL; write for example https://hf-mirror.com`,
      );
    }
    const encoded = [
      ...repo.split('/'),
      'resolve',
      encodeURIComponent(revision),
      ...file.split('/').map(encodeURIComponent),
    ];
    const isFile = mirror !== undefined && root.pathname.toLowerCase().endsWith('.gguf');
    const url = isFile ? root : new URL(`${root.href.replace(/\/*$/, '')}/${encoded.join('/')}`);
    const token = mirror === undefined ? env['HF_TOKEN']?.trim() || undefined : undefined;
    if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
      throw new TokonomaError('bad-endpoint', 'HF_TOKEN contains characters that no access token has');
    }
    return { url, token };
  }

  /** Size, hash and commit: from the catalog, and from the headers the hub gives with a file (X-Linked-ETag, …). */
  async #learn(source: ModelSource, url: URL, token: string | undefined, options: PullOptions): Promise<Facts> {
    const { known, revision } = source;
    if (known !== undefined && COMMIT.test(revision)) return { bytes: known.bytes, sha256: known.sha256 };
    const facts = await withRetries({ ...this.#options, ...options }, () => this.#probe(url, token, options.signal));
    const commit = facts.commit ?? (COMMIT.test(revision) ? revision : undefined);
    if (known === undefined) return { ...facts, commit };
    if (facts.sha256 !== undefined && facts.sha256 !== known.sha256) {
      throw new TokonomaError(
        'download-changed',
        `${source.repo} now has another ${known.file} (SHA-256 ${facts.sha256}) than the one this version knows; ` +
          `update tokonoma, or take it as it is: tokonoma pull hf:${source.repo}/${known.file}`,
      );
    }
    return { bytes: known.bytes, sha256: known.sha256, commit };
  }

  async #probe(url: URL, token: string | undefined, signal: AbortSignal | undefined): Promise<Facts> {
    // The hub redirects to storage whose signed address is good for GET only, and says all before that.
    const isEnough = (response: { headers: NodeJS.Dict<string | string[]> }): boolean =>
      response.headers['x-linked-size'] !== undefined || response.headers['x-linked-etag'] !== undefined;
    const {
      status,
      headers,
      body,
      url: end,
    } = await this.#options.client.send({ method: 'HEAD', url, token, signal, isEnough });
    body.destroy();
    if (status === 405 || status === 501) return {}; // A server without HEAD: we shall see.
    if (status >= 400) throw statusError(status, headers, end);
    const linked = unquote(text(headers['x-linked-etag']));
    const isRedirect = status >= 300;
    const etag = isRedirect ? undefined : headers.etag;
    const commit = text(headers['x-repo-commit']);
    return {
      bytes: number(text(headers['x-linked-size'])) ?? (isRedirect ? undefined : number(headers['content-length'])),
      sha256: linked !== undefined && SHA256.test(linked) ? linked : undefined,
      // A weak ETag promises less than equal bytes (RFC 9110, 8.8.1).
      etag: etag?.startsWith('W/') ? undefined : etag,
      commit: commit !== undefined && COMMIT.test(commit) ? commit : undefined,
    };
  }

  async #checkRoom(partial: string, bytes: number | undefined): Promise<void> {
    if (bytes === undefined) return;
    const { cache, freeBytes } = this.#options;
    const there = fs.existsSync(partial) ? fs.statSync(partial).size : 0;
    const missing = bytes - there;
    if (missing <= 0) return;
    const free = await freeBytes(cache.root);
    if (free >= missing + DISK_MARGIN) return;
    throw new TokonomaError(
      'disk-full',
      `${mib(missing)} are to be written to ${cache.root}, but only ${mib(free)} are free there; ` +
        'make room, or let HF_HOME point to a larger disk',
    );
  }

  #refuseOffline(name: string): void {
    const value = this.#options.env['HF_HUB_OFFLINE']?.toLowerCase();
    if (value === undefined || ['', '0', 'false', 'no', 'off'].includes(value)) return;
    throw new TokonomaError('download-offline', `${name} is not in the cache, and HF_HUB_OFFLINE forbids to fetch it`);
  }
}

/** Where nobody tells the commit, the branch names the snapshot, which is a single folder. */
function snapshotName(revision: string): string {
  return revision.replaceAll('/', '--');
}

/** Name of partial data whose hash nobody knows: another for each version of the file. */
function keyOf(url: URL, { etag, bytes }: Facts): string {
  return createHash('sha256')
    .update(JSON.stringify([url.href, etag, bytes]))
    .digest('hex')
    .slice(0, 40);
}

/** Where no hash protects us, at least no sign-in page of a hotel becomes a model. */
async function checkMagic(path: string, url: URL, { onNotice }: Pick<DownloadOptions, 'onNotice'>): Promise<void> {
  const start = Buffer.alloc(4);
  const fd = fs.openSync(path, 'r');
  fs.readSync(fd, start, 0, 4, 0);
  fs.closeSync(fd);
  if (start.toString('latin1') !== 'GGUF') {
    await rm(path, { force: true });
    throw new TokonomaError(
      'download-corrupt',
      `${url.origin}${url.pathname} does not begin with "GGUF": what came is no model file; nothing was kept`,
    );
  }
  onNotice?.('the server gave no SHA-256 to check the file against; `tokonoma verify` looks at its structure');
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function unquote(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}
