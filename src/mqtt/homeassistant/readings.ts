/**
 * Readings of sensors on `<base>/bridge/sensor/<name>`, as the runtime understood them: in the sensor's unit, after
 * scale and offset, in its words. What arrives faster than once a second is told once a second.
 */
import type { Bus } from '../../../devices/bus.ts';
import type { Sensors } from '../../agent/sensors/sensors.ts';
import type { Sensor } from '../../agent/sensors/sensor.ts';
import type { Clock } from '../../clock.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Topics } from '../topics.ts';
import { MAX_STATE } from './entity.ts';

export interface ReadingsOptions {
  readonly sensors: Sensors;
  readonly bus: Bus;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of sensors that announce themselves while it runs. */
  readonly onNew: () => void;
}

const PACE_MS = 1000;

export class Readings {
  readonly #options: ReadingsOptions;
  readonly #life = new AbortController();
  /** Names of sensors with a reading that was not told yet. */
  readonly #fresh = new Set<string>();
  readonly #told = new Map<string, string>();
  readonly #unsubscribe: (() => void)[] = [];
  #pause: Promise<void> | undefined;

  constructor(options: ReadingsOptions) {
    this.#options = options;
  }

  start(): void {
    const { sensors, bus, onNew } = this.#options;
    sensors.onAnnounced(() => {
      if (!this.#life.signal.aborted) onNew();
    });
    this.#unsubscribe.push(
      sensors.onReading((sensor) => this.#take(sensor)),
      bus.onConnection((connected) => connected && this.#all()),
    );
    if (bus.connected) this.#all();
  }

  /** Other sensors are declared: what was told of those that are gone is taken back. */
  declared(): void {
    const { sensors, topics } = this.#options;
    const names = new Set(sensors.configs.map(({ name }) => name));
    for (const name of [...this.#told.keys()].filter((one) => !names.has(one))) {
      this.#told.delete(name);
      this.#publish(name, topics.reading(name), '');
    }
    for (const name of names) this.#fresh.add(name);
    this.#tell();
  }

  close(): void {
    this.#life.abort();
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
  }

  #take({ config: { name } }: Sensor): void {
    if (this.#life.signal.aborted) return;
    this.#fresh.add(name);
    this.#pause ??= this.#tellSoon();
  }

  /** The first at once, the next after a while. */
  async #tellSoon(): Promise<void> {
    const { clock } = this.#options;
    await Promise.resolve();
    while (this.#fresh.size > 0 && !this.#life.signal.aborted) {
      this.#tell();
      await clock.sleep(PACE_MS, this.#life.signal).catch(() => undefined);
    }
    this.#pause = undefined;
  }

  /** A broker without persistence has forgotten what was retained. */
  #all(): void {
    this.#told.clear();
    for (const { name } of this.#options.sensors.configs) this.#fresh.add(name);
    this.#tell();
  }

  #tell(): void {
    const { sensors, topics } = this.#options;
    for (const name of this.#fresh) {
      const reading = sensors.reading(name);
      if (reading === undefined) continue;
      const { value } = reading;
      const shown = typeof value === 'number' ? value : String(value).slice(0, MAX_STATE);
      const payload = JSON.stringify({ value: shown });
      if (this.#told.get(name) === payload) continue;
      this.#told.set(name, payload);
      this.#publish(name, topics.reading(name), payload);
    }
    this.#fresh.clear();
  }

  #publish(name: string, topic: string, payload: string): void {
    const { bus, log } = this.#options;
    bus.publish(topic, payload, { qos: 0, retain: true }).catch((error: unknown) => {
      this.#told.delete(name);
      if (codeOf(error) !== 'not-connected') log.warn({ sensor: name, error: messageOf(error) }, 'not told');
    });
  }
}
