import { Ajv2020 } from 'ajv/dist/2020.js';
import t, { type Test } from 'tap';
import { thingDescription } from '../../devices/td.ts';
import { checkActions } from '../../devices/convert.ts';
import { KINDS, kindOf } from '../../devices/kinds.ts';
import type { ThingDescription } from '../../devices/thing.ts';
import { actionSpec, type ActionSpec } from '../../src/grammar/actions.ts';
import { thingOf } from './support.ts';

/** Options under which each kind shows everything it has. */
const RICH: Readonly<Record<string, object>> = {
  light: { color: true, kelvin: true },
  fan: { levels: 3 },
  led: { brightness: true },
  relay: { safe: 'keep', pulse_s: 1 },
  servo: { min_angle: -90, max_angle: 90, turn_speed: 60, rest: 0 },
  stepper: { max_turns: 2 },
  robot: { places: { dock: [0, 0], kitchen: [1, 2] }, objects: { cup: 'kitchen' } },
};

const described: [string, ThingDescription][] = KINDS.flatMap((kind) => [
  [`${kind.name}, bare`, thingOf(kind.name).description],
  [`${kind.name}, rich`, thingOf(kind.name, RICH[kind.name]).description],
]);

for (const [name, description] of described) {
  t.test(`${name}: actions narrow the canonical ones`, (t) => {
    for (const [action, { input }] of Object.entries(description.actions)) {
      t.equal(input?.additionalProperties, false, `${action} takes nothing undeclared`);
      const spec = actionSpec(action);
      if (spec === undefined) {
        t.equal(
          action.split('.')[0],
          description['@type'],
          `${action} is no canonical action, so it is the kind's own`,
        );
        continue;
      }
      for (const [arg, schema] of Object.entries(input?.properties ?? {}))
        checkArg(t, spec, arg, schema.type, schema.enum);
      for (const arg of spec.args) {
        if (!arg.required || arg.name === 'device') continue;
        t.ok(input?.required?.includes(arg.name), `${action} requires ${arg.name} as the canonical action does`);
      }
    }
    t.end();
  });

  t.test(`${name}: schemas are valid JSON Schema and compile`, (t) => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    ajv.addVocabulary(['unit', 'tk:names', 'tk:with', 'tk:writes']);
    for (const { input } of Object.values(description.actions)) t.ok(ajv.compile(input!));
    for (const property of Object.values(description.properties)) t.ok(ajv.compile(property));
    t.doesNotThrow(() => checkActions(description));
    t.end();
  });

  t.test(`${name}: state and properties are the same words`, (t) => {
    const kind = description['@type'];
    const state = thingOf(kind, name.endsWith('rich') ? RICH[kind] : {}).driver.state();
    t.same(Object.keys(state).sort(), Object.keys(description.properties).sort());
    t.end();
  });

  t.test(`${name}: written properties lead to arguments of its actions`, (t) => {
    for (const [property, { 'tk:writes': write }] of Object.entries(description.properties)) {
      if (write === undefined) continue;
      const schema = description.actions[write.action]?.input?.properties?.[write.arg];
      t.ok(schema, `${property} → ${write.action} ${write.arg}`);
      for (const value of Object.values(write.values ?? {}))
        t.ok(schema?.enum?.includes(value), `${property}: ${String(value)}`);
    }
    t.end();
  });
}

function checkArg(
  t: Test,
  spec: ActionSpec,
  name: string,
  type: unknown,
  values: readonly unknown[] | undefined,
): void {
  const arg = spec.args.find((candidate) => candidate.name === name);
  t.ok(arg, `${spec.name} has ${name}`);
  t.not(name, 'device');
  t.not(name, 'area');
  const kind = arg!.type.kind;
  const expected = { text: ['string'], number: ['number', 'integer'], boolean: ['boolean'], enum: ['string'] }[kind];
  t.ok(expected.includes(String(type)), `${spec.name} ${name} is a ${kind}`);
  if (arg!.type.kind !== 'enum') return;
  const canonical = arg!.type.values;
  t.ok(
    values?.every((value) => canonical.includes(String(value))),
    `${spec.name} ${name} has canonical values only`,
  );
}

t.test('a light has the abilities its options give it', (t) => {
  const args = (options: object): string[] =>
    Object.keys(thingOf('light', options).description.actions['light.set']!.input!.properties!);
  t.same(args({ brightness: false }), ['power']);
  t.same(args({}), ['power', 'brightness', 'step', 'by']);
  t.same(args({ brightness: false, color: true }), ['power', 'color']);
  const { kelvin } = thingOf('light', { kelvin: { min: 2200, max: 4000 } }).description.actions['light.set']!.input!
    .properties!;
  t.match(kelvin, { minimum: 2200, maximum: 4000, unit: 'kelvin' });
  t.end();
});

t.test('declared names, areas and nouns are in the description', (t) => {
  const declaration = { id: 'x', name: 'porch lamp', kind: 'light', area: 'porch', synonyms: ['lantern'] };
  const { title, 'tk:area': area, 'tk:synonyms': synonyms, 'tk:nouns': nouns } = kindOf('light')!.describe(declaration);
  t.same(
    { title, area, synonyms, nouns },
    { title: 'porch lamp', area: 'porch', synonyms: ['lantern'], nouns: ['light', 'lamp'] },
  );
  t.same(kindOf('light')!.describe({ ...declaration, nouns: ['lantern'] })['tk:nouns'], ['lantern']);
  t.same(thingOf('cover', { type: 'garage' }).description['tk:nouns'], ['garage door', 'garage', 'door']);
  t.end();
});

t.test('a published description has what TD 1.1 makes mandatory', (t) => {
  for (const [, description] of described) {
    const td = thingDescription(description, { node: 'demo', base: 'tokonoma/demo', broker: 'mqtt://127.0.0.1:1883' });
    t.equal((td['@context'] as unknown[])[0], 'https://www.w3.org/2022/wot/td/v1.1');
    t.equal(td['id'], `urn:tokonoma:demo:${description.id}`);
    t.type(td['title'], 'string');
    t.ok((td['securityDefinitions'] as object)[td['security'] as keyof object], 'security is defined');
    for (const affordances of [td['properties'], td['actions']] as Record<
      string,
      { forms: { href: string; op: string[] }[] }
    >[]) {
      for (const [name, { forms }] of Object.entries(affordances)) {
        t.ok(forms.length > 0, `${name} has a form`);
        for (const form of forms) t.match(form, { href: /^mqtt:/, op: [String] });
      }
    }
    t.same(JSON.parse(JSON.stringify(td)), td, 'it is plain JSON');
  }
  const td = thingDescription(thingOf('robot').description, { node: 'a', base: 'b/c', broker: 'mqtt://h' });
  const drive = (td['actions'] as Record<string, { forms: object[] }>)['robot.drive'];
  t.match(drive?.forms[0], { op: ['invokeaction'], 'mqv:topic': 'b/c/robot/set', 'tk:action': 'robot.drive' });
  t.end();
});
