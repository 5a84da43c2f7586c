import type { Args } from '../../src/grammar/actions.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

/** `{"state":"OFF","beeps":3}` */
export class SimulatedBuzzer extends SimulatedDriver {
  #on = false;
  #beeps = 0;

  state(): ThingState {
    return { state: this.#on ? 'ON' : 'OFF', beeps: this.#beeps };
  }

  protected async perform(action: string, args: Args, signal: AbortSignal): Promise<void> {
    if (action !== 'buzzer.beep') return this.#sound(args['power'] === 'on');
    const times = Number(args['times']);
    try {
      for (let i = 0; i < times; i++) {
        if (i > 0) await this.#wait(Number(args['off_ms']), signal);
        this.#beeps++;
        this.#sound(true);
        await this.#wait(Number(args['on_ms']), signal);
        this.#sound(false);
      }
    } finally {
      if (this.#on) this.#sound(false);
    }
  }

  protected override makeSafe(): void {
    if (this.#on) this.#sound(false);
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.instant) await this.clock.sleep(ms, signal);
  }

  #sound(on: boolean): void {
    this.#on = on;
    this.changed();
  }
}
