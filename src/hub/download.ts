/**
 * One file from a server to the disk: goes on where it was cut off, tries again with patience, and counts as done only
 * when size and hash are right.
 */
import { rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import { RetryableError, shown, type HttpClient, type HttpResponse } from './http.ts';
import { Partial } from './partial.ts';

export interface Progress {
  /** `check`: reading what is there already. */
  readonly stage: 'check' | 'download';
  readonly done: number;
  /** Undefined where the server does not say. */
  readonly total: number | undefined;
}

export interface DownloadOptions {
  readonly url: URL;
  readonly token?: string | undefined;
  readonly client: HttpClient;
  readonly clock: Clock;
  /** Where the data gathers; what lies there from before is gone on with. */
  readonly partial: string;
  /** What the whole file must be, as far as it is known. */
  readonly expected: { readonly bytes?: number | undefined; readonly sha256?: string | undefined };
  /** ETag of the file the partial data is of; a server that has another by now sends all of its own. */
  readonly etag?: string | undefined;
  readonly onProgress?: (progress: Progress) => void;
  /** Something went wrong and is tried again: a line for people. */
  readonly onNotice?: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Downloaded {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Attempts that bring nothing new, before it is given up. */
const MAX_IDLE_ATTEMPTS = 6;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Servers may ask for more patience than that, but nobody watches a terminal longer. */
const LONGEST_ASKED_WAIT_MS = 120_000;

/** The data is not what it should be: thrown away, fetched once more. */
class WrongDataError extends Error {}

/**
 * Resolves when `partial` holds the whole file, synced to the disk; the caller gives it its name.
 * @throws TokonomaError `download-corrupt` (twice the wrong data; nothing of it is kept), `download-not-found`,
 * `download-denied`, `download-refused`, `download-failed` (the partial data is kept), `disk-full`, `cache-unwritable`
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  for (let attempt = 1; ; attempt++) {
    const partial = await Partial.open(
      options.partial,
      (done) => options.onProgress?.({ stage: 'check', done, total: options.expected.bytes }),
      options.signal,
    );
    try {
      const total = await withRetries(
        options,
        () => fetchRest(options, partial),
        () => partial.bytes,
      );
      const sha256 = await partial.finish();
      checkHash(options, sha256, total);
      return { bytes: total, sha256 };
    } catch (error) {
      if (!(error instanceof WrongDataError)) throw error;
      await partial.close();
      await rm(options.partial, { force: true });
      if (attempt === 2) {
        throw new TokonomaError(
          'download-corrupt',
          `${shown(options.url)}: ${error.message}, twice; nothing was kept. Try another mirror (--mirror URL or HF_ENDPOINT)`,
        );
      }
      options.onNotice?.(`${error.message}; once more from the start`);
    } finally {
      await partial.close().catch(() => {}); // closed above already, or of no more use
    }
  }
}

function checkHash({ expected }: DownloadOptions, sha256: string, bytes: number): void {
  if (expected.sha256 === undefined || expected.sha256 === sha256) return;
  throw new WrongDataError(`${bytes} bytes came, but their SHA-256 is ${sha256}, expected ${expected.sha256}`);
}

/**
 * Repeats `work` as long as it is worth it: with growing waits, and ever again while `progress` grows.
 * @throws TokonomaError `download-failed`
 */
export async function withRetries<T>(
  { clock, onNotice, signal }: Pick<DownloadOptions, 'clock' | 'onNotice' | 'signal'>,
  work: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  let best = progress();
  for (let idle = 1; ; idle++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      // A server that cannot resume starts at 0 again: only what is new counts as a step forward.
      if (progress() > best) idle = 1;
      best = Math.max(best, progress());
      if (idle === MAX_IDLE_ATTEMPTS) {
        throw new TokonomaError(
          'download-failed',
          `${error.message}; given up after ${idle} attempts. What has come is kept: the same command goes on from there`,
          { cause: error },
        );
      }
      const patience = Math.min(FIRST_WAIT_MS * 2 ** (idle - 1), LONGEST_WAIT_MS);
      const wait = Math.min(error.retryAfterMs ?? patience, LONGEST_ASKED_WAIT_MS);
      onNotice?.(`${error.message}; trying again in ${(wait / 1000).toFixed(1)} s`);
      await clock.sleep(wait, signal);
    }
  }
}

/** Appends what is missing; resolves to the size of the whole file. */
async function fetchRest(options: DownloadOptions, partial: Partial): Promise<number> {
  const { expected, url, token, client, signal, etag } = options;
  if (expected.bytes !== undefined && partial.bytes === expected.bytes) return expected.bytes;
  if (expected.bytes !== undefined && partial.bytes > expected.bytes) await partial.reset();

  const from = partial.bytes;
  const headers = from > 0 ? { range: `bytes=${from}-`, ...(etag !== undefined && { 'if-range': etag }) } : {};
  const response = await client.send({ method: 'GET', url, headers, token, signal });
  try {
    const total = await accept(response, partial, expected.bytes);
    if (total === 'complete') return partial.bytes;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      await partial.append(chunk);
      if (total !== undefined && partial.bytes > total) {
        throw new WrongDataError(`more than the announced ${total} bytes came`);
      }
      options.onProgress?.({ stage: 'download', done: partial.bytes, total });
    }
    if (total !== undefined && partial.bytes < total) {
      throw new RetryableError(`${shown(url)}: the connection ended at byte ${partial.bytes} of ${total}`);
    }
    return partial.bytes;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof TokonomaError || error instanceof RetryableError || error instanceof WrongDataError)
      throw error;
    throw new RetryableError(`${shown(url)}: the connection broke at byte ${partial.bytes} (${messageOf(error)})`);
  } finally {
    response.body.destroy();
  }
}

