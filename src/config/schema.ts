/** JSON Schema (draft 2020-12) of tokonoma.yaml, made of the kinds in devices/. Defaults live in load.ts. */
import { driversFor, type DriverType } from '../../devices/drivers.ts';
import type { Kind } from '../../devices/kind.ts';
import { KINDS } from '../../devices/kinds.ts';
import { SENSOR_KINDS } from '../agent/sensors/kinds.ts';
import { GUARD_KEYS, POLICY_SCHEMA, SAFETY_SCHEMA } from './guards.ts';
import { BACKENDS } from '../gpio/io.ts';
import { LINE_KEYS, SOURCES } from '../gpio/sources/sources.ts';
import { LEVELS } from '../levels.ts';
import type { Precision } from '../model/engine.ts';
import { ANNOUNCED_SCHEMA, HOME_ASSISTANT_SCHEMA } from './homeassistant.ts';
import { HTTP_SCHEMA } from './http.ts';
import { VERSION } from './migrate.ts';
import { MQTT_SCHEMA } from './mqtt.ts';
import { HERMES_SCHEMA, WYOMING_SCHEMA } from './voice.ts';

export const PRECISIONS: readonly Precision[] = ['exact', 'fast', 'auto'];

/** Topics below the base that things may not take for themselves. */
export const RESERVED_IDS = ['command', 'response', 'action', 'stop', 'armed', 'bridge', 'sensor'] as const;

const name = { type: 'string', minLength: 1, maxLength: 100, pattern: '\\S' };
const names = { type: 'array', items: name, uniqueItems: true };
/** A topic to subscribe to, without wildcards. */
const topic = { type: 'string', minLength: 1, pattern: '^[^+#]+$' };

const thingKeys = {
  id: { type: 'string', pattern: '^[a-z0-9_-]+$', not: { enum: RESERVED_IDS }, maxLength: 100 },
  name,
  area: name,
  synonyms: names,
  nouns: names,
  driver: { type: 'string', description: 'what drives it; default: simulated' },
  groups: names,
  homeassistant: ANNOUNCED_SCHEMA,
  ...GUARD_KEYS,
};

/** Keys of a thing that are not options of its kind. */
export const THING_KEYS: readonly string[] = ['kind', ...Object.keys(thingKeys)];

/** A thing of this kind with this driver, and nothing else. */
export function thingSchema(kind: Kind, driver: DriverType): object {
  const keys = driver.options(kind.name);
  return {
    type: 'object',
    properties: { kind: { const: kind.name }, ...thingKeys, ...kind.options, ...keys.properties },
    required: ['kind', 'name', ...(keys.required ?? [])],
    additionalProperties: false,
  };
}

/** A thing of this kind, for editors: which keys it may have depends on its driver. */
function publishedThing(kind: Kind): object {
  const drivers = driversFor(kind.name);
  const keyed = drivers.flatMap((driver) => {
    const keys = driver.options(kind.name);
    if (Object.keys(keys.properties).length === 0) return [];
    return [{ if: { properties: { driver: { const: driver.name } }, required: ['driver'] }, then: keys }];
  });
  return {
    title: kind.summary,
    type: 'object',
    properties: {
      kind: { const: kind.name },
      ...thingKeys,
      driver: { ...thingKeys.driver, enum: drivers.map((driver) => driver.name) },
      ...kind.options,
    },
    required: ['kind', 'name'],
    ...(keyed.length === 0 ? {} : { allOf: keyed }),
    unevaluatedProperties: false,
  };
}

const SOURCE_KEYS = Object.assign({}, ...Object.values(SOURCES).map((source) => source.keys)) as Record<string, object>;

