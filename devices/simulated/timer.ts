import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { clockText, durationText } from '../helpers/duration.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

const MAX_TIMERS = 64;
/** setTimeout overflows at 2^31 ms, and the wall clock may be set meanwhile: look again at least this often. */
const LONGEST_SLEEP_MS = 3_600_000;

interface Countdown {
  readonly name: string;
  /** Length it was started with, seconds: "the 10 minute timer". */
  readonly length: number;
  /** Milliseconds since the epoch; undefined while paused. */
  endsAt: number | undefined;
  /** Milliseconds left, valid while paused. */
  left: number;
}

/** Several timers by name or by their length; the state names the one that ends first. */
export class SimulatedTimer extends SimulatedDriver {
  readonly #timers: Countdown[] = [];
  #lastFinished: string | null = null;
  /** Ends the sleep of the watch when the timers have changed. */
  #wake = new AbortController();

  override async start(): Promise<void> {
    this.background((closed) => this.#watch(closed));
  }

  state(): ThingState {
    const running = this.#timers.filter((timer) => timer.endsAt !== undefined);
    const next = this.#next();
    return {
      state: running.length > 0 ? 'RUNNING' : this.#timers.length > 0 ? 'PAUSED' : 'IDLE',
      running: running.length,
      paused: this.#timers.length - running.length,
      next: next?.name ?? null,
      remaining_s: next === undefined ? null : Math.max(0, Math.ceil(this.#left(next) / 1000)),
      ends_at: next?.endsAt === undefined ? null : new Date(next.endsAt).toISOString(),
      list: this.#timers.map((timer) => this.#describe(timer)).join(', '),
      last_finished: this.#lastFinished,
    };
  }

  protected perform(_action: string, args: Args): void {
    const op = String(args['op']);
    if (op === 'start') this.#start(args);
    else if (op === 'cancel_all') this.#timers.length = 0;
    else if (op === 'add' || op === 'subtract') this.#shift(args, op === 'add' ? 1 : -1);
    else if (op !== 'status') this.#change(op, this.#find(args));
    this.#wake.abort();
    this.changed();
  }

  #start(args: Args): void {
    const seconds = secondsOf(args, '');
    if (seconds === undefined || seconds <= 0) {
      throw new TokonomaError('bad-argument', `${this.title}: say how long, for example "set a timer for 5 minutes"`);
    }
    if (this.#timers.length >= MAX_TIMERS) {
      throw new TokonomaError('over-limit', `${this.title}: ${MAX_TIMERS} timers are the limit; cancel one first`);
    }
    const name = typeof args['name'] === 'string' ? args['name'] : durationText(seconds);
    this.#timers.push({ name, length: seconds, endsAt: this.clock.now() + seconds * 1000, left: seconds * 1000 });
  }

  #change(op: string, timer: Countdown): void {
    if (op === 'cancel') this.#remove(timer);
    else if (op === 'pause') {
      timer.left = this.#left(timer);
      timer.endsAt = undefined;
    } else timer.endsAt ??= this.clock.now() + timer.left;
  }

  #shift(args: Args, sign: 1 | -1): void {
    const seconds = secondsOf(args, '');
    if (seconds === undefined) {
      throw new TokonomaError('bad-argument', `${this.title}: say how much, for example "add 5 minutes to the timer"`);
    }
    // Here hours, minutes and seconds are the amount; the timer's own length is of_hours, of_minutes, of_seconds.
    const timer = this.#find({ ...args, hours: 0, minutes: 0, seconds: 0 });
    if (timer.endsAt === undefined) timer.left = Math.max(0, timer.left + sign * seconds * 1000);
    else timer.endsAt += sign * seconds * 1000;
  }

  /** The timer that is meant: by name, by its length, or the only one. */
  #find(args: Args): Countdown {
    if (this.#timers.length === 0) throw new TokonomaError('unknown-timer', `${this.title}: no timer is set`);
    const length = secondsOf(args, 'of_') ?? (secondsOf(args, '') || undefined);
    const name = typeof args['name'] === 'string' ? args['name'].toLowerCase() : undefined;
    const meant = this.#timers.filter(
      (timer) =>
        (name === undefined || timer.name.toLowerCase() === name) && (length === undefined || timer.length === length),
    );
    if (meant.length === 1) return meant[0]!;
    const all = this.#timers.map((timer) => this.#describe(timer)).join(', ');
    if (meant.length === 0) throw new TokonomaError('unknown-timer', `${this.title}: no such timer; there are: ${all}`);
    throw new TokonomaError('ambiguous-timer', `${this.title}: which timer? There are: ${all}`);
  }

  #remove(timer: Countdown): void {
    this.#timers.splice(this.#timers.indexOf(timer), 1);
  }

  #left(timer: Countdown): number {
    return timer.endsAt === undefined ? timer.left : timer.endsAt - this.clock.now();
  }

  #next(): Countdown | undefined {
    const order = (timer: Countdown): number => timer.endsAt ?? Infinity;
    return this.#timers.reduce<Countdown | undefined>(
      (first, timer) => (first === undefined || order(timer) < order(first) ? timer : first),
      undefined,
    );
  }

  #describe(timer: Countdown): string {
    return `${timer.name} (${clockText(this.#left(timer) / 1000)}${timer.endsAt === undefined ? ', paused' : ''})`;
  }

  /** Sleeps until the next timer ends or the timers have changed. */
  async #watch(closed: AbortSignal): Promise<void> {
    while (!closed.aborted) {
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      const endsAt = this.#next()?.endsAt;
      const ms = Math.min(LONGEST_SLEEP_MS, endsAt === undefined ? LONGEST_SLEEP_MS : endsAt - this.clock.now());
      if (ms > 0) {
        await this.clock.sleep(ms, AbortSignal.any([closed, this.#wake.signal])).catch(() => undefined);
        continue;
      }
      const ended = this.#next()!;
      this.#remove(ended);
      this.#lastFinished = ended.name;
      this.changed();
    }
  }
}

/** Seconds said by `<prefix>hours`, `<prefix>minutes`, `<prefix>seconds`; undefined when none of them is there. */
function secondsOf(args: Args, prefix: '' | 'of_'): number | undefined {
  const part = (unit: string): number | undefined => args[prefix + unit] as number | undefined;
  const [hours, minutes, seconds] = [part('hours'), part('minutes'), part('seconds')];
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
