/** The keys of tokonoma.yaml that say what must not happen: those of a thing, and the sections `policy` and `safety`. */
import { conditionsOf } from '../../devices/condition.ts';
import type { Guards } from '../../devices/guards.ts';
import { unknownActions } from '../../devices/guards.ts';
import type { ThingDeclaration } from '../../devices/kind.ts';
import { kindOf } from '../../devices/kinds.ts';
import { ARG_MATCH_SCHEMA } from '../../devices/match.ts';
import type { ThingDescription } from '../../devices/thing.ts';
import type { PolicyConfig } from '../agent/acting/policy.ts';
import { messageOf } from '../errors.ts';
import { nearest } from './nearest.ts';
import type { Fault, Path } from './source.ts';
import type { SensorConfig } from './types.ts';

const SAFETY_CLASSES = ['low', 'medium', 'high'] as const;
const texts = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, uniqueItems: true };
const seconds = { type: 'number', minimum: 0, maximum: 86_400 };
const aMinute = { type: 'integer', minimum: 1, maximum: 10_000 };
const milliseconds = { type: 'integer', minimum: 1, maximum: 86_400_000 };
const value = { type: ['string', 'number', 'boolean'] };
const values = { anyOf: [value, { type: 'array', items: value, minItems: 1 }] };
const condition = {
  type: 'object',
  properties: { of: { type: 'string' }, is: values, not: values, above: { type: 'number' }, below: { type: 'number' } },
  required: ['of'],
  minProperties: 2,
  additionalProperties: false,
};
const conditions = { anyOf: [{ type: 'string' }, condition, { type: 'array', items: condition, minItems: 1 }] };

/** For all actions of a thing, or by the name of the action. */
const perAction = (schema: object): object => ({ anyOf: [schema, { type: 'object', additionalProperties: schema }] });

/** Keys of a thing, on top of those of its kind. */
export const GUARD_KEYS = {
  safety: perAction({ enum: SAFETY_CLASSES }),
  confirm: { anyOf: [{ type: 'boolean' }, { type: 'object', additionalProperties: ARG_MATCH_SCHEMA }] },
  cooldown_s: perAction(seconds),
  per_minute: perAction(aMinute),
  interlocks: {
    type: 'array',
    items: {
      type: 'object',
      properties: { when: conditions, unless: conditions, actions: texts, reason: { type: 'string', minLength: 1 } },
      oneOf: [{ required: ['when'] }, { required: ['unless'] }],
      additionalProperties: false,
    },
  },
  clamp: { anyOf: [{ type: 'boolean' }, texts] },
  ack_ms: perAction(milliseconds),
  safe_offline: { type: 'boolean' },
};

export type RawGuards = { -readonly [Key in keyof Guards]: Guards[Key] };

const time = { type: 'string', pattern: '^([01]?\\d|2[0-3]):[0-5]\\d$' };
const scope = {
  actions: texts,
  things: texts,
  safety: { type: 'array', items: { enum: SAFETY_CLASSES }, minItems: 1 },
};
const permission = { type: 'object', properties: scope, minProperties: 1, additionalProperties: false };

