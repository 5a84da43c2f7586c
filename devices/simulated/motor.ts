import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { MotorOptions } from '../motor.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

/** `{"state":"ON","speed":60,"direction":"forward"}`; speed and direction are kept while it stands still. */
export class SimulatedMotor extends SimulatedDriver {
  readonly #options: MotorOptions;
  #on = false;
  #speed = 100;
  #direction = 'forward';

  constructor(title: string, options: MotorOptions, driver: DriverOptions) {
    super(title, driver);
    this.#options = options;
  }

  state(): ThingState {
    const state = { state: this.#on ? 'ON' : 'OFF', direction: this.#direction };
    return (this.#options.speed ?? true) ? { ...state, speed: this.#speed } : state;
  }

  protected async perform(action: string, args: Args, signal: AbortSignal): Promise<void> {
    const speed = args['speed'];
    if (typeof speed === 'number' && speed > 0) this.#speed = speed;
    if (action !== 'motor.run') {
      this.#turn(args['power'] === undefined ? speed !== 0 : args['power'] === 'on');
      return;
    }
    this.#direction = String(args['direction']);
    this.#turn(speed !== 0);
    const seconds = args['seconds'];
    if (typeof seconds !== 'number') return;
    try {
      if (!this.instant) await this.clock.sleep(seconds * 1000, signal);
    } finally {
      this.#turn(false);
    }
  }

  protected override makeSafe(): void {
    if (this.#on) this.#turn(false);
  }

  #turn(on: boolean): void {
    this.#on = on;
    this.changed();
  }
}
