/** A configuration against its schema. */
import { createRequire } from 'node:module';
import type * as Ajv from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { KINDS } from '../../devices/kinds.ts';
import { nearest } from './nearest.ts';
import { CONFIG_SCHEMA, RESERVED_IDS } from './schema.ts';
import type { Fault } from './source.ts';

/** Without the meta-schema: compiling it takes longer than all the rest, and the tests check the schema against it. */
const VALIDATION = {
  allErrors: true,
  discriminator: true,
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
  const validate = new Ajv2020(VALIDATION).compile(schemaFor(raw));
  if (validate(raw)) return [];
  return validate.errors!.filter((error) => !isSummary(error)).map(faultOf);
}

/** The schema with no more kinds of things than the file has: two thirds of compiling it are kinds. */
function schemaFor(raw: unknown): object {
  const { things } = CONFIG_SCHEMA.properties;
  const declared = (raw as { things?: unknown } | null)?.things;
  const used = new Set(Array.isArray(declared) ? declared.map((thing: { kind?: unknown } | null) => thing?.kind) : []);
  const ofKind = things.items.oneOf.filter((schema) => used.has(schema.properties.kind.const));
  // None would be no schema.
  const oneOf = ofKind.length > 0 ? ofKind : things.items.oneOf.slice(0, 1);
  const items = { ...things.items, oneOf };
  return { ...CONFIG_SCHEMA, properties: { ...CONFIG_SCHEMA.properties, things: { ...things, items } } };
}

/** `oneOf`, `if` and the like repeat what their branches have said already. */
function isSummary(error: ErrorObject): boolean {
  return error.keyword === 'oneOf' || error.keyword === 'if';
}

function faultOf(error: ErrorObject): Fault {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
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
    case 'discriminator': {
      const kinds = KINDS.map((kind) => kind.name);
      const value = params['tagValue'];
      if (value === undefined) return { path, message: `"kind" is missing; kinds are ${kinds.join(', ')}` };
      const hint = typeof value === 'string' ? nearest(value, kinds) : undefined;
      const known = `kinds are ${kinds.join(', ')}`;
      return { path: [...path, 'kind'], message: hint === undefined ? known : `did you mean "${hint}"? ${known}` };
    }
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
