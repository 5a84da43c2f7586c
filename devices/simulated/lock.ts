import type { Args } from '../../src/grammar/actions.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

/** The bolt needs this long. */
const BOLT_MS = 800;

/** `{"state":"LOCKED"}`; interrupted half-way, the bolt stays where it was. */
export class SimulatedLock extends SimulatedDriver {
  #locked = true;

  state(): ThingState {
    return { state: this.#locked ? 'LOCKED' : 'UNLOCKED' };
  }

  protected async perform(_action: string, args: Args, signal: AbortSignal): Promise<void> {
    const locked = args['state'] === 'lock';
    await this.move(
      locked === this.#locked ? 0 : BOLT_MS,
      (part) => {
        if (part === 1) this.#locked = locked;
      },
      signal,
    );
  }
}
