/** The validation of arguments against Ajv's, and the schemas that it refuses because it would not see through them. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { KINDS } from '../../devices/kinds.ts';
import type { DataSchema } from '../../devices/thing.ts';
import { checkSchema, violationOf } from '../../devices/validate.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { Random } from '../support/random.ts';
import { thingOf } from './support.ts';

const ajv = new Ajv2020({ strict: false, strictNumbers: true });

/** What Ajv says first, in our form. */
function ajvViolation(schema: DataSchema, args: Args): object | undefined {
  const validate = ajv.compile(schema);
  if (validate(args)) return undefined;
  const { keyword, instancePath, message, params } = validate.errors![0]!;
  return { keyword, arg: instancePath.slice(1), message, params: told(params) };
}

/** The params that both have. */
function told({ limit, missingProperty, additionalProperty }: Record<string, unknown>): object {
  return { limit, missingProperty, additionalProperty };
}

function ours(schema: DataSchema, args: Args): object | undefined {
  const violation = violationOf(schema, args);
  if (violation === undefined) return undefined;
  const { keyword, arg = '', message, params } = violation;
  return { keyword, arg, message, params: told(params) };
}

const RICH: Readonly<Record<string, object>> = {
  light: { color: true, kelvin: true },
  fan: { levels: 3 },
  robot: { places: { dock: [0, 0] }, objects: { cup: 'dock' } },
};

/** Of every kind of value, the limits of the schema and what lies beside them. */
function values({ properties = {} }: DataSchema): unknown[] {
  const said = Object.values(properties).flatMap(({ minimum, maximum, enum: allowed, maxLength }) => [
    ...[minimum, maximum].flatMap((limit) => (limit === undefined ? [] : [limit, limit - 0.5, limit + 0.5])),
    ...(allowed ?? []),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength), '😀'.repeat(maxLength), 'x'.repeat(maxLength + 1)]),
  ]);
  return [...said, 0, 7, -1e9, NaN, Infinity, '', 'on', '5', true, false, null, undefined, [], {}, ['on']];
}

t.test('as Ajv says it, for every action of every kind', async (t) => {
  const random = new Random(3);
  let [right, wrong] = [0, 0];
  for (const { name } of KINDS) {
    for (const options of [{}, RICH[name] ?? {}]) {
      for (const [action, { input }] of Object.entries(thingOf(name, options).description.actions)) {
        const names = [...Object.keys(input!.properties ?? {}), ...(input!.required ?? []), 'toString', 'other'];
        const pool = values(input!);
        for (let i = 0; i < 200; i++) {
          const args: Args = {};
          for (let n = random.int(0, 3); n > 0; n--) args[random.pick(names)] = random.pick(pool) as Args[string];
          const expected = ajvViolation(input!, args);
          if (expected === undefined) right++;
          else wrong++;
          const found = ours(input!, args);
          if (JSON.stringify(found) !== JSON.stringify(expected)) {
            t.same(found, expected, `${name} ${action} ${JSON.stringify(args)}`);
          }
        }
      }
    }
  }
  t.ok(right > 300 && wrong > 3000, `${right} accepted, ${wrong} refused, by both`);
});

t.test('of schemas of its own making', async (t) => {
  const integer: DataSchema = { type: 'object', properties: { n: { type: 'integer', enum: [1, 2, 5], maximum: 4 } } };
  for (const n of [1, 5, 3, 1.5, '1', NaN, 2 ** 60]) t.same(ours(integer, { n }), ajvViolation(integer, { n }), `${n}`);
  const open: DataSchema = { type: 'object', minProperties: 2 };
  for (const args of [{}, { a: 1 }, { a: 1, b: 'x' }]) t.same(ours(open, args), ajvViolation(open, args));
});

t.test('what it would not see through is refused when the thing is loaded', async (t) => {
  const refused: [DataSchema & Record<string, unknown>, RegExp][] = [
    [{ type: 'object', oneOf: [] }, /^lamp: light.set: "oneOf" is not supported/],
    [{ type: 'array' }, /type "array"/],
    [{ properties: { at: { type: 'array' } } }, /^lamp: light.set at: type "array"/],
    [{ properties: { at: { type: 'object', properties: {} } } }, /^lamp: light.set at: "properties"/],
    [{ properties: { at: { type: 'string', pattern: '^x$' } as DataSchema } }, /"pattern"/],
  ];
  for (const [schema, message] of refused) {
    t.throws(() => checkSchema('lamp: light.set', schema), { code: 'bad-description', message });
  }
});
