/** The sensors: messages in by topic, the last reading of each. Bad ones are logged and change nothing. */
import { isDeepStrictEqual } from 'node:util';
import type { SensorDescription } from '../../../devices/sensors.ts';
import type { Thing, ThingState } from '../../../devices/thing.ts';
import type { Clock } from '../../clock.ts';
import type { SensorConfig, SensorKind } from '../../config/types.ts';
import type { Logger } from '../../log.ts';
import { describeSensor } from './description.ts';
import { SENSOR_KINDS } from './kinds.ts';
import { Sensor, printable, type SensorValue, type Watcher } from './sensor.ts';

export interface Reading {
  readonly value: SensorValue;
  /** Milliseconds since the epoch; undefined for what is configured and was never measured. */
  readonly at?: number;
  /** Older than the configuration trusts it. */
  readonly stale?: boolean;
}

/** A payload may be longer than the reading it carries, within reason. */
const MAX_PAYLOAD_BYTES = 16 * 1024;
/** Sensors that announce themselves on `<base>/sensor/<kind>/<area>`, at most. */
const MAX_UNDECLARED = 256;
const NAME = /^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/;
const MAX_NAME = 100;
const KINDS: ReadonlySet<string> = new Set(SENSOR_KINDS);
/** A sensor that sends nonsense a hundred times a second fills no log: once in so many milliseconds each. */
const COMPLAIN_MS = 60_000;

export class Sensors {
  readonly #clock: Clock;
  readonly #log: Logger | undefined;
  readonly #sensors = new Map<string, Sensor>();
  #declared: ReadonlySet<string> = new Set();
  readonly #byTopic = new Map<string, Sensor[]>();
  readonly #byThing = new Map<string, Sensor[]>();
  #things: ReadonlyMap<string, Thing> = new Map();
  readonly #complained = new Map<string, number>();
  readonly #announced: ((sensor: Sensor) => void)[] = [];
  readonly #readers = new Set<Watcher>();

  constructor(configs: readonly SensorConfig[], things: readonly Thing[], clock: Clock, log?: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.declare(configs, things);
  }

