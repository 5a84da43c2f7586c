/**
 * Readings of sensors: the last value of each, with its time. What arrives is data: numbers, booleans and short texts,
 * never instructions.
 */
import type { Thing, ThingState } from '../../devices/thing.ts';
import type { Clock } from '../clock.ts';
import type { SensorConfig, SensorKind } from '../config/types.ts';
import { TokonomaError } from '../errors.ts';
import { QUERY_KINDS } from '../grammar/actions.ts';
import type { Named } from './directory.ts';

export type SensorValue = string | number | boolean;

export interface Reading {
  readonly value: SensorValue;
  /** Milliseconds since the epoch; undefined for what is configured and was never measured. */
  readonly at?: number;
}

/** A payload may be longer than the reading it carries, within reason. */
const MAX_PAYLOAD_BYTES = 16 * 1024;
const MAX_TEXT = 256;
/** Sensors that announce themselves on `<base>/sensor/<kind>/<area>`, at most. */
const MAX_UNDECLARED = 256;
const NAME = /^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/;
const KINDS: ReadonlySet<string> = new Set([...QUERY_KINDS, 'contact', 'motion']);

export class Sensors {
  readonly #clock: Clock;
  readonly #configs = new Map<string, SensorConfig>();
  readonly #declared: number;
  readonly #byTopic = new Map<string, SensorConfig[]>();
  readonly #readings = new Map<string, Reading>();
  readonly #things: ReadonlyMap<string, Thing>;

  constructor(configs: readonly SensorConfig[], things: readonly Thing[], clock: Clock) {
    this.#clock = clock;
    this.#declared = configs.length;
    this.#things = new Map(things.map((thing) => [thing.description.id, thing]));
    for (const config of configs) this.#add(config);
  }

  get configs(): SensorConfig[] {
    return [...this.#configs.values()];
  }

  /** Every topic that a declared sensor reads. */
  get topics(): string[] {
    return [...this.#byTopic.keys()];
  }

  /** The last reading: measured, else the state of the sensor's thing, else the configured one. */
  reading(name: string): Reading | undefined {
    const measured = this.#readings.get(name);
    if (measured !== undefined) return measured;
    const config = this.#configs.get(name);
    const state = config?.device === undefined ? undefined : this.#things.get(config.device)?.driver.state();
    const value = state === undefined ? undefined : valueAt(state, config!.path);
    if (isValue(value)) return { value, at: this.#clock.now() };
    return config?.initial === undefined ? undefined : { value: config.initial };
  }

  /** A message on a configured topic. Throws `bad-reading`. */
  receive(topic: string, payload: Uint8Array): void {
    for (const config of this.#byTopic.get(topic) ?? []) this.#store(config, payload);
  }

  /** A message on `<base>/sensor/<name>`; `kind/area` needs no declaration. Throws `bad-reading`, `unknown-sensor`. */
  receiveNamed(name: string, payload: Uint8Array): void {
    this.#store(this.#configs.get(name) ?? this.#announce(name), payload);
  }

  #announce(name: string): SensorConfig {
    const [kind, ...rest] = name.split('/');
    if (!NAME.test(name) || !KINDS.has(kind!) || rest.length === 0) {
      throw new TokonomaError(
        'unknown-sensor',
        `no sensor "${name.slice(0, 100)}" is declared; declare it, or call it <kind>/<area> (${[...KINDS].join(', ')})`,
      );
    }
    if (this.#configs.size - this.#declared >= MAX_UNDECLARED) {
      throw new TokonomaError(
        'unknown-sensor',
        `${MAX_UNDECLARED} undeclared sensors are the limit; declare "${name}"`,
      );
    }
    const config: SensorConfig = {
      name,
      kind: kind as SensorKind,
      topic: '',
      area: rest.join(' ').replace(/[_-]/g, ' '),
    };
    this.#configs.set(name, config);
    return config;
  }

  #add(config: SensorConfig): void {
    this.#configs.set(config.name, config);
    this.#byTopic.set(config.topic, [...(this.#byTopic.get(config.topic) ?? []), config]);
  }

  #store(config: SensorConfig, payload: Uint8Array): void {
    this.#readings.set(config.name, { value: parseReading(payload, config), at: this.#clock.now() });
  }
}

/** Number, string, boolean, or JSON with the configured path. */
export function parseReading(payload: Uint8Array, config: Pick<SensorConfig, 'name' | 'path'>): SensorValue {
  const bad = (why: string): TokonomaError => new TokonomaError('bad-reading', `sensor ${config.name}: ${why}`);
  if (payload.length > MAX_PAYLOAD_BYTES) throw bad(`${payload.length} bytes; at most ${MAX_PAYLOAD_BYTES}`);
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8').trim();
  if (text === '') throw bad('the payload is empty');
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    if (/^[{[]/.test(text)) throw bad('the payload is no valid JSON');
  }
  if (typeof value === 'object' && value !== null) {
    value = valueAt(value, config.path ?? 'value');
    if (value === undefined) throw bad(`the JSON has nothing at "${config.path ?? 'value'}"; set the sensor's path`);
  }
  if (!isValue(value)) throw bad('the reading must be a number, a string or a boolean');
  if (typeof value === 'string' && value.length > MAX_TEXT) throw bad(`a text of at most ${MAX_TEXT} characters`);
  return value;
}

/** The value at `a.b.0`; own members only, so that a path cannot reach into prototypes. */
function valueAt(value: object | ThingState, path: string | undefined): unknown {
  let here: unknown = value;
  for (const key of path?.split('.') ?? []) {
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

/** What people call what a sensor of this kind watches. */
const NOUNS: Readonly<Partial<Record<SensorKind, readonly string[]>>> = {
  temperature: ['temperature', 'thermometer'],
  humidity: ['humidity'],
  brightness: ['brightness'],
  battery: ['battery', 'charge'],
  contact: ['door', 'window', 'gate', 'contact'],
  motion: ['motion', 'movement'],
};

/** How commands call a sensor: "kitchen temperature". */
export function sensorNamed(config: SensorConfig, thing?: Thing): Named {
  const where = config.area ?? thing?.description.title ?? config.name.split('/').slice(1).join(' ');
  return {
    id: config.name,
    title: `${where} ${config.kind}`.trim(),
    synonyms: thing === undefined ? [] : [thing.description.title, ...(thing.description['tk:synonyms'] ?? [])],
    nouns: NOUNS[config.kind] ?? [config.kind],
    ...(config.area === undefined ? {} : { area: config.area }),
  };
}
