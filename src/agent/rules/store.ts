/**
 * Entries that survive a restart, in a journal of versioned records: an entry, its changing state, its end. Bounded; what
 * another version wrote is left out and said in the log.
 */
import path from 'node:path';
import { TokonomaError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { Journal } from '../inbox/journal.ts';

export interface Stored {
  /** Never used again. */
  readonly id: string;
  /** For speaking of it: the lowest that was free. */
  readonly number: number;
}

interface Kept<T, S> {
  readonly entry: T;
  state: S;
}

const VERSION = 1;

type Record<T, S> =
  | { readonly v: typeof VERSION; readonly t: 'entry'; readonly entry: T; readonly state: S }
  | { readonly v: typeof VERSION; readonly t: 'state'; readonly id: string; readonly state: S }
  | { readonly v: typeof VERSION; readonly t: 'gone'; readonly id: string };

/** The journal is compacted when it has grown to twice of what it needed the last time, and by this many bytes. */
const SLACK_BYTES = 256 * 1024;

export interface StoreOptions {
  /** Folder; absent: in memory only. */
  readonly dataDir?: string | undefined;
  /** `rules.jsonl` */
  readonly file: string;
  readonly limit: number;
  /** What they are called when there are too many: "rules". */
  readonly noun: string;
  readonly log: Logger;
}

export class Store<T extends Stored, S> {
  readonly #options: StoreOptions;
  readonly #journal: Journal<Record<T, S>> | undefined;
  /** Bytes after the last compaction. */
  #compacted = 0;
  readonly #kept = new Map<string, Kept<T, S>>();

  constructor(options: StoreOptions) {
    this.#options = options;
    if (options.dataDir !== undefined) this.#journal = new Journal(path.join(options.dataDir, options.file));
  }

  get entries(): T[] {
    return [...this.#kept.values()].map(({ entry }) => entry);
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The lowest number that is free. */
  get nextNumber(): number {
    const taken = new Set(this.entries.map(({ number }) => number));
    let number = 1;
    while (taken.has(number)) number++;
    return number;
  }

  state(id: string): S | undefined {
    return this.#kept.get(id)?.state;
  }

  /** Whether all that was written is there again. Throws `journal-failed`. */
  async open(): Promise<boolean> {
    if (this.#journal === undefined) return true;
    const { log, file } = this.#options;
    const { records, gaps } = await this.#journal.read();
    const foreign = records.filter((record) => !this.#replay(record)).length;
    const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
    if (missing + foreign > 0) log.warn({ file, missing, foreign }, 'records are missing or of another version');
    await this.#compact();
    return missing === 0;
  }

  /** Resolves when it would survive a power cut. Throws `over-limit`, `journal-failed`. */
  async add(entry: T, state: S): Promise<void> {
    const { limit, noun } = this.#options;
    if (this.#kept.size >= limit) {
      throw new TokonomaError('over-limit', `${limit} ${noun} are the limit; remove one first`);
    }
    this.#kept.set(entry.id, { entry, state });
    try {
      await this.#append({ v: VERSION, t: 'entry', entry, state });
    } catch (error) {
      this.#kept.delete(entry.id);
      throw error;
    }
  }

  /** Throws `journal-failed`. */
  async change(id: string, state: S): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    kept.state = state;
    await this.#append({ v: VERSION, t: 'state', id, state });
  }

  /** Throws `journal-failed`. */
  async remove(id: string): Promise<void> {
    if (this.#kept.delete(id)) await this.#append({ v: VERSION, t: 'gone', id });
  }

  async close(): Promise<void> {
    await this.#journal?.close();
  }

  /** Whether the record is one of ours. */
  #replay(record: Record<T, S>): boolean {
    if (record.v !== VERSION) return false;
    switch (record.t) {
      case 'entry':
        this.#kept.set(record.entry.id, { entry: record.entry, state: record.state });
        return true;
      case 'state': {
        const kept = this.#kept.get(record.id);
        if (kept !== undefined) kept.state = record.state;
        return true;
      }
      case 'gone':
        this.#kept.delete(record.id);
        return true;
      default:
        return false;
    }
  }

  async #append(record: Record<T, S>): Promise<void> {
    if (this.#journal === undefined) return;
    await this.#journal.append(record);
    if (this.#journal.size > 2 * this.#compacted + SLACK_BYTES) await this.#compact();
  }

  async #compact(): Promise<void> {
    const records = [...this.#kept.values()].map(({ entry, state }) => ({
      v: VERSION,
      t: 'entry' as const,
      entry,
      state,
    }));
    await this.#journal!.rewrite(records as Record<T, S>[]);
    this.#compacted = this.#journal!.size;
  }
}