/** Makes partial data and response fit together; the size of the whole file, where somebody knows it. */
async function accept(
  { status, headers, url }: HttpResponse,
  partial: Partial,
  expectedBytes: number | undefined,
): Promise<number | undefined | 'complete'> {
  const range = contentRange(headers);
  if (status === 416) {
    if (expectedBytes === undefined && range?.total === partial.bytes && partial.bytes > 0) return 'complete';
    await partial.reset();
    throw new RetryableError(`${shown(url)}: the server has no such part of the file (416)`);
  }
  if (status !== 200 && status !== 206) throw statusError(status, headers, url);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new TokonomaError(
      'download-refused',
      `${shown(url)} comes with content-encoding ${encoding}; it must come as it is`,
    );
  }
  if (status === 206 && range?.start !== partial.bytes) {
    await partial.reset();
    throw new RetryableError(`${shown(url)}: the server sent another part of the file than was asked for`);
  }
  // 200: all of it, from the start, whatever was asked for.
  if (status === 200) await partial.reset();
  const length = status === 200 ? number(headers['content-length']) : range?.total;
  if (expectedBytes !== undefined && length !== undefined && length !== expectedBytes) {
    throw new WrongDataError(`the server has a file of ${length} bytes, expected ${expectedBytes}`);
  }
  return expectedBytes ?? length;
}

/** The error for a status that is no success. */
export function statusError(status: number, headers: IncomingHttpHeaders, url: URL): Error {
  const where = shown(url);
  if (status === 401 || status === 403) {
    const advice =
      'either it does not exist, or it is private or gated and needs an access token in HF_TOKEN and consent on the hub';
    return new TokonomaError('download-denied', `${where} may not be read (${status}); ${advice}`);
  }
  if (status === 404 || status === 410) {
    return new TokonomaError(
      'download-not-found',
      `${where} does not exist (${status}); check owner, repository, file and revision`,
    );
  }
  if (status >= 500 || [408, 425, 429].includes(status)) {
    return new RetryableError(`${where}: the server answers ${status}`, retryAfterMs(headers['retry-after']));
  }
  return new TokonomaError('download-refused', `${where}: the server answers ${status}`);
}

/** Seconds; the form with a date is left to our own patience. */
function retryAfterMs(value: string | undefined): number | undefined {
  const seconds = number(value);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** `bytes 5-9/10`, `bytes 5-9/*`, and of a 416 `bytes * /10` without the space (RFC 9110, 14.4). */
function contentRange(
  headers: IncomingHttpHeaders,
): { start?: number | undefined; total?: number | undefined } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  return match ? { start: number(match[1]), total: number(match[2]) } : undefined;
}

export function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
