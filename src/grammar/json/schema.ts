/**
 * JSON Schema (draft 2020-12, the part that shapes what is written) as a tree of nodes for json/automaton.ts. What would
 * be promised and not kept is refused: an unknown type, `pattern`, `not`, `allOf` of several, a reference to elsewhere.
 */
import { TokonomaError } from '../../errors.ts';
import { canGoOn } from './number.ts';

export type Node =
  | { readonly kind: 'object'; readonly properties: readonly Property[]; readonly others: (() => Node) | undefined }
  | { readonly kind: 'array'; readonly items: () => Node; readonly min: number; readonly max: number }
  | { readonly kind: 'string'; readonly min: number; readonly max: number }
  | { readonly kind: 'number'; readonly integer: boolean; readonly min: number; readonly max: number }
  /** One of these, as JSON text. */
  | { readonly kind: 'literals'; readonly texts: readonly string[] }
  | { readonly kind: 'either'; readonly nodes: readonly (() => Node)[] };

export interface Property {
  readonly name: string;
  readonly node: () => Node;
  readonly required: boolean;
}

export type JsonSchema = Readonly<Record<string, unknown>> | boolean;

/** Values nest at most so deep where a schema leaves it open. */
const FREE_DEPTH = 6;
/** A schema with more places is no signature of a function. */
const MOST_NODES = 4096;
/** Annotations, and what a generated value satisfies by its form. */
const IGNORED: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$comment', '$defs', 'definitions', 'title', 'description', 'default', 'examples'],
  ...['deprecated', 'readOnly', 'writeOnly', 'format', 'unit', 'contentEncoding', 'contentMediaType', 'strict'],
]);
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'minProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  boolean: [],
  null: [],
};
const TYPES = Object.keys(KEYWORDS);

/** @throws TokonomaError `unsupported-schema`, naming the place */
export function compileSchema(schema: unknown): Node {
  return new Compiler(schema).node();
}

/** Any JSON object: what `response_format: {type: "json_object"}` asks for. */
export function anyObject(): Node {
  return { kind: 'object', properties: [], others: () => anything(FREE_DEPTH - 1) };
}

function anything(depth: number): Node {
  const scalars: Node[] = [
    { kind: 'string', min: 0, max: Infinity },
    { kind: 'number', integer: false, min: -Infinity, max: Infinity },
    { kind: 'literals', texts: ['true', 'false', 'null'] },
  ];
  const inner = (): Node => anything(depth - 1);
  const nested: Node[] = [
    { kind: 'object', properties: [], others: inner },
    { kind: 'array', items: inner, min: 0, max: Infinity },
  ];
  return { kind: 'either', nodes: (depth > 0 ? [...scalars, ...nested] : scalars).map((node) => () => node) };
}

class Compiler {
  readonly #root: unknown;
  readonly #known = new Map<unknown, Node>();
  #nodes = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  /** Everything is compiled at once, so that what is wrong is told before a token is made. */
  node(): Node {
    const pending: (() => void)[] = [];
    const node = this.#compile(this.#root, '#', pending);
    while (pending.length > 0) pending.pop()!();
    return node;
  }

  /** Later use of what is compiled by then; recursion ends at what is known. */
  #later(schema: unknown, at: string, pending: (() => void)[]): () => Node {
    let node: Node | undefined;
    pending.push(() => (node = this.#compile(schema, at, pending)));
    return () => node!;
  }

  #compile(schema: unknown, at: string, pending: (() => void)[]): Node {
    if (schema === true) return anything(FREE_DEPTH);
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
      throw unsupported(at, schema === false ? 'false allows nothing' : 'a schema is an object or true');
    }
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    if (++this.#nodes > MOST_NODES) throw unsupported(at, `more than ${MOST_NODES} schemas`);
    const node = this.#compileObject(schema as Record<string, unknown>, at, pending);
    this.#known.set(schema, node);
    return node;
  }

