import t from 'tap';
import { vocabularyOf } from '../../src/agent/reading/capabilities.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig, parseConfig } from '../../src/config/load.ts';

const descriptionsOf = (yaml: string) =>
  buildThings(parseConfig(yaml, 'x'), { clock: systemClock, instant: true }).map((thing) => thing.description);

t.test('only what is declared, in the order of the canon', async (t) => {
  const { actions, names } = vocabularyOf(
    descriptionsOf(
      'version: 1\nthings: [{ name: Hall Lamp, kind: light, area: hall, synonyms: [big lamp], brightness: false }]',
    ),
  );
  t.strictSame(
    actions.map((action) => action.name),
    ['light.set', 'query', 'none'],
  );
  t.strictSame(
    actions[0]!.args.map((arg) => arg.name),
    ['device', 'area', 'power'],
    'arguments nobody takes are gone',
  );
  t.strictSame(names, [
    { text: 'hall lamp', roles: ['device'] },
    { text: 'big lamp', roles: ['device'] },
    { text: 'hall', roles: ['area'] },
  ]);
  t.strictSame(actions[0]!.oneOf, ['power'], 'a light is told to do something');
});

t.test('enumerations are the union of what the things take', async (t) => {
  const { actions } = vocabularyOf(
    descriptionsOf(`version: 1
things:
  - { name: heater, kind: thermostat, modes: [heat, 'off'] }
  - { name: cooler, kind: thermostat, modes: [cool, 'off'] }`),
  );
  const mode = actions.find((action) => action.name === 'climate.set')!.args.find((arg) => arg.name === 'mode')!;
  t.strictSame(mode.type, { kind: 'enum', values: ['heat', 'cool', 'off'] });
});

t.test('a timer keeps the command of a delayed one', async (t) => {
  const { actions } = vocabularyOf(descriptionsOf('version: 1\nthings: [{ name: timer, kind: timer }]'));
  t.ok(actions.find((action) => action.name === 'timer.do')!.args.some((arg) => arg.name === 'command'));
});

t.test('places, objects and sensors can be named', async (t) => {
  const things = buildThings(demoConfig({}), { clock: systemClock, instant: true });
  const { names } = vocabularyOf(
    things.map((thing) => thing.description),
    [{ id: 's', title: 'porch brightness', area: 'porch' }],
  );
  for (const name of ['sofa', 'red ball', 'porch', 'porch brightness', 'rover'])
    t.ok(
      names.some(({ text }) => text === name),
      name,
    );
  const rolesOf = (name: string) => names.find(({ text }) => text === name)?.roles;
  t.strictSame(rolesOf('kitchen'), ['area', 'place']);
  t.strictSame(rolesOf('sofa'), ['place']);
  t.strictSame(rolesOf('red ball'), ['object']);
  t.strictSame(rolesOf('rover'), ['device']);
});
