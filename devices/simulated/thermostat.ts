import type { Args } from '../../src/grammar/actions.ts';
import type { ClimateMode } from '../helpers/climate.ts';
import type { DriverOptions } from '../kind.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver, clamp, round } from './driver.ts';

/** The simulated room changes by this much a minute, degrees Celsius. */
const DEGREES_PER_MINUTE = 0.1;

export interface ThermostatRange {
  /** Lowest and highest target, degrees Celsius. */
  low: number;
  high: number;
  /** Room temperature at start. */
  room: number;
  modes: readonly ClimateMode[];
}

/** `{"current_temperature":19,"target_temperature":20,"mode":"heat"}` */
export class SimulatedThermostat extends SimulatedDriver {
  readonly #range: ThermostatRange;
  #room: number;
  #target: number;
  #mode: ClimateMode;

  constructor(title: string, range: ThermostatRange, driver: DriverOptions) {
    super(title, driver);
    this.#range = range;
    this.#room = range.room;
    this.#target = clamp(20, range.low, range.high);
    this.#mode = range.modes.includes('off') ? 'off' : range.modes[0]!;
  }

  override async start(): Promise<void> {
    this.background((closed) => this.#weather(closed));
  }

  state(): ThingState {
    return { current_temperature: round(this.#room, 1), target_temperature: this.#target, mode: this.#mode };
  }

  protected perform(_action: string, args: Args): void {
    const { low, high, modes } = this.#range;
    const temperature = args['temperature'];
    if (typeof temperature === 'number') this.#target = temperature;
    if (args['step'] !== undefined) {
      const by = Number(args['by']);
      this.#target = clamp(round(this.#target + (args['step'] === 'up' ? by : -by)), low, high);
    }
    if (args['mode'] !== undefined) this.#mode = args['mode'] as ClimateMode;
    else if (this.#mode === 'off') {
      // A temperature asked of a thermostat that is off means: begin.
      this.#mode = modes.includes('auto') ? 'auto' : (modes.find((mode) => mode !== 'off') ?? 'off');
    }
    this.changed();
  }

  protected override makeSafe(): void {
    if (this.#mode === 'off') return;
    this.#mode = 'off';
    this.changed();
  }

  /** The room follows the target as far as the mode can move it. */
  async #weather(closed: AbortSignal): Promise<void> {
    for (;;) {
      await this.clock.sleep(60_000, closed);
      const gap = this.#target - this.#room;
      const warms = this.#mode === 'heat' || this.#mode === 'auto';
      const cools = this.#mode === 'cool' || this.#mode === 'auto';
      if ((gap > 0 && !warms) || (gap < 0 && !cools) || gap === 0) continue;
      this.#room += clamp(gap, -DEGREES_PER_MINUTE, DEGREES_PER_MINUTE);
      this.changed();
    }
  }
}
