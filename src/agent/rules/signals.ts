/** What a condition can be about: every sensor, and every property of a thing, under one kind of name. */
import type { DataSchema, Thing, ThingState } from '../../../devices/thing.ts';
import { Directory, type Named } from '../grounding/directory.ts';
import { namedOf } from '../grounding/grounding.ts';
import { unitOf } from '../sensors/description.ts';
import { NUMERIC, WORDS } from '../sensors/kinds.ts';
import { sensorNamed } from '../sensors/naming.ts';
import { Sensor } from '../sensors/sensor.ts';
import type { Sensors } from '../sensors/sensors.ts';
import { unitSymbol } from '../sensors/units.ts';

/** `id` is a sensor's name (`temperature/kitchen`) or a property of a thing (`garage-door.state`). */
export interface Signal extends Named {
  readonly kind: string;
  readonly unit?: string;
  /** Words it can be, lower case; undefined: a number, or not known. */
  readonly words?: readonly string[];
  readonly isNumeric: boolean;
  /** Id of the thing whose property it is. */
  readonly thing?: string;
  /** "the garage door", "temperature/kitchen" */
  readonly shown: string;
}

/** Kinds of numbers by the names that properties have. */
const PROPERTY_KINDS: Readonly<Record<string, string>> = {
  current_temperature: 'temperature',
  current_humidity: 'humidity',
  battery: 'battery',
  power: 'power',
};

export class Signals {
  readonly #sensors: Sensors;
  /** Of properties that conditions use, by signal id. */
  readonly #properties = new Map<string, Sensor>();
  #things: readonly Thing[] = [];
  #ofThings: readonly Signal[] = [];

  constructor(things: readonly Thing[], sensors: Sensors) {
    this.#sensors = sensors;
    this.declare(things);
  }

  /** These are the things from now on; their sensors know of them already. */
  declare(things: readonly Thing[]): void {
    this.#things = things;
    this.#ofThings = things.flatMap(propertySignals);
    for (const [id, property] of this.#properties) {
      const signal = this.#ofThings.find((candidate) => candidate.id === id);
      if (signal === undefined || kindOfProperty(signal) !== property.config.kind) this.#properties.delete(id);
    }
  }

  /** Whether it is declared, or a sensor that may announce itself. */
  mayCome(id: string): boolean {
    return this.get(id) !== undefined || this.#sensors.mayCome(id);
  }

  /** Sensors may have announced themselves meanwhile. */
  get all(): Signal[] {
    return [...this.#sensors.configs.map((config) => this.#sensorSignal(config.name)), ...this.#ofThings];
  }

  /** A directory of those that pass, for finding them by what is said. */
  directory(test: (signal: Signal) => boolean): Directory<Signal> {
    return new Directory(this.all.filter(test));
  }

  get(id: string): Signal | undefined {
    return this.all.find((signal) => signal.id === id);
  }

  /** Where its readings come from; undefined when nothing of this id is declared (any more). */
  input(id: string): Sensor | undefined {
    const sensor = this.#sensors.sensor(id);
    if (sensor !== undefined) return sensor;
    const known = this.#properties.get(id);
    if (known !== undefined) return known;
    const signal = this.#ofThings.find((candidate) => candidate.id === id);
    const thing = this.#things.find(({ description }) => description.id === signal?.thing);
    if (signal === undefined || thing === undefined) return undefined;
    const property = new Sensor({ name: id, kind: kindOfProperty(signal), topic: '' });
    property.isLive = true;
    this.#properties.set(id, property);
    this.#readProperty(property, thing.driver.state());
    return property;
  }

  /** Tells everybody who watches a property of this thing, or a sensor that belongs to it. */
  thingChanged(id: string, state: ThingState): void {
    this.#sensors.thingChanged(id, state);
    for (const [signal, property] of this.#properties) {
      if (!signal.startsWith(`${id}.`) || !this.#readProperty(property, state)) continue;
      for (const watcher of property.watchers) watcher(property);
    }
  }

  /** Whether it is another value than before. */
  #readProperty(property: Sensor, state: ThingState): boolean {
    const before = property.value;
    const value = state[property.config.name.slice(property.config.name.indexOf('.') + 1)];
    if (value === null || value === undefined || property.takeValue(value) !== undefined) return false;
    // A state is never old: any time will do.
    property.at = 0;
    return property.value !== before;
  }

  #sensorSignal(name: string): Signal {
    const { config } = this.#sensors.sensor(name)!;
    const thing = this.#things.find(({ description }) => description.id === config.device);
    const words = WORDS[config.kind];
    const unit = unitOf(config);
    return {
      ...sensorNamed(config, thing),
      kind: config.kind,
      ...(unit === undefined ? {} : { unit }),
      ...(words === undefined ? {} : { words: [words.yes, words.no] }),
      isNumeric: NUMERIC.has(config.kind) || config.unit !== undefined || typeof config.initial === 'number',
      shown: config.name,
    };
  }
}

/** How the readings of a property are taken. */
const kindOfProperty = ({ isNumeric }: Signal): string => (isNumeric ? 'level' : 'state');

function propertySignals(thing: Thing): Signal[] {
  const { id, title, properties } = thing.description;
  const named = namedOf(thing);
  return Object.entries(properties).flatMap(([name, schema]): Signal[] => {
    const words = wordsOf(schema);
    const isNumeric = schema.type === 'number' || schema.type === 'integer';
    if (words === undefined && !isNumeric) return [];
    const isMain = name === 'state';
    const spoken = name.replaceAll('_', ' ');
    return [
      {
        ...named,
        id: `${id}.${name}`,
        title: isMain ? title : `${title} ${spoken}`,
        synonyms: (named.synonyms ?? []).map((synonym) => (isMain ? synonym : `${synonym} ${spoken}`)),
        kind: isMain ? 'state' : (PROPERTY_KINDS[name] ?? name),
        ...(schema.unit === undefined ? {} : { unit: unitSymbol(schema.unit) }),
        ...(words === undefined ? {} : { words }),
        isNumeric,
        thing: id,
        shown: isMain ? `the ${title}` : `the ${title} ${spoken}`,
      },
    ];
  });
}

function wordsOf({ type, enum: values }: DataSchema): string[] | undefined {
  if (type === 'boolean') return ['on', 'off'];
  return type === 'string' ? values?.map((value) => String(value).toLowerCase()) : undefined;
}
