/** Commands for later: "in ten minutes turn off the fan". Kept in a file, so that they survive a restart. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Journal } from './journal.ts';

export interface Scheduled {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The command in words; it goes the same way as any other when it is due. */
  readonly text: string;
}

export interface ScheduleOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of the file; absent: in memory only. */
  readonly dataDir?: string | undefined;
  readonly onDue: (entry: Scheduled) => void;
}

export const MAX_SCHEDULED = 100;
/** Longest delay: what is further away is a calendar's work. */
const MAX_DELAY_MS = 7 * 24 * 3_600_000;
/** setTimeout overflows at 2^31 ms, and the wall clock may be set meanwhile: look again at least this often. */
const LONGEST_SLEEP_MS = 3_600_000;

type Record = { readonly t: 'add'; readonly entry: Scheduled } | { readonly t: 'gone'; readonly id: string };

export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #journal: Journal<Record> | undefined;
  readonly #entries = new Map<string, Scheduled>();
  readonly #life = new AbortController();
  #wake = new AbortController();
  #watching: Promise<void> | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    if (options.dataDir !== undefined) this.#journal = new Journal(path.join(options.dataDir, 'schedule.jsonl'));
  }

  get entries(): Scheduled[] {
    return [...this.#entries.values()].sort((a, b) => a.at - b.at);
  }

  async start(): Promise<void> {
    if (this.#journal !== undefined) {
      const { records } = await this.#journal.read();
      for (const record of records) {
        if (record.t === 'add') this.#entries.set(record.entry.id, record.entry);
        else this.#entries.delete(record.id);
      }
      await this.#journal.rewrite(this.entries.map((entry) => ({ t: 'add', entry })));
    }
    this.#watching = this.#watch();
  }

  /** Resolves when the entry would survive a restart. Throws `over-limit`. */
  async add(text: string, delayMs: number): Promise<Scheduled> {
    if (this.#entries.size >= MAX_SCHEDULED) {
      throw new TokonomaError('over-limit', `${MAX_SCHEDULED} commands are scheduled already; that is the limit`);
    }
    if (delayMs > MAX_DELAY_MS) throw new TokonomaError('over-limit', 'a command can be delayed by 7 days at most');
    const entry = { id: randomUUID(), at: this.#options.clock.now() + delayMs, text };
    await this.#journal?.append({ t: 'add', entry });
    this.#entries.set(entry.id, entry);
    this.#wake.abort();
    return entry;
  }

  async close(): Promise<void> {
    this.#life.abort(new TokonomaError('closed', 'the schedule is closed'));
    await this.#watching;
    await this.#journal?.close();
  }

  async #watch(): Promise<void> {
    const { clock, onDue, log } = this.#options;
    while (!this.#life.signal.aborted) {
      const [next] = this.entries;
      const wait = next === undefined ? LONGEST_SLEEP_MS : next.at - clock.now();
      if (next !== undefined && wait <= 0) {
        // Gone from the file before it runs: a crash in between loses it rather than doing it twice.
        this.#entries.delete(next.id);
        try {
          await this.#journal?.append({ t: 'gone', id: next.id });
          onDue(next);
        } catch (error) {
          log.error({ error: messageOf(error) }, 'schedule');
        }
        continue;
      }
      this.#wake = new AbortController();
      const either = AbortSignal.any([this.#life.signal, this.#wake.signal]);
      await clock.sleep(Math.min(wait, LONGEST_SLEEP_MS), either).catch(() => undefined);
    }
  }
}
