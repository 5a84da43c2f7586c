import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

/** `{"state":"OPEN","position":100}`; OPENING and CLOSING on the way, STOPPED when stopped half-way. */
export class SimulatedCover extends SimulatedDriver {
  readonly #travelMs: number;
  /** Percent, 100 is open. */
  #position = 0;
  #moving: 'OPENING' | 'CLOSING' | undefined;
  #stopped = false;

  constructor(title: string, travelMs: number, driver: DriverOptions) {
    super(title, driver);
    this.#travelMs = travelMs;
  }

  state(): ThingState {
    const position = Math.round(this.#position);
    const resting = this.#stopped ? 'STOPPED' : position > 0 ? 'OPEN' : 'CLOSED';
    return { state: this.#moving ?? resting, position };
  }

  protected async perform(_action: string, args: Args, signal: AbortSignal): Promise<void> {
    if (typeof args['position'] === 'number') await this.#travelTo(args['position'], signal);
    // What was moving has ended with this call coming in.
    else if (args['state'] !== 'stop') await this.#travelTo(args['state'] === 'open' ? 100 : 0, signal);
    else this.changed();
  }

  async #travelTo(target: number, signal: AbortSignal): Promise<void> {
    const from = this.#position;
    this.#stopped = false;
    if (target !== from) this.#moving = target > from ? 'OPENING' : 'CLOSING';
    try {
      await this.move(
        (Math.abs(target - from) / 100) * this.#travelMs,
        (part) => {
          this.#position = from + (target - from) * part;
        },
        signal,
      );
    } finally {
      this.#moving = undefined;
      this.#stopped = this.#position !== target;
      this.changed();
    }
  }
}
