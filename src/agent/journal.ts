/**
 * An append-only file of JSON lines. `append` resolves when the line is on the disk; lines that come in while the disk is
 * busy share one sync. A line torn by a crash is left out when reading, as it was never acknowledged.
 */
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { TokonomaError, messageOf } from '../errors.ts';

export class Journal<T extends object> {
  readonly #path: string;
  #file: FileHandle | undefined;
  /** The last of the writes, which run one after the other. */
  #tail: Promise<void> = Promise.resolve();
  /** Lines that wait for their turn, with the promise of it. */
  #batch: { readonly lines: string[]; readonly done: Promise<void> } | undefined;
  #lines = 0;

  constructor(file: string) {
    this.#path = file;
  }

  /** Lines in the file, for deciding when to compact it. */
  get lines(): number {
    return this.#lines;
  }

  /** The records of the file; `torn` counts lines that are no JSON objects. An absent file has none. */
  async read(): Promise<{ records: T[]; torn: number }> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], torn: 0 };
      throw this.#failed('read', error);
    }
    const records: T[] = [];
    let torn = 0;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      try {
        records.push(JSON.parse(line) as T);
      } catch {
        torn++;
      }
    }
    return { records, torn };
  }

  /** Replaces the file by these records, at once or not at all, and opens it for appending. */
  rewrite(records: readonly T[]): Promise<void> {
    this.#batch = undefined;
    this.#lines = records.length;
    const text = records.map(lineOf).join('');
    return this.#enqueue(() => this.#replace(text));
  }

  /** Resolves when the record would survive a power cut. */
  append(record: T): Promise<void> {
    if (this.#batch === undefined) {
      const lines: string[] = [];
      const done = this.#enqueue(() => {
        if (this.#batch?.lines === lines) this.#batch = undefined;
        return this.#write(lines.join(''));
      });
      this.#batch = { lines, done };
    }
    this.#batch.lines.push(lineOf(record));
    this.#lines++;
    return this.#batch.done;
  }

  async close(): Promise<void> {
    await this.#tail;
    await this.#file?.close();
    this.#file = undefined;
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #write(text: string): Promise<void> {
    try {
      if (this.#file === undefined) throw new Error('it is not open');
      await this.#file.appendFile(text);
      await this.#file.datasync();
    } catch (error) {
      throw this.#failed('write', error);
    }
  }

  async #replace(text: string): Promise<void> {
    const fresh = `${this.#path}.new`;
    try {
      await this.#file?.close();
      this.#file = undefined;
      await mkdir(path.dirname(this.#path), { recursive: true });
      const file = await open(fresh, 'w', 0o600);
      await file.writeFile(text);
      await file.sync();
      await file.close();
      await rename(fresh, this.#path);
      await syncFolder(path.dirname(this.#path));
      this.#file = await open(this.#path, 'a', 0o600);
    } catch (error) {
      await rm(fresh, { force: true });
      throw this.#failed('write', error);
    }
  }

  #failed(what: string, error: unknown): TokonomaError {
    return new TokonomaError(
      'journal-failed',
      `cannot ${what} ${this.#path}: ${messageOf(error)}; check the disk and the rights of the folder`,
      {
        cause: error,
      },
    );
  }
}

const lineOf = (record: object): string => `${JSON.stringify(record)}\n`;

/** The rename itself must survive a power cut; not every platform can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