export const CONFIG_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'tokonoma.yaml',
  type: 'object',
  properties: {
    version: { const: VERSION, description: 'version of this format' },
    node: {
      type: 'object',
      properties: {
        name: { type: 'string', pattern: '^[a-z0-9_-]+$', maxLength: 100, description: 'topics are tokonoma/<name>/…' },
        base: { ...topic, pattern: '^[^+#/]+(/[^+#/]+)*$', description: 'base topic, instead of tokonoma/<name>' },
      },
      required: ['name'],
      additionalProperties: false,
    },
    mqtt: MQTT_SCHEMA,
    http: HTTP_SCHEMA,
    wyoming: WYOMING_SCHEMA,
    hermes: HERMES_SCHEMA,
    homeassistant: HOME_ASSISTANT_SCHEMA,
    model: { type: 'string', minLength: 1, description: 'GGUF file, name, or auto; default: the embedded seedling' },
    memory: {
      type: ['integer', 'string'],
      minimum: 1,
      pattern: '^(auto|\\d+(\\.\\d+)?\\s*([kKmMgG](i?[bB])?|[bB])?)$',
      description: 'what the whole process may have: bytes, or 512MiB, 1G, or auto',
    },
    context: { type: 'integer', minimum: 1, description: 'positions of the KV cache' },
    threads: { type: 'integer', minimum: 1, description: 'threads of the engine' },
    say: {
      enum: ['plain', 'model'],
      description: 'whose words answers are in: plain ones, or those of a Bonsai model, which takes a while longer',
    },
    precision: {
      enum: PRECISIONS,
      description: 'of generated text: exact, fast, or auto (docs/decisions/precision.md)',
    },
    log: {
      type: 'object',
      properties: {
        level: { enum: LEVELS, description: 'default warn; LOG_LEVEL and --log-level win' },
      },
      additionalProperties: false,
    },
    location: {
      type: 'object',
      description: 'where it stands, degrees, for sunrise and sunset',
      properties: {
        latitude: { type: 'number', minimum: -90, maximum: 90 },
        longitude: { type: 'number', minimum: -180, maximum: 180 },
      },
      required: ['latitude', 'longitude'],
      additionalProperties: false,
    },
    rules: {
      type: 'object',
      description: 'what the words of rules mean in numbers, and how often rules act (docs/rules.md)',
      properties: {
        dark: { type: 'number', description: 'lx below which it is dark; default 30' },
        bright: { type: 'number', description: 'lx above; default 1000' },
        warm: { type: 'number', description: '°C above; default 25' },
        hot: { type: 'number', description: '°C above; default 28' },
        cold: { type: 'number', description: '°C below; default 18' },
        freezing: { type: 'number', description: '°C below; default 0' },
        humid: { type: 'number', description: '% above; default 65' },
        dry: { type: 'number', description: '% below; default 35' },
        low: { type: 'number', description: '% of a battery below; default 20' },
        night_from: { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'default 22:00' },
        night_to: { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'default 06:00' },
        cooldown_s: {
          type: 'number',
          minimum: 0,
          description: 'seconds between two acts of one rule; default 5, of a button 0',
        },
        grace_s: { type: 'number', minimum: 1, description: 'seconds a scheduled command may be late; default 60' },
      },
      additionalProperties: false,
    },
    data: { type: 'string', minLength: 1, description: 'directory for journal, schedules and rules' },
    things: {
      type: 'array',
      items: { type: 'object', discriminator: { propertyName: 'kind' }, oneOf: KINDS.map(publishedThing) },
    },
    sensors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', pattern: '^[a-z0-9_-]+(/[a-z0-9_-]+)*$', maxLength: 100 },
          kind: { enum: SENSOR_KINDS },
          topic,
          area: name,
          unit: { type: 'string', minLength: 1 },
          path: { type: 'string', pattern: '^[^.]+(\\.[^.]+)*$' },
          device: { type: 'string', minLength: 1, description: 'id of the thing it belongs to' },
          scale: { type: 'number', description: 'a number is multiplied by it' },
          offset: { type: 'number', description: 'and this is added' },
          min: { type: 'number', description: 'what is less is refused' },
          max: { type: 'number', description: 'what is more is refused' },
          stale_s: { type: 'number', exclusiveMinimum: 0, description: 'seconds for which a reading is believed' },
          invert: { type: 'boolean', description: 'open means closed, on means off' },
          homeassistant: ANNOUNCED_SCHEMA,
          initial: { type: ['string', 'number', 'boolean'] },
          driver: { enum: Object.keys(SOURCES), description: 'where this machine reads it itself' },
          ...SOURCE_KEYS,
        },
        required: ['name', 'kind'],
        additionalProperties: false,
      },
    },
    policy: POLICY_SCHEMA,
    safety: SAFETY_SCHEMA,
    gpio: {
      type: 'object',
      properties: {
        backend: {
          enum: ['auto', ...BACKENDS],
          description: 'the way to the pins; auto: onoff, else libgpiod’s tools, else lgpio',
        },
      },
      additionalProperties: false,
    },
    stop_line: {
      type: 'object',
      description: 'an input that stops everything: an emergency button',
      properties: LINE_KEYS,
      required: ['pin'],
      additionalProperties: false,
    },
  },
  required: ['version'],
  additionalProperties: false,
} as const;
