import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { startJson, type JsonConstraint } from '../../src/grammar/json/json.ts';
import { canBegin, isNumber } from '../../src/grammar/json/number.ts';
import type { ConstrainedState } from '../../src/grammar/state.ts';
import { TokenTable } from '../../src/grammar/token-table.ts';
import { Random } from '../support/random.ts';
import { hermesVocabulary } from './toy-vocabulary.ts';

const vocabulary = hermesVocabulary();
const table = new TokenTable(vocabulary);
const ajv = new Ajv2020({ strict: false });

const valueOf = (schema?: unknown): JsonConstraint => ({ kind: 'value', ...(schema !== undefined && { schema }) });

/** Writes at random what the grammar allows; after `most` tokens the way to the end is preferred. */
function write(state: ConstrainedState, random: Random, most = 60): string {
  const tokens: number[] = [];
  for (let i = 0; i < 3000 && !state.done; i++) {
    const forced = state.forced();
    for (const id of forced) {
      state.accept(id);
      tokens.push(id);
    }
    if (state.done) break;
    const allowed = [...state.allowed()];
    if (allowed.length === 0) throw new Error(`dead end after ${vocabulary.decode(tokens)}`);
    if (allowed.includes(vocabulary.eosId) && (tokens.length > most || random.next() < 0.3)) break;
    const closing = tokens.length > most ? allowed.filter((id) => /^["}\]0-9]/.test(textOf(id))) : [];
    const id = random.pick(closing.length > 0 ? closing : allowed.filter((one) => one !== vocabulary.eosId));
    state.accept(id);
    tokens.push(id);
  }
  return vocabulary.decode(tokens);
}

const textOf = (id: number): string => Buffer.from(vocabulary.bytes(id)).toString();

const SCHEMAS: readonly unknown[] = [
  { type: 'string' },
  { type: 'string', minLength: 2, maxLength: 4 },
  { type: 'integer' },
  { type: 'integer', minimum: 5, maximum: 1234 },
  { type: 'integer', exclusiveMinimum: -20, maximum: -3 },
  { type: 'number', minimum: -1.5, exclusiveMaximum: 0.25 },
  { type: ['string', 'null'] },
  { enum: ['a', 'ab', 3, null, { x: [1, 'y'] }] },
  { const: 'only "this"' },
  { type: 'boolean' },
  { type: 'array', items: { type: 'integer', minimum: 0, maximum: 9 }, minItems: 1, maxItems: 3 },
  { anyOf: [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }, { type: 'integer' }] },
  {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 5 },
      power: { enum: ['on', 'off'] },
      level: { type: 'number', minimum: 0, maximum: 100 },
      deep: { type: 'object', properties: { list: { type: 'array', items: { type: 'boolean' } } }, required: ['list'] },
    },
    required: ['power'],
    additionalProperties: false,
  },
  { type: 'object', minProperties: 1, properties: { a: { type: 'null' }, b: { type: 'null' } } },
  { type: 'object', additionalProperties: { type: 'integer' } },
  {
    $ref: '#/$defs/tree',
    $defs: {
      tree: {
        type: 'object',
        properties: {
          value: { type: 'integer' },
          children: { type: 'array', items: { $ref: '#/$defs/tree' }, maxItems: 1 },
        },
        required: ['value'],
        additionalProperties: false,
      },
    },
  },
  { properties: { guessed: { type: 'string' } }, required: ['guessed', 'undescribed'] },
  true,
];

t.test('whatever is written under a schema fits it', async (t) => {
  const random = new Random(61);
  for (const schema of SCHEMAS) {
    const fits = ajv.compile(schema as object | boolean);
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const text = write(startJson(table, valueOf(schema)), random);
      const value: unknown = JSON.parse(text);
      t.ok(fits(value), `${JSON.stringify(schema)}: ${text}`);
      seen.add(text);
    }
    const constant = typeof schema === 'object' && schema !== null && 'const' in schema;
    t.equal(seen.size > 1, !constant, `${JSON.stringify(schema)} leaves a choice`);
  }
});

t.test('without a schema it is any object', async (t) => {
  const random = new Random(62);
  for (let i = 0; i < 30; i++) {
    const value: unknown = JSON.parse(write(startJson(table, valueOf()), random, 20));
    t.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
  }
});

