/** A node at home in Home Assistant: what it announces there, and the readings of its sensors. */
import type { Bus } from '../../../devices/bus.ts';
import type { Agent } from '../../agent/agent.ts';
import type { Health } from '../../agent/health.ts';
import type { Clock } from '../../clock.ts';
import type { HomeAssistantConfig } from '../../config/homeassistant.ts';
import type { Logger } from '../../log.ts';
import type { Topics } from '../topics.ts';
import { devicesOf, type Devices } from './devices.ts';
import { Discovery } from './discovery.ts';
import { Readings } from './readings.ts';

export interface HomeAssistantOptions extends HomeAssistantConfig {
  readonly agent: Agent;
  readonly health: Health;
  readonly bus: Bus;
  readonly topics: Topics;
  /** Names of the models that may be chosen. */
  readonly models: () => readonly string[];
  readonly node: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export class HomeAssistant {
  readonly #options: HomeAssistantOptions;
  readonly #discovery: Discovery;
  readonly #readings: Readings;

  constructor(options: HomeAssistantOptions) {
    this.#options = options;
    const { agent, bus, topics, clock, log, prefix } = options;
    const devices = (): Devices => this.#devices();
    this.#discovery = new Discovery({ bus, log, prefix, base: topics.base, devices });
    const onNew = (): void => this.#discovery.announce();
    this.#readings = new Readings({ sensors: agent.sensors, bus, topics, clock, log, onNew });
  }

  /** Best before the connection is made: what is kept on the broker then comes first. */
  start(): void {
    this.#discovery.start();
    if (!this.#options.enabled) return;
    this.#readings.start();
    this.#options.agent.on('declared', this.#declared);
  }

  close(): void {
    this.#options.agent.off('declared', this.#declared);
    this.#discovery.close();
    this.#readings.close();
  }

  /** Says again what there is, where something else than the things has changed. */
  announce(): void {
    if (this.#options.enabled) this.#discovery.announce();
  }

  readonly #declared = (): void => {
    this.#discovery.announce();
    this.#readings.declared();
  };

  #devices(): Devices {
    const { enabled, agent, health, models } = this.#options;
    if (!enabled) return new Map();
    const things = agent.things
      .map((thing) => thing.description)
      .filter((thing) => thing['tk:homeassistant'] !== false);
    const sensors = agent.sensors.configs.filter((sensor) => sensor.homeassistant !== false);
    return devicesOf({ ...this.#options, health: health.report(), models: models(), things, sensors });
  }
}
