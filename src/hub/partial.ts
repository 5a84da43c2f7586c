/** A file that grows while its hash is kept: what a download leaves when it is cut off, and goes on with. */
import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { TokonomaError, messageOf } from '../errors.ts';

const CHUNK = 1 << 20;

export class Partial {
  readonly path: string;
  #file: FileHandle;
  #hash: Hash = createHash('sha256');
  #bytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Opens or creates the file and hashes what it holds: the disk is believed, not a memory of what was written.
   * @throws TokonomaError `cache-unwritable`
   */
  static async open(path: string, onHashed: (bytes: number) => void, signal?: AbortSignal): Promise<Partial> {
    const file = await open(path, 'a+').catch((error: unknown) => {
      throw writeError(path, error);
    });
    const partial = new Partial(path, file);
    try {
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (;;) {
        signal?.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, CHUNK, partial.#bytes);
        if (bytesRead === 0) return partial;
        partial.#hash.update(buffer.subarray(0, bytesRead));
        partial.#bytes += bytesRead;
        onHashed(partial.#bytes);
      }
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws TokonomaError `disk-full`, `cache-unwritable` */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      // The file is open for appending: a position is neither needed nor heeded.
      for (let at = 0; at < chunk.length;) at += (await this.#file.write(chunk, at)).bytesWritten;
    } catch (error) {
      throw writeError(this.path, error);
    }
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** From the start again. */
  async reset(): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = createHash('sha256');
    this.#bytes = 0;
  }

  /** The hash of all there is, in lower-case hex; the data is then on the disk, not only on its way there. */
  async finish(): Promise<string> {
    try {
      await this.#file.sync();
    } catch (error) {
      throw writeError(this.path, error);
    }
    return this.#hash.copy().digest('hex');
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function writeError(path: string, error: unknown): TokonomaError {
  const code = (error as NodeJS.ErrnoException).code;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const advice = full ? 'make room and pull again: what is there is kept' : 'HF_HOME says where else the cache may be';
  return new TokonomaError(
    full ? 'disk-full' : 'cache-unwritable',
    `cannot write ${path}: ${messageOf(error)}; ${advice}`,
    { cause: error },
  );
}

/** SHA-256 of a file, lower-case hex, read in pieces. */
export async function hashFile(
  path: string,
  onHashed: (bytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new TokonomaError('gguf-not-found', `cannot open model file ${path}: ${messageOf(error)}`, { cause: error });
  });
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let done = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, CHUNK, done);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
      done += bytesRead;
      onHashed(done);
    }
  } catch (error) {
    if (signal?.aborted || error instanceof TokonomaError) throw error;
    throw new TokonomaError('gguf-unreadable', `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  } finally {
    await file.close();
  }
}
