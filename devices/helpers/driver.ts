/**
 * What every device shares that does one thing at a time: a movement on a clock that tests can replace, ended by the
 * caller's signal, by the next call or by `safe`.
 */
import type { Clock } from '../../src/clock.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { Driver, ThingState } from '../thing.ts';

/** A moving device tells its state this often. */
const TICK_MS = 200;

const SAFE = 'it was put into its safe state';

interface Running {
  readonly abort: AbortController;
  /** Settles, never rejects, when the movement has ended. */
  readonly ended: Promise<unknown>;
}

export abstract class ExclusiveDriver implements Driver {
  protected readonly title: string;
  protected readonly clock: Clock;
  /** Movements take no time. */
  protected readonly instant: boolean;
  readonly #listeners = new Set<(state: ThingState) => void>();
  /** Aborted by `close`: background processes of the device end with it. */
  readonly #life = new AbortController();
  #running: Running | undefined;
  /** Counts calls of `safe`: what was accepted before one must not begin after it. */
  #safeties = 0;

  constructor(title: string, options: DriverOptions) {
    this.title = title;
    this.clock = options.clock;
    this.instant = options.instant ?? false;
  }

  abstract state(): ThingState;

  /** Does the action; movements go through `move`, which ends when the signal is aborted. */
  protected abstract perform(action: string, args: Args, signal: AbortSignal): Promise<void> | void;

  /** Changes the state to the safe one; called with no movement running. Default: the state is safe as it is. */
  protected makeSafe(): Promise<void> | void {}

  async start(): Promise<void> {}

  async invoke(action: string, args: Args, signal: AbortSignal): Promise<void> {
    const safeties = this.#safeties;
    while (this.#running !== undefined) await this.#halt(`another command came in (${action})`);
    if (safeties !== this.#safeties) throw this.#interrupted(SAFE);
    if (this.#life.signal.aborted) throw new TokonomaError('closed', `${this.title}: its driver is closed`);
    if (signal.aborted) throw this.#reason(signal);
    const abort = new AbortController();
    const either = AbortSignal.any([signal, abort.signal]);
    const work = (async () => this.perform(action, args, either))();
    const running: Running = { abort, ended: work.catch(() => undefined) };
    this.#running = running;
    try {
      await work;
    } catch (error) {
      if (signal.aborted) await this.makeSafe();
      throw either.aborted ? this.#reason(either) : error;
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }

  async safe(): Promise<void> {
    this.#safeties++;
    await this.#halt(SAFE);
    await this.makeSafe();
  }

  /** What makeSafe does before it first waits is what a process that exits can still do. */
  safeNow(): void {
    this.#safeties++;
    this.#running?.abort.abort(this.#interrupted(SAFE));
    void Promise.resolve(this.makeSafe()).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#halt('its driver was closed');
    this.#life.abort();
    this.#listeners.clear();
  }

  onState(listener: (state: ThingState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected changed(): void {
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }

  /**
   * Takes `ms` of the clock's time, calling `update` with the part that is done, 0..1, on the way and at the end.
   * Aborted, it updates once more to where the device has come by then, and rejects.
   */
  protected async move(ms: number, update: (part: number) => void, signal: AbortSignal): Promise<void> {
    const begun = this.clock.monotonic();
    for (;;) {
      const elapsed = this.instant ? ms : this.clock.monotonic() - begun;
      const part = elapsed >= ms ? 1 : elapsed / ms;
      update(part);
      this.changed();
      if (signal.aborted) throw this.#reason(signal);
      if (part === 1) return;
      // The signal is looked at above, after the position was brought up to date.
      await this.clock.sleep(Math.min(TICK_MS, ms - elapsed), signal).catch(() => undefined);
    }
  }

  /** Runs a process that lives as long as the driver does. `task` gets the signal that `close` aborts. */
  protected background(task: (closed: AbortSignal) => Promise<void>): void {
    void task(this.#life.signal).catch((error: unknown) => {
      if (!this.#life.signal.aborted) throw error;
    });
  }

  async #halt(why: string): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.abort.abort(this.#interrupted(why));
    await running.ended;
    if (this.#running === running) this.#running = undefined;
  }

  #interrupted(why: string): TokonomaError {
    return new TokonomaError('interrupted', `${this.title}: stopped before it was done: ${why}`);
  }

  #reason(signal: AbortSignal): TokonomaError {
    const reason: unknown = signal.reason;
    if (reason instanceof TokonomaError) return reason;
    return new TokonomaError('interrupted', `${this.title}: stopped before it was done`, { cause: reason });
  }
}
