import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import type { GripperOptions } from '../gripper.ts';
import type { DriverOptions } from '../kind.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

const GRIP_S = 0.5;

/** `{"state":"CLOSED","holding":"cup"}`; nothing feels whether there was anything between the fingers. */
export class SimulatedGripper extends SimulatedDriver {
  readonly #gripMs: number;
  #closed = false;
  #holding: string | null = null;

  constructor(title: string, options: GripperOptions, driver: DriverOptions) {
    super(title, driver);
    this.#gripMs = (options.grip_s ?? GRIP_S) * 1000;
  }

  state(): ThingState {
    return { state: this.#closed ? 'CLOSED' : 'OPEN', holding: this.#holding };
  }

  protected async perform(action: string, args: Args, signal: AbortSignal): Promise<void> {
    const close = action === 'gripper.set' ? args['state'] === 'close' : args['op'] === 'pick';
    if (action === 'robot.object' && close && this.#holding !== null) {
      throw new TokonomaError('hands-full', `${this.title}: it holds the ${this.#holding}; let it release that first`);
    }
    this.#closed = close;
    this.#holding = close && action === 'robot.object' ? String(args['object'] ?? 'something') : null;
    await this.move(this.#gripMs, () => undefined, signal);
  }
}
