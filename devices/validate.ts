/**
 * Validation of an action's arguments. Their schemas are flat and few of JSON Schema's keywords occur (DataSchema), so
 * they are looked at as they are: compiling them with Ajv took most of the start-up of a small board. The order of the
 * keywords and the words are Ajv's, to which the tests compare.
 */
import { TokonomaError } from '../src/errors.ts';
import type { Args } from '../src/grammar/actions.ts';
import type { DataSchema } from './thing.ts';

/** The first thing wrong. */
export interface Violation {
  readonly keyword: string;
  /** The argument it is about; absent: the arguments as a whole. */
  readonly arg?: string;
  readonly params: { readonly limit?: number; readonly missingProperty?: string; readonly additionalProperty?: string };
  readonly message: string;
}

const ANNOTATIONS = ['title', 'description', 'default', 'unit', 'tk:names', 'tk:with', 'tk:clamp'];
const OBJECT_KEYWORDS = new Set([
  ...ANNOTATIONS,
  'type',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
]);
const VALUE_KEYWORDS = new Set([...ANNOTATIONS, 'type', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength']);
const VALUE_TYPES = new Set<unknown>([undefined, 'string', 'number', 'integer', 'boolean']);

/**
 * Refuses a schema that `violationOf` would not see through.
 * @throws TokonomaError `bad-description`
 */
export function checkSchema(where: string, schema: DataSchema): void {
  const refuse = (path: string, what: string): never => {
    throw new TokonomaError('bad-description', `${where}${path}: ${what} is not supported in an action's input`);
  };
  const check = (path: string, part: DataSchema, known: ReadonlySet<string>): void => {
    const unknown = Object.keys(part).find((keyword) => !known.has(keyword));
    if (unknown !== undefined) refuse(path, `"${unknown}"`);
  };
  check('', schema, OBJECT_KEYWORDS);
  if (schema.type !== undefined && schema.type !== 'object') refuse('', `type "${schema.type}"`);
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    check(` ${name}`, part, VALUE_KEYWORDS);
    if (!VALUE_TYPES.has(part.type)) refuse(` ${name}`, `type "${part.type}"`);
  }
}

/** What is wrong with `args`, if anything; `schema` has passed checkSchema. */
export function violationOf(schema: DataSchema, args: Args): Violation | undefined {
  const { properties = {}, required = [], minProperties = 0, additionalProperties = true } = schema;
  const names = Object.keys(args);
  if (names.length < minProperties) {
    const message = `must NOT have fewer than ${minProperties} properties`;
    return { keyword: 'minProperties', params: { limit: minProperties }, message };
  }
  const missingProperty = required.find((name) => !isGiven(args, name));
  if (missingProperty !== undefined) {
    return {
      keyword: 'required',
      params: { missingProperty },
      message: `must have required property '${missingProperty}'`,
    };
  }
  const additionalProperty = additionalProperties ? undefined : names.find((name) => !Object.hasOwn(properties, name));
  if (additionalProperty !== undefined) {
    return {
      keyword: 'additionalProperties',
      params: { additionalProperty },
      message: 'must NOT have additional properties',
    };
  }
  for (const [arg, part] of Object.entries(properties)) {
    if (!isGiven(args, arg)) continue;
    const wrong = wrongWith(part, args[arg]);
    if (wrong !== undefined) return { arg, ...wrong };
  }
  return undefined;
}

function isGiven(args: Args, name: string): boolean {
  return Object.hasOwn(args, name) && args[name] !== undefined;
}

function wrongWith(schema: DataSchema, value: unknown): Omit<Violation, 'arg'> | undefined {
  const { type, minimum = -Infinity, maximum = Infinity, minLength = 0, maxLength = Infinity } = schema;
  const beyond = (keyword: string, limit: number, message: string): Omit<Violation, 'arg'> => ({
    keyword,
    params: { limit },
    message,
  });
  if (!isOfType(value, type)) return { keyword: 'type', params: {}, message: `must be ${type}` };
  if (schema.enum !== undefined && !schema.enum.some((allowed) => allowed === value)) {
    return { keyword: 'enum', params: {}, message: 'must be equal to one of the allowed values' };
  }
  if (typeof value === 'number') {
    if (value > maximum) return beyond('maximum', maximum, `must be <= ${maximum}`);
    if (value < minimum) return beyond('minimum', minimum, `must be >= ${minimum}`);
  }
  if (typeof value === 'string') {
    // In code points, as JSON Schema counts.
    const length = [...value].length;
    if (length > maxLength) return beyond('maxLength', maxLength, `must NOT have more than ${maxLength} characters`);
    if (length < minLength) return beyond('minLength', minLength, `must NOT have fewer than ${minLength} characters`);
  }
  return undefined;
}

function isOfType(value: unknown, type: DataSchema['type']): boolean {
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type && (type !== 'number' || Number.isFinite(value));
}
