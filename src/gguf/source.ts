/** The file under a GGUF: positioned reads that either fill what they were given or say why not. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TokonomaError, messageOf } from '../errors.ts';

/** One read() takes at most 2 GiB - 1 on every platform; stay well below. */
const MAX_READ = 1 << 28;

export class FileSource {
  readonly path: string;
  /** Bytes, as of the opening. */
  readonly size: number;
  /** Time of the last change, nanoseconds since 1970. */
  readonly modified: bigint;
  #fd: number | undefined;

  /** @throws gguf-not-found when there is no such readable regular file. */
  constructor(path: string) {
    this.path = path;
    let fd: number | undefined;
    try {
      fd = openSync(path, 'r');
      const stat = fstatSync(fd, { bigint: true });
      if (!stat.isFile()) throw new Error('not a regular file');
      this.size = Number(stat.size);
      this.modified = stat.mtimeNs;
      this.#fd = fd;
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      throw new TokonomaError('gguf-not-found', `cannot open model file ${path}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Fills `into` (which may lie in WASM memory, shared or not) from byte `position` of the file. */
  read(position: number, into: Uint8Array): void {
    if (this.#fd === undefined) {
      throw new TokonomaError('gguf-closed', `${this.path} was closed before byte ${position} was read`);
    }
    let done = 0;
    while (done < into.length) {
      let n: number;
      try {
        n = readSync(this.#fd, into, done, Math.min(into.length - done, MAX_READ), position + done);
      } catch (error) {
        throw new TokonomaError(
          'gguf-unreadable',
          `cannot read ${this.path} at byte ${position + done}: ${messageOf(error)}`,
          { cause: error },
        );
      }
      if (n === 0) {
        throw new TokonomaError(
          'gguf-truncated',
          `${this.path} ends at byte ${position + done}, expected ${into.length - done} bytes more; download it again`,
        );
      }
      done += n;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