t.test('every token that is allowed is accepted, and no other', async (t) => {
  const random = new Random(63);
  for (const schema of SCHEMAS) {
    const state = startJson(table, valueOf(schema));
    for (let i = 0; i < 12 && !state.done; i++) {
      const allowed = new Set(state.allowed());
      for (let id = 0; id < vocabulary.size; id++) {
        if (state.accepts(id) !== allowed.has(id)) t.fail(`${JSON.stringify(schema)}: token ${id} "${textOf(id)}"`);
      }
      const next = [...allowed].filter((id) => id !== vocabulary.eosId);
      if (next.length === 0) break;
      state.accept(random.pick(next));
    }
  }
  t.pass();
});

t.test('what is forced is what the schema leaves no choice about', async (t) => {
  const state = startJson(
    table,
    valueOf({ type: 'object', properties: { light: { enum: ['on', 'off'] } }, required: ['light'] }),
  );
  t.equal(vocabulary.decode(state.forced()).startsWith('{"light'), true);
  const constant = startJson(table, valueOf({ const: { a: [1, 'b'] } }));
  const forced = constant.forced();
  for (const id of forced) constant.accept(id);
  t.equal(vocabulary.decode(forced), '{"a": [1, "b"]}');
  t.ok(constant.done);
});

t.test('tool calls name a function and give arguments that fit it', async (t) => {
  const tools = [
    { name: 'set_light', parameters: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] } },
    {
      name: 'wait',
      parameters: { type: 'object', properties: { s: { type: 'integer', minimum: 1, maximum: 60 } }, required: ['s'] },
    },
    { name: 'anything' },
  ];
  const random = new Random(64);
  const named = new Set<string>();
  for (let i = 0; i < 60; i++) {
    const text = write(startJson(table, { kind: 'calls', tools, calls: 3 }), random, 30);
    const calls = [...text.matchAll(/<tool_call>\n(.*?)\n<\/tool_call>/gs)];
    t.ok(calls.length >= 1 && calls.length <= 3, text);
    t.equal(calls.map(([whole]) => whole).join('\n'), text, 'and nothing else');
    for (const [, json] of calls) {
      const call = JSON.parse(json!) as { name: string; arguments: unknown };
      named.add(call.name);
      const { parameters = { type: 'object' } } = tools.find(({ name }) => name === call.name)!;
      t.ok(ajv.validate(parameters, call.arguments), json!);
    }
  }
  t.equal(named.size, 3);
});

t.test('the beginnings of numbers: those from which a number within the bounds can be reached', async (t) => {
  const random = new Random(65);
  const bounds = [-Infinity, -1000.5, -3, -0.001, 0, 0.25, 1, 7, 9.5, 10, 99, 100, 12345, 1e12, Infinity];
  for (let i = 0; i < 400; i++) {
    const [min, max] = [random.pick(bounds), random.pick(bounds)].sort((a, b) => a - b) as [number, number];
    if (min === max && !Number.isFinite(min)) continue;
    const range = { integer: random.next() < 0.5, min, max };
    let text = '';
    for (let length = 0; length < 30; length++) {
      const next = [...'-.0123456789'].filter((char) => canBegin(text + char, range));
      if (next.length === 0) break;
      if (isNumber(text, range) && random.next() < 0.3) break;
      text += random.pick(next);
    }
    if (text === '') {
      t.equal(range.integer ? Math.ceil(min) > Math.floor(max) : min > max, true, `nothing between ${min} and ${max}`);
    } else t.ok(isNumber(text, range), `${text} in ${JSON.stringify(range)} [${min}, ${max}]`);
  }
});

t.test('a schema that cannot be enforced is refused, with the place', async (t) => {
  for (const [schema, message] of [
    [false, /false allows nothing \(at #\)/],
    [{ type: 'text' }, /type "text"/],
    [{ type: 'string', pattern: '^a' }, /keyword "pattern"/],
    [{ type: 'object', properties: { a: { not: {} } } }, /#\/properties\/a/],
    [{ $ref: 'https://example.org/x.json' }, /only places in the same schema/],
    [{ $ref: '#/$defs/none' }, /leads nowhere/],
    [{ enum: [] }, /empty enum/],
    [{ type: 'integer', minimum: 3, maximum: 2 }, /no integer/],
    [{ type: 'integer', minimum: 2.1, maximum: 2.9 }, /no integer/],
    [{ type: 'array', minItems: 3, maxItems: 2 }, /at least 3 and at most 2/],
    [{ allOf: [{}, {}] }, /allOf/],
  ] as const) {
    t.throws(() => startJson(table, valueOf(schema)), { code: 'unsupported-schema', message });
  }
});
