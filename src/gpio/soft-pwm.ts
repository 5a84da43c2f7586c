/**
 * PWM by switching a line on a timer, only where it is asked for. Timers are late by a millisecond or more, which the
 * eye forgives a dimmed lamp and a servo does not.
 */
import type { Clock } from '../clock.ts';
import { TokonomaError } from '../errors.ts';
import type { Switch } from './gpio.ts';
import type { PwmOutput } from './io.ts';

/** Highest frequency at which a step of one millisecond still is a step of a tenth. */
export const MAX_SOFT_HZ = 100;

export class SoftPwm implements PwmOutput {
  readonly #output: Switch;
  readonly #periodMs: number;
  readonly #clock: Clock;
  readonly #life = new AbortController();
  #duty = 0;
  #running: Promise<void> | undefined;
  /** The period that is under way. */
  #period: Promise<void> | undefined;
  #failure: unknown;

  constructor(output: Switch, hz: number, clock: Clock) {
    this.#output = output;
    this.#periodMs = 1000 / Math.min(hz, MAX_SOFT_HZ);
    this.#clock = clock;
  }

  async write(duty: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure as Error;
    this.#duty = Math.min(1, Math.max(0, duty));
    // What another write has changed meanwhile is that one's.
    while (this.#running !== undefined) {
      if (this.#isPartial) return;
      await this.#period;
    }
    if (!this.#isPartial) return this.#output.set(this.#duty === 1);
    this.#running = this.#run().finally(() => (this.#running = undefined));
  }

  async pulse(): Promise<void> {
    throw new TokonomaError('pwm-unavailable', 'software PWM is too unsteady for a servo; use "pwm: hardware"');
  }

  async close(): Promise<void> {
    this.#duty = 0;
    this.#life.abort();
    await this.#running;
    await this.#output.set(false);
    await this.#output.close();
  }

  get #isPartial(): boolean {
    return this.#duty > 0 && this.#duty < 1;
  }

  /** Until the duty is one that needs no switching. Never rejects. */
  async #run(): Promise<void> {
    while (this.#isPartial && this.#failure === undefined && !this.#life.signal.aborted) {
      this.#period = this.#once();
      await this.#period;
    }
  }

  async #once(): Promise<void> {
    const { signal } = this.#life;
    const high = this.#duty * this.#periodMs;
    try {
      await this.#output.set(true);
      await this.#clock.sleep(high, signal);
      if (this.#duty === 1) return;
      await this.#output.set(false);
      await this.#clock.sleep(this.#periodMs - high, signal);
    } catch (error) {
      if (!signal.aborted) this.#failure = error;
    }
  }
}
