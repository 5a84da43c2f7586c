/** Any device with topics: each property of its kind says where it is set and read, and in which words and numbers. */
import { COLOR_CODECS, mired, percentOf, synonyms, type ColorFormat } from './codecs.ts';
import { COLOR_FORMAT, PATH, RANGE, TOPIC, WORD, perChannel } from './keys.ts';
import { standardCodec } from './standard.ts';
import { MQTT_KINDS, mqttType } from './type.ts';
import type { Channel, Codec, Value, Wiring } from './wiring.ts';

interface PlainChannel {
  readonly set?: string;
  readonly key?: string;
  readonly get?: string;
  readonly path?: string;
  readonly values?: Readonly<Record<string, Value | readonly Value[]>>;
  /** Where the words that are read are others than those that are sent. */
  readonly reads?: Readonly<Record<string, Value | readonly Value[]>>;
  readonly range?: readonly [zero: number, full: number];
  readonly unit?: 'mired' | 'kelvin';
  readonly format?: ColorFormat;
}

interface PlainAvailability {
  readonly topic: string;
  readonly path?: string;
  readonly online?: Value;
  readonly offline?: Value;
}

export interface PlainOptions {
  readonly topics: Readonly<Record<string, PlainChannel>>;
  readonly availability?: PlainAvailability | readonly PlainAvailability[];
  readonly answers?: Wiring['answers'];
}

const VALUES = {
  type: 'object',
  additionalProperties: { anyOf: [WORD, { type: 'array', items: WORD, minItems: 1, maxItems: 8 }] },
  minProperties: 1,
  maxProperties: 16,
};

const CHANNEL = {
  type: 'object',
  properties: {
    set: { ...TOPIC, description: 'topic that is published to' },
    key: { ...PATH, description: 'where in a JSON payload the value goes; with the same topic they go out together' },
    get: { ...TOPIC, description: 'topic that tells the value' },
    path: { ...PATH, description: 'where in a JSON payload the value is' },
    values: { ...VALUES, description: 'words of the device: {ON: "1", OFF: "0"}' },
    reads: { ...VALUES, description: 'words that are read, where they are others than those that are sent' },
    range: RANGE,
    unit: { enum: ['mired', 'kelvin'] },
    format: COLOR_FORMAT,
  },
  minProperties: 1,
  additionalProperties: false,
};

const AVAILABILITY = {
  type: 'object',
  properties: { topic: TOPIC, path: PATH, online: WORD, offline: WORD },
  required: ['topic'],
  additionalProperties: false,
};

export const plain = mqttType<PlainOptions>({
  name: 'mqtt',
  summary: 'any device with topics for commands and states',
  kinds: MQTT_KINDS,
  options: () => ({
    properties: {
      topics: {
        ...perChannel(CHANNEL),
        minProperties: 1,
        description: 'per property of the kind: {state: {set: pump/set, get: pump/state}}',
      },
      availability: { anyOf: [AVAILABILITY, { type: 'array', items: AVAILABILITY, minItems: 1, maxItems: 4 }] },
      answers: {
        enum: ['always', 'changes', 'never'],
        description: 'when it speaks: after every command, when something changes (default), or never',
      },
    },
    required: ['topics'],
  }),
  wire({ kind, options }, own): Wiring {
    const { levels } = (options ?? {}) as { levels?: number };
    const channels = Object.fromEntries(
      Object.entries(own.topics).map(([name, said]) => [name, channel(said, codecOf(kind, name, said, levels))]),
    );
    return {
      channels,
      availability: listed(own.availability ?? []).map(({ topic, path, online = 'online', offline = 'offline' }) => ({
        topic,
        path,
        online,
        offline,
      })),
      answers: own.answers ?? 'changes',
    };
  },
});

function channel({ set, key, get, path }: PlainChannel, codec: Codec): Channel {
  return {
    ...(set === undefined ? {} : { set: { topic: set, key } }),
    get: get === undefined ? [] : [{ topic: get, path }],
    codec,
  };
}

function codecOf(kind: string, name: string, said: PlainChannel, levels?: number): Codec {
  const codec = spoken(kind, name, said, levels);
  return said.reads === undefined ? codec : { ...codec, decode: synonyms(lists(said.reads)).decode };
}

function spoken(kind: string, name: string, { values, range, unit, format }: PlainChannel, levels?: number): Codec {
  if (values !== undefined) return synonyms(lists(values));
  if (range !== undefined) return percentOf(...range);
  if (format !== undefined) return COLOR_CODECS[format];
  return unit === 'mired' ? mired() : standardCodec(kind, name, levels);
}

function lists(values: Readonly<Record<string, Value | readonly Value[]>>): Record<string, readonly Value[]> {
  return Object.fromEntries(Object.entries(values).map(([name, said]) => [name, listed(said)]));
}

function listed<T>(said: T | readonly T[]): readonly T[] {
  return Array.isArray(said) ? (said as readonly T[]) : [said as T];
}