export const POLICY_SCHEMA = {
  type: 'object',
  description: 'what may be done when, and by whom (docs/safety.md)',
  properties: {
    quiet_hours: {
      type: 'array',
      items: {
        type: 'object',
        properties: { from: time, to: time, actions: texts, things: texts, areas: texts },
        required: ['from', 'to'],
        additionalProperties: false,
      },
    },
    sources: {
      type: 'object',
      description: 'by site, reply topic, or mqtt, http, terminal, hermes, wyoming, schedule, rule; * for all others',
      additionalProperties: {
        type: 'object',
        properties: { allow: permission, deny: permission },
        minProperties: 1,
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
} as const;

export const SAFETY_SCHEMA = {
  type: 'object',
  properties: {
    contact_s: {
      type: 'number',
      minimum: 0,
      maximum: 3600,
      description: 'seconds without a broker after which what is being done is ended',
    },
  },
  additionalProperties: false,
} as const;

/** The guards of a thing as declared, where there are any. */
export function guardsOf(raw: RawGuards): { guards?: Guards } {
  const keys = Object.keys(GUARD_KEYS).filter((key) => raw[key as keyof Guards] !== undefined);
  if (keys.length === 0) return {};
  return { guards: Object.fromEntries(keys.map((key) => [key, raw[key as keyof Guards]])) };
}

/** Actions, sensors, things and properties that guards speak of and nobody has declared. */
export function guardFaults(things: readonly ThingDeclaration[], sensors: readonly SensorConfig[]): Fault[] {
  const faults: Fault[] = [];
  const described = new Map<string, ThingDescription>();
  const describe = (thing: ThingDeclaration): ThingDescription => {
    const known = described.get(thing.id) ?? kindOf(thing.kind)!.describe(thing);
    described.set(thing.id, known);
    return known;
  };
  for (const [index, thing] of things.entries()) {
    const { guards } = thing;
    if (guards === undefined) continue;
    const path: Path = ['things', index];
    for (const action of unknownActions(describe(thing), guards)) {
      const known = Object.keys(describe(thing).actions);
      faults.push({ path, message: `the ${thing.name} has no action "${action}"; ${hint(action, known)}` });
    }
    for (const [i, { when, unless }] of (guards.interlocks ?? []).entries()) {
      const key = when === undefined ? 'unless' : 'when';
      const where = [...path, 'interlocks', i, key];
      try {
        for (const { of } of conditionsOf(when ?? unless ?? [])) {
          const wrong = subjectFault(of, things, sensors, describe);
          if (wrong !== undefined) faults.push({ path: where, message: wrong });
        }
      } catch (error) {
        faults.push({ path: where, message: messageOf(error) });
      }
    }
  }
  return faults;
}

/** `contact/garage` is a sensor, declared or to announce itself; anything else is a thing and one of its properties. */
function subjectFault(
  subject: string,
  things: readonly ThingDeclaration[],
  sensors: readonly SensorConfig[],
  describe: (thing: ThingDeclaration) => ThingDescription,
): string | undefined {
  if (subject.includes('/') || sensors.some((sensor) => sensor.name === subject)) return undefined;
  const [id = '', property = 'state'] = subject.split('.');
  const thing = things.find((candidate) => candidate.id === id);
  if (thing === undefined) {
    const known = [...things.map((candidate) => candidate.id), ...sensors.map((sensor) => sensor.name)];
    return `there is no thing or sensor "${id}"; ${hint(id, known)}`;
  }
  const properties = Object.keys(describe(thing).properties);
  return properties.includes(property)
    ? undefined
    : `the ${thing.name} has no property "${property}"; ${hint(property, properties)}`;
}

/** Things that permissions and quiet hours name must be there: a slip here would permit what was to be forbidden. */
export function policyFaults(policy: PolicyConfig, things: readonly ThingDeclaration[]): Fault[] {
  const ids = things.map((thing) => thing.id);
  const areas = things.flatMap((thing) => thing.area ?? []);
  const faults: Fault[] = [];
  const check = (path: Path, names: readonly string[] | undefined, known: readonly string[]): void => {
    for (const [i, name] of (names ?? []).entries()) {
      if (known.includes(name)) continue;
      faults.push({ path: [...path, i], message: `there is no "${name}" declared; ${hint(name, known)}` });
    }
  };
  for (const [i, hours] of (policy.quiet_hours ?? []).entries()) {
    check(['policy', 'quiet_hours', i, 'things'], hours.things, ids);
    check(['policy', 'quiet_hours', i, 'areas'], hours.areas, areas);
  }
  for (const [source, { allow, deny }] of Object.entries(policy.sources ?? {})) {
    check(['policy', 'sources', source, 'allow', 'things'], allow?.things, ids);
    check(['policy', 'sources', source, 'deny', 'things'], deny?.things, ids);
  }
  return faults;
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean "${near}"?`;
}
