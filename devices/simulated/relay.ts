import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { RelayOptions } from '../relay.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

/** `{"state":"ON"}`; with a pulse, the command is done when it is off again. */
export class SimulatedRelay extends SimulatedDriver {
  readonly #options: RelayOptions;
  #on = false;

  constructor(title: string, options: RelayOptions, driver: DriverOptions) {
    super(title, driver);
    this.#options = options;
  }

  state(): ThingState {
    return { state: this.#on ? 'ON' : 'OFF' };
  }

  protected async perform(_action: string, args: Args, signal: AbortSignal): Promise<void> {
    const { pulse_s: pulse } = this.#options;
    this.#switch(args['power'] === 'on');
    if (!this.#on || pulse === undefined) return;
    try {
      if (!this.instant) await this.clock.sleep(pulse * 1000, signal);
    } finally {
      this.#switch(false);
    }
  }

  protected override makeSafe(): void {
    if (this.#options.safe !== 'keep' && this.#on) this.#switch(false);
  }

  #switch(on: boolean): void {
    this.#on = on;
    this.changed();
  }
}
