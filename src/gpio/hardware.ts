/** All of this machine that a configuration uses: the pins, the sensors on them, the stop line. */
import type { Clock } from '../clock.ts';
import type { Config, StopLine } from '../config/types.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Gpio, type GpioOptions } from './gpio.ts';
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
  readonly #open: { close(): Promise<void> }[] = [];

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
    const { clock, log, sys = '/sys' } = this.#options;
    for (const sensor of sensors) {
      if (sensor.driver === undefined) continue;
      const report = (value: number | boolean): void =>
        agent.sensors.receiveNamed(sensor.name, Buffer.from(String(value)));
      try {
        this.#open.push(await openSource(sensor, { clock, log, gpio: this.gpio, sys, report }));
      } catch (error) {
        log.error({ sensor: sensor.name, error: messageOf(error) }, 'cannot be read');
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((source) => source.close()));
    await this.gpio.close();
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
    this.#open.push(contact);
    if (contact.active) stop('the stop line is active at the start');
  }
}
