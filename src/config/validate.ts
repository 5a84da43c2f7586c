/** A configuration against its schema. */
import { createRequire } from 'node:module';
import type * as Ajv from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { DEFAULT_DRIVER, driverOf, driversFor } from '../../devices/drivers.ts';
import { KINDS, kindOf } from '../../devices/kinds.ts';
import { nearest } from './nearest.ts';
import { CONFIG_SCHEMA, RESERVED_IDS, thingSchema } from './schema.ts';
import type { Fault, Path } from './source.ts';

/** Without the meta-schema: compiling it takes longer than all the rest, and the tests check the schema against it. */
const VALIDATION = {
  allErrors: true,
  allowUnionTypes: true,
  verbose: true,
  meta: false,
  validateSchema: false,
  logger: false,
} as const;

/**
 * What the schema has to say, in words that never repeat a value. Ajv is loaded here and not before: with the compiled
 * schema it takes as long, and as much memory, as all the rest of a start without a file.
 */
export function faultsOf(raw: unknown): Fault[] {
  const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof Ajv;
  const ajv = new Ajv2020(VALIDATION);
  const faults = faultsBy(ajv.compile(HOUSE), raw, []);
  const things = (raw as { things?: unknown } | null)?.things;
  return Array.isArray(things) ? [...faults, ...things.flatMap(thingFaults(ajv))] : faults;
}

/** All but the things: each of them has the schema of its kind and driver, which few files have many of. */
const HOUSE = {
  ...CONFIG_SCHEMA,
  properties: { ...CONFIG_SCHEMA.properties, things: { type: 'array', items: { type: 'object' } } },
};

function thingFaults(ajv: Ajv.Ajv2020): (thing: unknown, index: number) => Fault[] {
  const compiled = new Map<string, ValidateFunction>();
  return (thing, index) => {
    if (typeof thing !== 'object' || thing === null || Array.isArray(thing)) return [];
    const path = ['things', index];
    const { kind: kindName, driver: driverName = DEFAULT_DRIVER } = thing as { kind?: unknown; driver?: unknown };
    const kind = typeof kindName === 'string' ? kindOf(kindName) : undefined;
    if (kind === undefined) return [unknownName(path, 'kind', kindName, namesOf(KINDS))];
    const driver = typeof driverName === 'string' ? driverOf(driverName) : undefined;
    if (driver === undefined) return [unknownName(path, 'driver', driverName, namesOf(driversFor(kind.name)))];
    if (!driversFor(kind.name).includes(driver)) {
      const message = `cannot drive a ${kind.name}; drivers are ${namesOf(driversFor(kind.name)).join(', ')}`;
      return [{ path: [...path, 'driver'], message }];
    }
    const key = `${kind.name} ${driver.name}`;
    const validate = compiled.get(key) ?? ajv.compile(thingSchema(kind, driver));
    compiled.set(key, validate);
    const faults = faultsBy(validate, thing, path);
    return faults.map((fault) => ({ ...fault, message: fault.message + elsewhere(fault, driver.name, kind.name) }));
  };
}

function namesOf(entries: readonly { readonly name: string }[]): string[] {
  return entries.map((entry) => entry.name);
}

function unknownName(path: Path, key: string, value: unknown, names: readonly string[]): Fault {
  const known = `${key}s are ${names.join(', ')}`;
  if (value === undefined) return { path, message: `"${key}" is missing; ${known}` };
  const hint = typeof value === 'string' ? nearest(value, names) : undefined;
  return { path: [...path, key], message: hint === undefined ? known : `did you mean "${hint}"? ${known}` };
}

/** A key that another driver of the kind has: whoever wrote it has forgotten to name the driver. */
function elsewhere({ key }: Fault, driver: string, kind: string): string {
  if (key === undefined) return '';
  const others = driversFor(kind).filter((other) => Object.hasOwn(other.options(kind).properties, key));
  return others.length === 0 ? '' : `; it is a key of driver: ${namesOf(others).join(', ')}, and this one is ${driver}`;
}

function faultsBy(validate: ValidateFunction, value: unknown, path: Path): Fault[] {
  if (validate(value)) return [];
  return validate.errors!.filter((error) => !isSummary(error)).map((error) => faultOf(error, path));
}

/** `oneOf`, `if` and the like repeat what their branches have said already. */
function isSummary(error: ErrorObject): boolean {
  return error.keyword === 'oneOf' || error.keyword === 'if';
}

function faultOf(error: ErrorObject, above: Path): Fault {
  const below = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const path = [...above, ...below];
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      const hint = nearest(key, known);
      const rest = hint === undefined ? `known are ${known.join(', ')}` : `did you mean "${hint}"?`;
      return { path, key, message: `unknown key; ${rest}` };
    }
    case 'required':
      return { path, message: `"${String(params['missingProperty'])}" is missing` };
    case 'enum':
      return { path, message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
    case 'const':
      return { path, message: `must be ${JSON.stringify(params['allowedValue'])}` };
    case 'not':
      return { path, message: `is a topic of the runtime itself; not allowed are ${RESERVED_IDS.join(', ')}` };
    case 'type':
      return { path, message: `must be ${[params['type']].flat().join(' or ')}${raws(params['type'])}` };
    default:
      return { path, message: error.message ?? 'is not valid' };
  }
}

/** YAML reads 007, yes-like words and dates as other types: say how text is written. */
function raws(type: unknown): string {
  return type === 'string' ? ' (put it into quotes)' : '';
}
