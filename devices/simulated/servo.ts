import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { ServoOptions } from '../servo.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver, round } from './driver.ts';

/** `{"angle":90}`; null before the first command, because nothing measures it. */
export class SimulatedServo extends SimulatedDriver {
  readonly #options: ServoOptions;
  #angle: number | null = null;

  constructor(title: string, options: ServoOptions, driver: DriverOptions) {
    super(title, driver);
    this.#options = options;
  }

  state(): ThingState {
    return { angle: this.#angle === null ? null : round(this.#angle, 1) };
  }

  protected async perform(_action: string, args: Args, signal: AbortSignal): Promise<void> {
    const target = Number(args['angle']);
    const { turn_speed: speed } = this.#options;
    const from = this.#angle ?? target;
    const ms = speed === undefined ? 0 : (Math.abs(target - from) / speed) * 1000;
    await this.move(ms, (part) => (this.#angle = from + (target - from) * part), signal);
  }

  protected override makeSafe(): void {
    const { rest } = this.#options;
    if (rest === undefined || this.#angle === rest) return;
    this.#angle = rest;
    this.changed();
  }
}