  #compileObject(schema: Record<string, unknown>, at: string, pending: (() => void)[]): Node {
    const { $ref, anyOf, oneOf, allOf, type } = schema;
    if ('const' in schema) return literals([schema['const']], at);
    if ('enum' in schema) return literals(listOf(schema['enum'], `${at}/enum`), at);
    if ($ref !== undefined) return this.#compile(this.#resolve($ref, at), at, pending);
    if (allOf !== undefined) {
      const all = listOf(allOf, `${at}/allOf`);
      if (all.length !== 1) throw unsupported(at, 'allOf of more than one schema');
      return this.#compile(all[0], `${at}/allOf/0`, pending);
    }
    const choice = anyOf ?? oneOf;
    if (choice !== undefined) {
      const name = anyOf === undefined ? 'oneOf' : 'anyOf';
      const nodes = listOf(choice, `${at}/${name}`).map((one, i) => this.#later(one, `${at}/${name}/${i}`, pending));
      if (nodes.length === 0) throw unsupported(at, `an empty ${name}`);
      return { kind: 'either', nodes };
    }
    const types = type === undefined ? guessedTypes(schema) : Array.isArray(type) ? (type as unknown[]) : [type];
    if (types.length === 0) {
      checkKeywords(schema, [], at);
      return anything(FREE_DEPTH);
    }
    checkKeywords(
      schema,
      types.flatMap((one) => KEYWORDS[String(one)] ?? []),
      at,
    );
    const nodes = types.map((one) => this.#typed(one, schema, at, pending));
    return nodes.length === 1 ? nodes[0]! : { kind: 'either', nodes: nodes.map((node) => () => node) };
  }

  #typed(type: unknown, schema: Record<string, unknown>, at: string, pending: (() => void)[]): Node {
    switch (type) {
      case 'object':
        return this.#object(schema, at, pending);
      case 'array': {
        const { items = true, minItems, maxItems } = schema;
        const [min, max] = range(count(minItems, 0, at), count(maxItems, Infinity, at), at);
        return { kind: 'array', items: this.#later(items, `${at}/items`, pending), min, max };
      }
      case 'string': {
        const { minLength, maxLength } = schema;
        const [min, max] = range(count(minLength, 0, at), count(maxLength, Infinity, at), at);
        return { kind: 'string', min, max };
      }
      case 'number':
      case 'integer':
        return numberNode(schema, type === 'integer', at);
      case 'boolean':
        return { kind: 'literals', texts: ['true', 'false'] };
      case 'null':
        return { kind: 'literals', texts: ['null'] };
      default:
        throw unsupported(at, `type ${JSON.stringify(type)}; known are ${TYPES.join(', ')}`);
    }
  }

  #object(schema: Record<string, unknown>, at: string, pending: (() => void)[]): Node {
    const { properties = {}, required = [], additionalProperties } = schema;
    if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
      throw unsupported(at, 'properties must be an object');
    }
    const names = new Set(listOf(required, `${at}/required`).map(String));
    const declared = Object.entries(properties).map(([name, one]) => ({
      name,
      node: this.#later(one, `${at}/properties/${name}`, pending),
      required: names.delete(name),
    }));
    // A property that is required and not described may be anything.
    const undescribed = [...names].map((name) => ({ name, node: () => anything(FREE_DEPTH), required: true }));
    const all = [...declared, ...undescribed];
    // Where properties are described no others are made up, although they would be allowed.
    const open = all.length === 0 && additionalProperties !== false;
    const least = count(schema['minProperties'], 0, at);
    if (least > all.filter((property) => property.required).length && !open && least > 1) {
      throw unsupported(at, 'minProperties above the number of required properties');
    }
    const node: Node = {
      kind: 'object',
      properties: least === 1 && !all.some((property) => property.required) ? firstRequired(all) : all,
      others: open
        ? this.#later(
            additionalProperties === undefined ? true : additionalProperties,
            `${at}/additionalProperties`,
            pending,
          )
        : undefined,
    };
    return node;
  }

  #resolve(ref: unknown, at: string): unknown {
    if (typeof ref !== 'string' || !(ref === '#' || ref.startsWith('#/'))) {
      throw unsupported(
        at,
        `$ref ${JSON.stringify(ref)}: only places in the same schema (#/$defs/…) can be referred to`,
      );
    }
    let target = this.#root;
    for (const part of ref.split('/').slice(1)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      target = typeof target === 'object' && target !== null ? (target as Record<string, unknown>)[key] : undefined;
    }
    if (target === undefined) throw unsupported(at, `$ref ${ref} leads nowhere`);
    return target;
  }
}

