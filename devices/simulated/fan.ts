import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

/** `{"state":"ON","speed":50}`; the speed is kept while off. */
export class SimulatedFan extends SimulatedDriver {
  #on = false;
  #speed: number;

  /** `full`: the highest speed, with which it begins. */
  constructor(title: string, full: number, driver: DriverOptions) {
    super(title, driver);
    this.#speed = full;
  }

  state(): ThingState {
    return { state: this.#on ? 'ON' : 'OFF', speed: this.#speed };
  }

  protected perform(_action: string, args: Args): void {
    const speed = args['speed'];
    if (typeof speed === 'number') {
      this.#on = speed > 0;
      if (speed > 0) this.#speed = speed;
    }
    if (args['power'] !== undefined) this.#on = args['power'] === 'on';
    this.changed();
  }

  protected override makeSafe(): void {
    if (!this.#on) return;
    this.#on = false;
    this.changed();
  }
}
