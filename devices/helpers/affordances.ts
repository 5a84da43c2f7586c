/** The two smallest helpers; the others in this folder are made of them. */
import type { Trait } from '../kind.ts';
import type { ArgMatch } from '../match.ts';
import type { DataSchema, PropertyAffordance, SafetyClass } from '../thing.ts';

export interface ActionHints {
  readonly title?: string;
  /** TD: invoking it changes nothing. */
  readonly safe?: boolean;
  /** TD: invoking it twice is the same as once. */
  readonly idempotent?: boolean;
  readonly safety?: SafetyClass;
  readonly confirm?: ArgMatch;
  readonly stops?: ArgMatch;
  readonly perMinute?: number;
}

/** An action and its arguments; `name!` marks a required one. */
export function does(name: string, args: Readonly<Record<string, DataSchema>>, hints: ActionHints = {}): Trait {
  const properties = Object.fromEntries(Object.entries(args).map(([key, schema]) => [key.replace('!', ''), schema]));
  const required = Object.keys(args)
    .filter((key) => key.endsWith('!'))
    .map((key) => key.slice(0, -1));
  return {
    actions: {
      [name]: {
        ...(hints.title === undefined ? {} : { title: hints.title }),
        input: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) },
        safe: hints.safe ?? false,
        idempotent: hints.idempotent ?? false,
        ...(hints.safety === undefined ? {} : { 'tk:safety': hints.safety }),
        ...(hints.confirm === undefined ? {} : { 'tk:confirm': hints.confirm }),
        ...(hints.stops === undefined ? {} : { 'tk:stops': hints.stops }),
        ...(hints.perMinute === undefined ? {} : { 'tk:per_minute': hints.perMinute }),
      },
    },
  };
}

/** A property that can only be read. */
export function reading(name: string, schema: DataSchema): Trait {
  return { properties: { [name]: { readOnly: true, ...schema } } };
}

/** A property that `/set` can write too. */
export function writable(name: string, schema: PropertyAffordance): Trait {
  return { properties: { [name]: schema } };
}

/** Longest free text that a thing takes: no name of a place or a song is longer. */
const TEXT_LENGTH = 200;

export function textArg(names?: readonly string[]): DataSchema {
  return {
    type: 'string',
    minLength: 1,
    maxLength: TEXT_LENGTH,
    ...(names === undefined ? {} : { 'tk:names': names }),
  };
}

export const percentArg: DataSchema = { type: 'number', minimum: 0, maximum: 100, unit: 'percent' };

/** `step: up|down` with `by`, which has a default that belongs to the kind. */
export function stepArgs(by: number, maximum: number, unit: string): Record<string, DataSchema> {
  return {
    step: { type: 'string', enum: ['up', 'down'] },
    by: { type: 'number', minimum: 0, maximum, unit, default: by, 'tk:with': 'step' },
  };
}