  /**
   * These are the ones from now on. A sensor that is declared as before keeps its reading and those who watch it; one
   * that announced itself stays until it is declared.
   */
  declare(configs: readonly SensorConfig[], things: readonly Thing[]): void {
    this.#things = new Map(things.map((thing) => [thing.description.id, thing]));
    const before = new Map(this.#sensors);
    const announced = [...before.values()].filter(({ config: { name } }) => !this.#declared.has(name));
    this.#declared = new Set(configs.map(({ name }) => name));
    for (const map of [this.#sensors, this.#byTopic, this.#byThing]) map.clear();
    for (const config of configs) {
      const known = before.get(config.name);
      this.#add(known !== undefined && isDeepStrictEqual(known.config, config) ? known : new Sensor(config));
    }
    for (const sensor of announced) {
      if (!this.#declared.has(sensor.config.name)) this.#sensors.set(sensor.config.name, sensor);
    }
  }

  /** Whether a sensor of this name may still announce itself. */
  mayCome(name: string): boolean {
    const [kind, ...rest] = name.split('/');
    return NAME.test(name) && name.length <= MAX_NAME && KINDS.has(kind!) && rest.length > 0;
  }

  get configs(): SensorConfig[] {
    return [...this.#sensors.values()].map((sensor) => sensor.config);
  }

  /** What each says of itself, as it is published. */
  get descriptions(): SensorDescription[] {
    return this.configs.map((config) => describeSensor(config, this.#things.get(config.device ?? '')));
  }

  get all(): Sensor[] {
    return [...this.#sensors.values()];
  }

  /** Every topic that a declared sensor reads. */
  get topics(): string[] {
    return [...this.#byTopic.keys()];
  }

  sensor(name: string): Sensor | undefined {
    return this.#sensors.get(name);
  }

  /** Told of sensors that announce themselves later. */
  onAnnounced(listener: (sensor: Sensor) => void): void {
    this.#announced.push(listener);
  }

  /** Told of every reading that was taken, of whichever sensor there is then. Returns what ends it. */
  onReading(reader: Watcher): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** The last reading: measured, else the state of the sensor's thing, else the configured one. */
  reading(name: string): Reading | undefined {
    const sensor = this.#sensors.get(name);
    if (sensor === undefined) return undefined;
    if (sensor.value !== undefined) {
      const stale = sensor.isStale(this.#clock.now());
      return { value: sensor.value, at: sensor.isLive ? this.#clock.now() : sensor.at, ...(stale ? { stale } : {}) };
    }
    const { config } = sensor;
    const state = config.device === undefined ? undefined : this.#things.get(config.device)?.driver.state();
    const value = state === undefined ? undefined : valueAt(state, config.path?.split('.') ?? []);
    if (isValue(value)) return { value, at: this.#clock.now() };
    return config.initial === undefined ? undefined : { value: config.initial };
  }

  /** A message on a configured topic. Never throws. */
  receive(topic: string, payload: Uint8Array): void {
    const sensors = this.#byTopic.get(topic);
    if (sensors !== undefined) this.#take(sensors, payload);
  }

  /** A message on `<base>/sensor/<name>`; `kind/area` needs no declaration. Never throws. */
  receiveNamed(name: string, payload: Uint8Array): void {
    const sensor = this.#sensors.get(name);
    if (sensor !== undefined) this.#take([sensor], payload);
    else this.#announce(name, payload);
  }

  /** A thing's state has changed: so have the sensors that belong to it. */
  thingChanged(id: string, state: ThingState): void {
    for (const sensor of this.#byThing.get(id) ?? []) {
      const value = valueAt(state, sensor.config.path?.split('.') ?? []);
      if (isValue(value)) this.#settle(sensor, sensor.takeValue(value), true);
    }
  }

  /** A name that is new is kept only with a reading that can be taken. */
  #announce(name: string, payload: Uint8Array): void {
    const [kind, ...rest] = name.split('/');
    if (!this.mayCome(name)) {
      return this.#complain(
        'sensor',
        'unknown-sensor',
        `no sensor "${printable(name).slice(0, MAX_NAME)}" is declared`,
      );
    }
    if (this.#sensors.size - this.#declared.size >= MAX_UNDECLARED) {
      const reason = `${MAX_UNDECLARED} undeclared sensors are the limit; declare "${name}"`;
      return this.#complain('sensor', 'unknown-sensor', reason);
    }
    const area = rest.join(' ').replace(/[_-]/g, ' ');
    const sensor = new Sensor({ name, kind: kind as SensorKind, topic: '', area });
    this.#take([sensor], payload);
    if (sensor.value === undefined) return;
    this.#sensors.set(name, sensor);
    for (const listener of this.#announced) listener(sensor);
    for (const reader of this.#readers) reader(sensor);
  }

  #add(sensor: Sensor): void {
    const { name, topic, device } = sensor.config;
    this.#sensors.set(name, sensor);
    this.#byTopic.set(topic, [...(this.#byTopic.get(topic) ?? []), sensor]);
    if (device !== undefined) this.#byThing.set(device, [...(this.#byThing.get(device) ?? []), sensor]);
  }

  #take(sensors: readonly Sensor[], payload: Uint8Array): void {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      const reason = `${payload.length} bytes; at most ${MAX_PAYLOAD_BYTES}`;
      for (const sensor of sensors) this.#settle(sensor, reason);
    } else if (isDocument(payload)) this.#takeDocument(sensors, payload);
    else for (const sensor of sensors) this.#settle(sensor, sensor.takeBytes(payload));
  }

  /** Read once for all sensors of a topic. A device that tells only what changed leaves the others as they are. */
  #takeDocument(sensors: readonly Sensor[], payload: Uint8Array): void {
    let document: unknown;
    try {
      document = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
    } catch {
      for (const sensor of sensors) this.#settle(sensor, 'the payload is no valid JSON');
      return;
    }
    let found = false;
    for (const sensor of sensors) {
      const value = typeof document === 'object' ? valueAt(document, sensor.path) : document;
      if (value === undefined) continue;
      found = true;
      this.#settle(sensor, sensor.takeValue(value));
    }
    if (found) return;
    for (const sensor of sensors) {
      this.#settle(sensor, `the JSON has nothing at "${sensor.path.join('.')}"; set the sensor's path`);
    }
  }

  #settle(sensor: Sensor, refusal: string | undefined, isLive = false): void {
    if (refusal !== undefined) {
      sensor.refused++;
      this.#complain(sensor.config.name, 'bad-reading', refusal, sensor.refused);
      return;
    }
    sensor.refused = 0;
    sensor.isLive = isLive;
    sensor.at = this.#clock.now();
    for (let i = 0; i < sensor.watchers.length; i++) sensor.watchers[i]!(sensor);
    // One that announces itself is not there before its first reading was taken.
    if (this.#readers.size === 0 || this.#sensors.get(sensor.config.name) !== sensor) return;
    for (const reader of this.#readers) reader(sensor);
  }

  #complain(name: string, code: string, reason: string, refused = 1): void {
    const now = this.#clock.now();
    if (now - (this.#complained.get(name) ?? -Infinity) < COMPLAIN_MS) return;
    this.#complained.set(name, now);
    this.#log?.warn({ sensor: name, code, refused }, `reading refused: ${reason}`);
  }
}

/** Begins as JSON that is more than a bare number or word: `{`, `[` or `"`. */
function isDocument(payload: Uint8Array): boolean {
  let at = 0;
  while (at < payload.length && payload[at]! <= 0x20) at++;
  const first = payload[at];
  return first === 0x7b || first === 0x5b || first === 0x22;
}

/** The value at `a.b.0`; own members only, so that a path cannot reach into prototypes. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  let here: unknown = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

function isValue(value: unknown): value is SensorValue {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}
