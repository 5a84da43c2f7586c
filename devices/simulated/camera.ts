import type { Args } from '../../src/grammar/actions.ts';
import type { CameraOptions } from '../camera.ts';
import type { DriverOptions } from '../kind.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

const PULSE_MS = 200;

/** `{"state":"READY","photos":2,"subject":"door"}` */
export class SimulatedCamera extends SimulatedDriver {
  readonly #pulseMs: number;
  #taking = false;
  #photos = 0;
  #subject: string | null = null;

  constructor(title: string, options: CameraOptions, driver: DriverOptions) {
    super(title, driver);
    this.#pulseMs = options.pulse_ms ?? PULSE_MS;
  }

  state(): ThingState {
    return { state: this.#taking ? 'TAKING' : 'READY', photos: this.#photos, subject: this.#subject };
  }

  protected async perform(_action: string, args: Args, signal: AbortSignal): Promise<void> {
    this.#taking = true;
    this.changed();
    try {
      if (!this.instant) await this.clock.sleep(this.#pulseMs, signal);
      this.#photos++;
      this.#subject = typeof args['target'] === 'string' ? args['target'] : null;
    } finally {
      this.#taking = false;
      this.changed();
    }
  }
}
