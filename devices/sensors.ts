/**
 * Kinds of sensors, as data: what a reading is, what senders write for it, what people call it. Descriptions, readings,
 * names, the configuration's schema and docs/devices.md are made of this table.
 */
import type { DataSchema, PropertyAffordance } from './thing.ts';

/** Two words that a reading of a kind can be, and what senders write for them. */
export interface Words {
  /** The word that JSON's `true`, `1` and `yes` mean. */
  readonly yes: string;
  readonly no: string;
  readonly spellings: Readonly<Record<string, readonly string[]>>;
}

export interface SensorKind {
  readonly name: string;
  readonly summary: string;
  /** What a reading is: a number, one of two words, or a short text that is only ever quoted. */
  readonly reads: 'number' | 'text' | Words;
  /** Of a number: what it is in when the sensor names no unit; a symbol of src/agent/sensors/units.ts. */
  readonly unit?: string;
  /** What people call what it watches; default: the name of the kind. */
  readonly nouns?: readonly string[];
  /** The word whose coming is something that happens: an event of its description. */
  readonly event?: string;
}

/** Something that happens: the reading of the sensor's property becomes `tk:value`. */
export interface EventAffordance {
  readonly title?: string;
  readonly data?: DataSchema;
  readonly 'tk:value': string;
}

/** What a sensor is and measures: a Thing Description without actions. */
export interface SensorDescription {
  /** The sensor's name: `temperature/kitchen`. */
  readonly id: string;
  /** As people say it: "kitchen temperature". */
  readonly title: string;
  /** Kind, a name of SENSORS. */
  readonly '@type': string;
  /** The one that is named like the kind. */
  readonly properties: Readonly<Record<string, PropertyAffordance>>;
  readonly events?: Readonly<Record<string, EventAffordance>>;
  /** Where its readings arrive; absent: `<base>/sensor/<id>`. */
  readonly 'tk:topic'?: string;
  /** Where the reading is in what arrives, and what is done with it: times `tk:scale`, plus `tk:offset`. */
  readonly 'tk:path'?: string;
  readonly 'tk:scale'?: number;
  readonly 'tk:offset'?: number;
  /** It sends the other one of two words. */
  readonly 'tk:invert'?: boolean;
  readonly 'tk:area'?: string;
  readonly 'tk:nouns'?: readonly string[];
  /** Id of the thing it belongs to. */
  readonly 'tk:device'?: string;
  /** What reads it on this machine, besides its topic. */
  readonly 'tk:driver'?: string;
  /** Seconds for which a reading is believed. */
  readonly 'tk:stale_s'?: number;
}

const detected = (more: readonly string[], calm: readonly string[]): Words => ({
  yes: 'detected',
  no: 'clear',
  spellings: {
    detected: ['detected', 'on', 'active', 'alarm', ...more],
    clear: ['clear', 'cleared', 'off', 'none', 'inactive', 'not_detected', 'not detected', ...calm],
  },
});

const SOMEONE = detected(
  ['motion', 'movement', 'occupied', 'present', 'presence', 'home', 'someone'],
  ['empty', 'vacant', 'unoccupied', 'absent', 'away', 'not_home', 'no motion', 'nobody'],
);

const number = (
  name: string,
  summary: string,
  more: { readonly unit?: string; readonly nouns?: readonly string[] } = {},
): SensorKind => ({ name, summary, reads: 'number', ...more });

const text = (name: string, summary: string): SensorKind => ({ name, summary, reads: 'text' });

export const SENSORS: readonly SensorKind[] = [
  number('temperature', 'a thermometer: DS18B20, DHT22, BME280', { unit: '°C', nouns: ['temperature', 'thermometer'] }),
  number('humidity', 'relative humidity of the air: DHT22, BME280', { unit: '%' }),
  number('pressure', 'barometric pressure: BME280', { unit: 'hPa' }),
  number('brightness', 'light: BH1750 in lx, a photoresistor in %', {
    nouns: ['brightness', 'light level', 'daylight'],
  }),
  number('distance', 'how far away the next thing is: VL53L0X, ultrasound', { unit: 'm' }),
  number('moisture', 'moisture of the soil', { unit: '%', nouns: ['soil moisture', 'moisture', 'soil'] }),
  number('battery', 'charge of a battery', { unit: '%', nouns: ['battery', 'charge'] }),
  number('co2', 'carbon dioxide in the air', { unit: 'ppm', nouns: ['co2', 'carbon dioxide', 'air'] }),
  number('noise', 'how loud it is', { unit: 'dB', nouns: ['noise', 'sound'] }),
  number('power', 'electrical power', { unit: 'W' }),
  number('energy', 'electrical energy, summed up', { unit: 'kWh' }),
  number('speed', 'how fast something is', { unit: 'm/s' }),
  number('level', 'how full something is, in whatever the sensor counts'),
  number('count', 'how many'),
  {
    name: 'button',
    summary: 'a push button',
    reads: {
      yes: 'pressed',
      no: 'released',
      spellings: { pressed: ['pressed', 'press', 'pushed', 'on', 'down'], released: ['released', 'off', 'up'] },
    },
    nouns: ['button', 'push button'],
    event: 'pressed',
  },
  {
    name: 'switch',
    summary: 'a switch that stays where it is put',
    reads: { yes: 'on', no: 'off', spellings: { on: ['on', 'active'], off: ['off', 'inactive'] } },
    nouns: ['switch', 'button'],
  },
  {
    name: 'contact',
    summary: 'a contact at a door, window or gate',
    // A contact that is made: zigbee2mqtt sends {"contact":true} for a closed door. Home Assistant's ON is an open one.
    reads: {
      yes: 'closed',
      no: 'open',
      spellings: { open: ['open', 'opened', 'ajar', 'on'], closed: ['closed', 'close', 'shut', 'off'] },
    },
    nouns: ['door', 'window', 'gate', 'contact'],
  },
  {
    name: 'motion',
    summary: 'a motion detector (PIR)',
    reads: SOMEONE,
    nouns: ['motion', 'movement', 'motion sensor'],
    event: 'detected',
  },
  {
    name: 'presence',
    summary: 'whether somebody is there',
    reads: SOMEONE,
    nouns: ['presence', 'occupancy', 'presence sensor'],
  },
  {
    name: 'smoke',
    summary: 'a smoke detector',
    reads: detected(['smoke', 'fire'], ['no smoke']),
    nouns: ['smoke', 'smoke detector', 'smoke alarm'],
    event: 'detected',
  },
  {
    name: 'leak',
    summary: 'a water detector',
    reads: detected(['leak', 'wet', 'water'], ['dry', 'no leak']),
    nouns: ['leak', 'water', 'leak sensor'],
    event: 'detected',
  },
  text('state', 'anything else: a number or a word, as it is sent'),
  text('position', 'where something is, in words'),
  text('weather', 'the weather, in words'),
  text('time', 'the time of another clock'),
  text('date', 'the date of another clock'),
];

const BY_NAME: ReadonlyMap<string, SensorKind> = new Map(SENSORS.map((kind) => [kind.name, kind]));

export function sensorKindOf(name: string): SensorKind | undefined {
  return BY_NAME.get(name);
}
