/** Signals on the pins of this machine. */
import { TokonomaError } from '../../src/errors.ts';
import type { Gpio, Switch } from '../../src/gpio/gpio.ts';
import type { PwmOutput } from '../../src/gpio/io.ts';
import type { Pin } from '../../src/gpio/pins.ts';
import type { Signals } from '../helpers/signals.ts';

/** The keys that every kind's pins share. */
interface SignalOptions {
  readonly active_low?: boolean;
  readonly pwm?: 'hardware' | 'software';
  readonly hz?: number;
}

export class GpioSignals implements Signals {
  readonly #owner: string;
  readonly #options: SignalOptions & Readonly<Record<string, unknown>>;
  readonly #gpio: Gpio;
  readonly #open: { close(): Promise<void> }[] = [];

  /** @param options the driver's keys of a declaration */
  constructor(owner: string, options: object, gpio: Gpio) {
    this.#owner = owner;
    this.#options = options as SignalOptions & Readonly<Record<string, unknown>>;
    this.#gpio = gpio;
  }

  has(key: string): boolean {
    return this.#pin(key) !== undefined;
  }

  async output(key: string): Promise<Switch> {
    const output = await this.#gpio.output(this.#mustHave(key), {
      owner: this.#owner,
      activeLow: this.#options.active_low,
    });
    this.#open.push(output);
    return output;
  }

  async pwm(key: string, hz: number): Promise<PwmOutput> {
    const { active_low: activeLow, pwm: by, hz: configured } = this.#options;
    const pwm = await this.#gpio.pwm(this.#mustHave(key), { owner: this.#owner, hz: configured ?? hz, activeLow, by });
    this.#open.push(pwm);
    return pwm;
  }

  async close(): Promise<void> {
    const open = this.#open.splice(0);
    const closed = await Promise.allSettled(open.map((signal) => signal.close()));
    for (const result of closed) if (result.status === 'rejected') throw result.reason as Error;
  }

  /** `left.forward`, `coils.0` */
  #pin(key: string): Pin | undefined {
    const value = key
      .split('.')
      .reduce<unknown>((here, step) => (here as Record<string, unknown> | undefined)?.[step], this.#options);
    return typeof value === 'number' || typeof value === 'string' ? value : undefined;
  }

  #mustHave(key: string): Pin {
    const pin = this.#pin(key);
    if (pin !== undefined) return pin;
    throw new TokonomaError('config-invalid', `${this.#owner}: driver: gpio needs "${key}"`);
  }
}
