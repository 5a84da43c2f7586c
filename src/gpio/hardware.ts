/** All of this machine that a configuration uses: the pins, the sensors on them, the stop line. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { Config, SensorConfig, StopLine } from '../config/types.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Gpio, type Contact, type GpioOptions } from './gpio.ts';
import type { Source } from './sources/source.ts';
import { lineOf, openSource } from './sources/sources.ts';

export interface HardwareOptions extends Omit<GpioOptions, 'backend'> {
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the sensors and the stop line talk to: the agent. */
export interface Listener {
  readonly sensors: { receiveNamed(name: string, payload: Uint8Array): void };
  stop(): Promise<unknown>;
}

export class Hardware {
  readonly gpio: Gpio;
  readonly #config: Config;
  readonly #options: HardwareOptions;
  #stopLine: Contact | undefined;
  /** Sensors that are being read, by name. */
  readonly #sources = new Map<string, { readonly config: SensorConfig; readonly source: Source }>();

  /** Makes safe what a killed process has left: called before anything that takes time. */
  static async open(config: Config, options: HardwareOptions): Promise<Hardware> {
    const hardware = new Hardware(config, options);
    await hardware.gpio.recover();
    return hardware;
  }

  private constructor(config: Config, options: HardwareOptions) {
    this.#config = config;
    this.#options = options;
    this.gpio = new Gpio({ ...options, backend: config.gpio.backend });
  }

  /**
   * Begins to listen: the stop line first. A sensor that cannot be opened is logged and left out; without its stop line
   * nothing may run. Throws what the stop line has against it.
   */
  async attach(agent: Listener): Promise<void> {
    const { stopLine, sensors } = this.#config;
    if (stopLine !== undefined) await this.#watch(stopLine, agent);
    await this.declare(sensors, agent);
  }

  /** Lets go of the pins of sensors that are not declared so any more. */
  async release(sensors: readonly SensorConfig[]): Promise<void> {
    for (const [name, { config, source }] of [...this.#sources]) {
      if (sensors.some((sensor) => isDeepStrictEqual(sensor, config))) continue;
      this.#sources.delete(name);
      await source.close();
    }
  }

  /** These are the sensors from now on; one that is declared as before is read on. */
  async declare(sensors: readonly SensorConfig[], agent: Listener): Promise<void> {
    await this.release(sensors);
    for (const sensor of sensors) {
      if (sensor.driver !== undefined && !this.#sources.has(sensor.name)) await this.#read(sensor, agent);
    }
  }

  async close(): Promise<void> {
    const open = [...this.#sources.values()].map(({ source }) => source);
    this.#sources.clear();
    await Promise.all([...open, ...(this.#stopLine === undefined ? [] : [this.#stopLine])].map((one) => one.close()));
    await this.gpio.close();
  }

  async #read(sensor: SensorConfig, agent: Listener): Promise<void> {
    const { clock, log, sys = '/sys' } = this.#options;
    const report = (value: number | boolean): void =>
      agent.sensors.receiveNamed(sensor.name, Buffer.from(String(value)));
    try {
      const source = await openSource(sensor, { clock, log, gpio: this.gpio, sys, report });
      this.#sources.set(sensor.name, { config: sensor, source });
    } catch (error) {
      log.error({ sensor: sensor.name, error: messageOf(error) }, 'cannot be read');
    }
  }

  /** A line that is active, or that cannot be watched any more, is a stop. */
  async #watch(line: StopLine, agent: Listener): Promise<void> {
    const { log } = this.#options;
    const stop = (why: string): void => {
      log.warn({ pin: line.pin }, `stop: ${why}`);
      void agent.stop().catch((error: unknown) => log.error({ error: messageOf(error) }, 'stop line'));
    };
    const contact = await this.gpio.input(line.pin, {
      owner: 'stop line',
      ...lineOf(line),
      onChange: (active) => {
        if (active) stop('the stop line is active');
      },
      onLost: (error) => stop(`the stop line cannot be watched any more: ${error.message}`),
    });
    this.#stopLine = contact;
    if (contact.active) stop('the stop line is active at the start');
  }
}