/** "At least one property" of optional ones: the first is always written. */
function firstRequired(properties: readonly Property[]): Property[] {
  return properties.map((property, i) => (i === 0 ? { ...property, required: true } : property));
}

/** Without a type, its keywords tell it. */
function guessedTypes(schema: Record<string, unknown>): string[] {
  return TYPES.filter((type) => type !== 'integer' && KEYWORDS[type]!.some((keyword) => keyword in schema));
}

function checkKeywords(schema: Record<string, unknown>, known: readonly string[], at: string): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'type' || IGNORED.has(keyword) || known.includes(keyword) || keyword.includes(':')) continue;
    if (value === undefined || keyword.startsWith('x-')) continue;
    throw unsupported(at, `keyword "${keyword}"`);
  }
}

function literals(values: readonly unknown[], at: string): Node {
  if (values.length === 0) throw unsupported(at, 'an empty enum');
  return { kind: 'literals', texts: [...new Set(values.map(spaced))] };
}

/** JSON as json/automaton.ts writes it: a blank after each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`);
  return `{${members.join(', ')}}`;
}

function numberNode(schema: Record<string, unknown>, integer: boolean, at: string): Node {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const bound = (value: unknown, absent: number): number => {
    if (value === undefined) return absent;
    if (typeof value !== 'number') throw unsupported(at, 'a bound that is no number');
    return value;
  };
  // Just inside an exclusive bound: by one for integers, else by what ten digits can tell.
  const inside = (value: number): number => (integer ? 1 : Math.max(1e-9, Math.abs(value) * 1e-9));
  const low = Math.max(bound(minimum, -Infinity), afterBound(bound(exclusiveMinimum, -Infinity), 1));
  const high = Math.min(bound(maximum, Infinity), afterBound(bound(exclusiveMaximum, Infinity), -1));
  const [min, max] = integer ? [Math.ceil(low), Math.floor(high)] : [low, high];
  const node = { kind: 'number', integer, min, max } as const;
  // Where the bounds leave less than the digits can tell there is one number to write.
  if (!integer && max >= min && max - min < 1e-8) return { kind: 'literals', texts: [JSON.stringify(min)] };
  if (!canGoOn('', node)) {
    throw unsupported(at, `no ${integer ? 'integer' : 'number'} lies between ${min} and ${max}`);
  }
  return node;

  function afterBound(value: number, direction: 1 | -1): number {
    if (!Number.isFinite(value)) return value;
    return integer && !Number.isInteger(value) ? value : value + direction * inside(value);
  }
}

function listOf(value: unknown, at: string): unknown[] {
  if (!Array.isArray(value)) throw unsupported(at, 'a list is expected');
  return value as unknown[];
}

function count(value: unknown, absent: number, at: string): number {
  if (value === undefined) return absent;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw unsupported(at, 'a length that is no count');
  return value;
}

function range(min: number, max: number, at: string): [number, number] {
  if (min > max) throw unsupported(at, `at least ${min} and at most ${max}`);
  return [min, max];
}

const unsupported = (at: string, what: string): TokonomaError =>
  new TokonomaError('unsupported-schema', `the JSON schema cannot be enforced: ${what} (at ${at})`);
