import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { toThingArgs } from '../../devices/convert.ts';
import type { Thing } from '../../devices/thing.ts';
import { DEMO_YAML } from '../../src/config/demo.ts';
import { buildThings, demoConfig, parseConfig } from '../../src/config/load.ts';
import { CONFIG_SCHEMA } from '../../src/config/schema.ts';
import { ACTION_NAMES } from '../../src/grammar/actions.ts';
import { FakeClock } from '../devices/fake-clock.ts';

const config = demoConfig({});
const build = (): Thing[] => buildThings(config, { clock: new FakeClock(), instant: true });
const things = build();

t.test('the demo is read without validation, for it is valid', (t) => {
  t.same(demoConfig({}), parseConfig(DEMO_YAML, '(demo)', {}));
  t.end();
});

t.test('the demo is the home of the design', (t) => {
  t.equal(config.node.base, 'tokonoma/demo');
  t.same(config.things.map((thing) => thing.name).sort(), [
    'alarm',
    'bedroom light',
    'coffee machine',
    'desk lamp',
    'fan',
    'front door',
    'garage door',
    'kitchen light',
    'kitchen speaker',
    'living room blinds',
    'living room lamp',
    'robot',
    'thermostat',
    'timer',
  ]);
  t.same(
    config.sensors.map((sensor) => sensor.name),
    [
      'temperature/kitchen',
      'temperature/outside',
      'humidity/bathroom',
      'brightness/porch',
      'contact/garage',
      'battery/robot',
    ],
  );
  t.ok(config.sensors.every((sensor) => sensor.initial !== undefined));
  t.end();
});

t.test('every canonical action is taken by some thing', (t) => {
  const taken = new Set(things.flatMap((thing) => Object.keys(thing.description.actions)));
  // query and none are answered by the agent itself.
  t.same(
    ACTION_NAMES.filter((name) => !taken.has(name)),
    ['query', 'none'],
  );
  t.same(
    things.filter((thing) => thing.description.actions['say'] !== undefined).map((thing) => thing.description.id),
    ['kitchen-speaker'],
  );
  t.end();
});

t.test('the robot finds every declared object', async (t) => {
  const robot = build().find((thing) => thing.description['@type'] === 'robot')!;
  const objects = robot.description.actions['robot.object']?.input?.properties?.['object']?.['tk:names'] ?? [];
  t.ok(objects.length > 0);
  for (const object of objects) {
    for (const op of ['pick', 'release']) {
      const args = toThingArgs(robot.description, { action: 'robot.object', args: { op, object } });
      await robot.driver.invoke('robot.object', args, new AbortController().signal);
      t.equal(robot.driver.state()['holding'], op === 'pick' ? object : null, `${op} ${object}`);
    }
  }
});

t.test('the robot’s battery sensor reads the robot', (t) => {
  const sensor = config.sensors.find((candidate) => candidate.name === 'battery/robot')!;
  const robot = things.find((thing) => thing.description.id === sensor.device)!;
  t.equal(robot.driver.state()[sensor.path!], sensor.initial);
  t.end();
});

t.test('the schema is a valid JSON Schema', (t) => {
  const ajv = new Ajv2020({ discriminator: true, allowUnionTypes: true, strict: false });
  t.ok(ajv.validateSchema(CONFIG_SCHEMA), JSON.stringify(ajv.errors));
  t.end();
});
