import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { colorNamed, nameOfColor } from '../helpers/color-spaces.ts';
import { COLORS, COLOR_NAMES } from '../helpers/colors.ts';
import type { DriverOptions } from '../kind.ts';
import type { LightOptions } from '../light.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver, clamp } from './driver.ts';

/** `{"state":"ON","brightness":80,"color":"blue"}`; brightness in percent, kept while off. */
export class SimulatedLight extends SimulatedDriver {
  readonly #options: LightOptions;
  #on = false;
  #brightness = 100;
  #color: string | null = null;
  #kelvin: number | null = null;

  constructor(title: string, options: LightOptions, driver: DriverOptions) {
    super(title, driver);
    this.#options = options;
    if (options.color === true) this.#color = 'white';
  }

  state(): ThingState {
    return {
      state: this.#on ? 'ON' : 'OFF',
      ...((this.#options.brightness ?? true) ? { brightness: this.#brightness } : {}),
      ...(this.#options.color === true ? { color: this.#color } : {}),
      ...(this.#options.kelvin === undefined || this.#options.kelvin === false ? {} : { color_temp: this.#kelvin }),
    };
  }

  protected perform(_action: string, args: Args): void {
    if (typeof args['color'] === 'string') this.#paint(args['color']);
    if (typeof args['kelvin'] === 'number') {
      this.#kelvin = args['kelvin'];
      this.#color = null;
    }
    if (args['step'] !== undefined) this.#step(args['step'] === 'up' ? Number(args['by']) : -Number(args['by']));
    if (typeof args['brightness'] === 'number') this.#shine(args['brightness']);
    // Asking for a colour or a brightness means the light shall be seen, unless it is said otherwise.
    if (args['color'] !== undefined || args['kelvin'] !== undefined) this.#on = true;
    if (args['power'] !== undefined) this.#on = args['power'] === 'on';
    this.changed();
  }

  #paint(name: string): void {
    const word = name.toLowerCase().trim();
    const color = colorNamed(word);
    if (color === undefined) {
      throw new TokonomaError(
        'unknown-color',
        `${this.title}: "${name}" is no colour it knows; it knows ${COLOR_NAMES.join(', ')}`,
      );
    }
    this.#color = Object.hasOwn(COLORS, word) ? word : nameOfColor(color);
    this.#kelvin = null;
  }

  /** From off, a step up begins in the dark; a step down to nothing switches off. */
  #step(by: number): void {
    this.#shine(clamp((this.#on ? this.#brightness : 0) + by, 0, 100));
  }

  /** Zero is off; the brightness of before is kept for the next time. */
  #shine(percent: number): void {
    this.#on = percent > 0;
    if (percent > 0) this.#brightness = percent;
  }
}
