/**
 * Commands for later: once, again and again, by the clock or the sun. A command that is due is sent under the id of its
 * entry and its moment before the entry goes on to the next one; after a crash in between it is sent again, and the
 * inbox knows the id. What was missed by more than the grace is sent all the same: it expires with an outcome.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { TokonomaError, messageOf } from '../../errors.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import type { Logger } from '../../log.ts';
import type { Condition } from '../rules/condition.ts';
import { Store, type Stored } from '../rules/store.ts';
import { commandOf, type Task } from '../rules/task.ts';
import type { Command } from '../types.ts';
import type { Location } from './sun.ts';
import { isOnce, lastMoment, nextMoment, whenPhrase, type When } from './when.ts';

export interface Scheduled extends Stored, Task {
  readonly when: When;
  /** Must hold when it is due. */
  readonly guard?: Condition;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

interface ScheduledState {
  /** The next moment, milliseconds since the epoch. */
  readonly next: number;
}

/** An entry as it is listed. */
export interface ListedEntry {
  readonly id: string;
  readonly number: number;
  /** "Every day at 07:00: turn on the coffee machine" */
  readonly entry: string;
  readonly when: When;
  readonly then: string;
  readonly plan: readonly PlanCall[];
  /** ISO 8601. */
  readonly next: string;
}

export interface ScheduleOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of the file; absent: in memory only. */
  readonly dataDir?: string | undefined;
  readonly location?: () => Location | undefined;
  /** How late a command may run that was due while nobody was there, milliseconds. Default 60 s. */
  readonly graceMs?: () => number | undefined;
  /** Takes a command that is due into the queue. Rejects when it could not be kept. */
  readonly submit: (command: Command) => Promise<void>;
  /** Whether a guard holds; undefined when that is not known. */
  readonly isSo: (condition: Condition) => boolean | undefined;
  readonly phrase: (condition: Condition) => string;
}

export const MAX_SCHEDULED = 100;
/** What is further away is a calendar's work. */
const FARTHEST_MS = 366 * 24 * 3_600_000;
const GRACE_MS = 60_000;
/** setTimeout overflows at 2^31 ms, and the wall clock may be set meanwhile: look again at least this often. */
const LONGEST_SLEEP_MS = 30_000;
const RETRY_MS = 1000;

export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #store: Store<Scheduled, ScheduledState>;
  readonly #life = new AbortController();
  #wake = new AbortController();
  #watching: Promise<void> | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    const { dataDir, log } = options;
    const noun = 'scheduled commands';
    this.#store = new Store({ dataDir, file: 'schedule.jsonl', limit: MAX_SCHEDULED, noun, log });
  }

  /** What is due next comes first. */
  get list(): ListedEntry[] {
    return this.#inOrder().map((entry) => this.#listed(entry));
  }

  async start(): Promise<void> {
    await this.#store.open();
    this.#watching = this.#watch();
  }

  /** Resolves when the entry would survive a restart. Throws `over-limit`, `journal-failed`. */
  async add(when: When, task: Task, guard?: Condition): Promise<ListedEntry> {
    const { clock, location } = this.#options;
    const now = clock.now();
    // A delay of nothing is due at once.
    const next = isOnce(when) ? when.at : nextMoment(when, now, location?.());
    if (next === undefined || next - now > FARTHEST_MS) {
      throw new TokonomaError('over-limit', 'a command can be scheduled within a year');
    }
    const entry: Scheduled = {
      id: randomUUID(),
      number: this.#store.nextNumber,
      when,
      ...task,
      ...(guard === undefined ? {} : { guard }),
      created: now,
    };
    await this.#store.add(entry, { next });
    this.#wake.abort();
    return this.#listed(entry);
  }

  /** "Every day at 07:00, if it is so: turn on the coffee machine" */
  phrase(when: When, then: string, guard?: Condition): string {
    const limit = guard === undefined ? '' : `, if ${this.#options.phrase(guard)}`;
    return `${whenPhrase(when, this.#options.clock.now())}${limit}: ${then}`;
  }

  /** Throws `journal-failed`. */
  async remove(id: string): Promise<void> {
    await this.#store.remove(id);
    this.#wake.abort();
  }

  async close(): Promise<void> {
    this.#life.abort(new TokonomaError('closed', 'the schedule is closed'));
    await this.#watching;
    await this.#store.close();
  }

  #inOrder(): Scheduled[] {
    return this.#store.entries.sort((a, b) => this.#nextOf(a) - this.#nextOf(b));
  }

  #nextOf(entry: Scheduled): number {
    return this.#store.state(entry.id)!.next;
  }

  #listed(entry: Scheduled): ListedEntry {
    const { id, number, when, guard, then, intent } = entry;
    const next = new Date(this.#nextOf(entry)).toISOString();
    return { id, number, entry: this.phrase(when, then, guard), when, then, plan: intent.plan, next };
  }

  async #watch(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#life.signal.aborted) {
      this.#wake = new AbortController();
      const [next] = this.#inOrder();
      let wait = next === undefined ? LONGEST_SLEEP_MS : this.#nextOf(next) - clock.now();
      if (next !== undefined && wait <= 0) {
        try {
          await this.#due(next);
          continue;
        } catch (error) {
          log.error({ id: next.id, error: messageOf(error) }, 'scheduled command');
          wait = RETRY_MS;
        }
      }
      const either = AbortSignal.any([this.#life.signal, this.#wake.signal]);
      await clock.sleep(Math.min(wait, LONGEST_SLEEP_MS), either).catch(() => undefined);
    }
  }

  async #due(entry: Scheduled): Promise<void> {
    const { clock, submit, isSo, log } = this.#options;
    const location = this.#options.location?.();
    const graceMs = this.#options.graceMs?.() ?? GRACE_MS;
    const now = clock.now();
    // Of a row of moments that were missed, the last is the one that may still be in time.
    const at = lastMoment(entry.when, this.#nextOf(entry), now, location);
    if (entry.guard === undefined || isSo(entry.guard) === true) {
      await submit(commandOf(entry, { id: `${entry.id}:${at}`, at, expiresAt: at + graceMs, source: 'schedule' }));
    } else log.info({ number: entry.number }, 'scheduled command: its condition does not hold');
    const next = isOnce(entry.when) ? undefined : nextMoment(entry.when, Math.max(at, now), location);
    if (next === undefined) await this.#store.remove(entry.id);
    else await this.#store.change(entry.id, { next });
  }
}
