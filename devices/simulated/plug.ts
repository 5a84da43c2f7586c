import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

/** `{"state":"ON"}` */
export class SimulatedPlug extends SimulatedDriver {
  readonly #offWhenSafe: boolean;
  #on = false;

  constructor(title: string, offWhenSafe: boolean, driver: DriverOptions) {
    super(title, driver);
    this.#offWhenSafe = offWhenSafe;
  }

  state(): ThingState {
    return { state: this.#on ? 'ON' : 'OFF' };
  }

  protected perform(_action: string, args: Args): void {
    this.#on = args['power'] === 'on';
    this.changed();
  }

  protected override makeSafe(): void {
    if (!this.#offWhenSafe || !this.#on) return;
    this.#on = false;
    this.changed();
  }
}
