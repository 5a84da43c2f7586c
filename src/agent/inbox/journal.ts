/**
 * An append-only file of records, as lines.ts writes them. `append` resolves when the record is on the disk; records that
 * come in while the disk is busy share one sync. What could not be written is cut off again, so that what failed once
 * (a full disk, a failed sync) neither tears what comes after it nor comes back at the next start.
 */
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { TokonomaError, messageOf } from '../../errors.ts';
import { linesOf, readLines, type ReadLines } from './lines.ts';

/** What a test may break. */
export type OpenFile = typeof fs.open;

export class Journal<T extends object> {
  readonly #path: string;
  readonly #open: OpenFile;
  #file: fs.FileHandle | undefined;
  /** Bytes of the file that are on the disk and whole. */
  #size = 0;
  /** The number of its last record. */
  #number = 0;
  /** The last write failed: what it left is to be cut off. */
  #torn = false;
  /** The last of the writes, which run one after the other. */
  #tail: Promise<void> = Promise.resolve();
  /** Records that wait for their turn, with the promise of it. */
  #batch: { readonly records: T[]; readonly done: Promise<void> } | undefined;
  #closed = false;

  constructor(file: string, open: OpenFile = fs.open) {
    this.#path = file;
    this.#open = open;
  }

  /** Bytes in the file, for deciding when to rewrite it. */
  get size(): number {
    return this.#size;
  }

  /** What is in the file; an absent one is empty. Throws `journal-failed`. */
  async read(): Promise<ReadLines<T>> {
    try {
      return readLines<T>(await fs.readFile(this.#path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], gaps: [], damaged: 0 };
      throw this.#failed('read', error);
    }
  }

  /** Replaces the file by these records, at once or not at all, and opens it for appending. Throws `journal-failed`. */
  rewrite(records: readonly T[]): Promise<void> {
    this.#batch = undefined;
    const text = records.map((record, i) => linesOf(record, i + 1)).join('');
    return this.#enqueue(() => this.#replace(text, records.length));
  }

  /** Resolves when the record would survive a power cut. Throws `journal-failed`. */
  append(record: T): Promise<void> {
    if (this.#batch === undefined) {
      const records: T[] = [];
      const done = this.#enqueue(() => {
        if (this.#batch?.records === records) this.#batch = undefined;
        return this.#write(records);
      });
      this.#batch = { records, done };
    }
    this.#batch.records.push(record);
    return this.#batch.done;
  }

  /** What was appended before is written; what is appended later fails. */
  close(): Promise<void> {
    this.#batch = undefined;
    return this.#enqueue(async () => {
      this.#closed = true;
      await this.#file?.close();
      this.#file = undefined;
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #write(records: readonly T[]): Promise<void> {
    try {
      if (this.#closed) throw new Error('it is closed');
      if (this.#torn || this.#file === undefined) await this.#mend();
      const bytes = Buffer.from(records.map((record, i) => linesOf(record, this.#number + 1 + i)).join(''));
      this.#torn = true;
      await this.#file!.appendFile(bytes);
      await this.#file!.datasync();
      this.#torn = false;
      this.#size += bytes.length;
      this.#number += records.length;
    } catch (error) {
      if (this.#torn) await this.#mend().catch(() => undefined);
      throw this.#failed('write', error);
    }
  }

  /**
   * Cuts off what a failed write left, in a file opened anew: after a failed sync the kernel may take pages for written
   * that are not, and what was synced before them is all that counts.
   */
  async #mend(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    const file = await this.#open(this.#path, 'a', 0o600);
    try {
      await file.truncate(this.#size);
      await file.sync();
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#file = file;
    this.#torn = false;
  }

  async #replace(text: string, records: number): Promise<void> {
    const fresh = `${this.#path}.new`;
    try {
      await fs.mkdir(path.dirname(this.#path), { recursive: true });
      const file = await this.#open(fresh, 'w', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.rename(fresh, this.#path);
    } catch (error) {
      // The old one is still there, and still good.
      await fs.rm(fresh, { force: true }).catch(() => undefined);
      throw this.#failed('write', error);
    }
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    this.#size = Buffer.byteLength(text);
    this.#number = records;
    this.#torn = false;
    await syncFolder(path.dirname(this.#path));
    this.#file = await this.#open(this.#path, 'a', 0o600).catch((error: unknown) => {
      throw this.#failed('open', error);
    });
  }

  #failed(what: string, error: unknown): TokonomaError {
    const message = `cannot ${what} ${this.#path}: ${messageOf(error)}; check the disk and the rights of the folder`;
    return new TokonomaError('journal-failed', message, { cause: error });
  }
}

/** The rename itself must survive a power cut; not every platform can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
