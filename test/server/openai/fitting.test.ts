import t from 'tap';
import type { PlanCall } from '../../../src/grammar/actions.ts';
import { fit, toolFor } from '../../../src/server/openai/fitting.ts';

const light: PlanCall = { action: 'light.set', args: { area: 'kitchen', brightness: 30, power: 'on' } };
const SAID = 'turn on the kitchen light at 30';

t.test('which function is meant', async (t) => {
  const tools = [
    { name: 'get_weather', description: 'Get the weather in a given location' },
    { name: 'setLight', description: 'Dim a lamp' },
    { name: 'start_timer' },
    { name: 'thermostat', description: 'Set the temperature of a room' },
  ];
  const named = (said: string, action: string, args: PlanCall['args'] = {}) =>
    toolFor(tools, { said, call: { action, args } })?.name;
  t.equal(named(SAID, 'light.set'), 'setLight');
  t.equal(named('five minutes', 'timer.do', { op: 'start' }), 'start_timer');
  t.equal(named('how is it outside', 'query', { kind: 'weather' }), 'get_weather');
  t.equal(named('make it 20', 'climate.set', { temperature: 20 }), 'thermostat');
  t.equal(named('go to the kitchen', 'robot.goto', { place: 'kitchen' }), undefined, 'none of them');
  t.equal(named('set the light', 'none'), undefined, 'what was not understood is no call');
  t.equal(toolFor([{ name: 'x' }, { name: 'light.set' }], { said: SAID, call: light })!.name, 'light.set');
});

t.test('properties that are known are fixed, what may be left out is, the rest is what was said', async (t) => {
  const narrowed = (property: unknown, said = SAID, call = light) => {
    const { schema, complete } = fit(
      { type: 'object', properties: { it: property }, required: ['it'] },
      { said, call },
    );
    return { it: (schema as { properties: { it: unknown } }).properties.it, complete };
  };
  const known: [property: unknown, value: unknown][] = [
    [{ enum: ['Kitchen', 'hall'] }, 'Kitchen'],
    [{ enum: ['ON', 'OFF'] }, 'ON'],
    [{ type: 'string', enum: ['dining_room', 'kitchen_light'] }, 'kitchen_light'],
    [{ type: 'integer', minimum: 0, maximum: 100 }, 30],
    [{ type: 'boolean', description: 'whether it is on' }, true],
    [{ type: 'string' }, 'kitchen'],
    [{ const: 7 }, 7],
  ];
  for (const [property, value] of known) t.same(narrowed(property), { it: { const: value }, complete: true });

  const open: [property: unknown, left: unknown][] = [
    [{ enum: ['bedroom', 'hall'] }, { enum: ['bedroom', 'hall'] }],
    [
      { type: 'integer', maximum: 20 },
      { type: 'integer', maximum: 20 },
    ],
    [{ type: 'string', maxLength: 4 }, { enum: ['turn', 'on', 'the', 'at', '30'] }],
    [{ $ref: '#/$defs/x' }, { $ref: '#/$defs/x' }],
    [
      { type: 'string', pattern: 'k.*' },
      { type: 'string', pattern: 'k.*' },
    ],
  ];
  for (const [property, left] of open) t.same(narrowed(property), { it: left, complete: false });
  t.same(narrowed({ type: 'number' }, 'from 3 to 4.5', { action: 'none', args: {} }).it, { enum: [3, 4.5] });

  const both = { action: 'light.set', args: { device: 'lamp', area: 'hall', by: 5, brightness: 30 } };
  const properties = { entity: { type: 'string' }, room: { type: 'string' }, brightness: { type: 'number' } };
  const { schema } = fit(
    { properties: { ...properties, colour: { type: 'string', minLength: 9 } } },
    { said: 'the lamp in the hall', call: both },
  );
  t.same((schema as { properties: unknown }).properties, {
    entity: { const: 'lamp' },
    room: { const: 'hall' },
    brightness: { const: 30 },
  });
});

t.test('a function that describes no arguments gets those of the plan', async (t) => {
  const understood = { said: SAID, call: light };
  for (const schema of [undefined, { type: 'object' }, { type: 'object', properties: {} }]) {
    t.same(fit(schema, understood), { schema: { const: light.args }, complete: true });
  }
  const none = { type: 'object', properties: {}, additionalProperties: false };
  t.same(fit(none, understood), { schema: none, complete: true });
  const other = { anyOf: [{ type: 'object' }] };
  t.same(fit(other, understood), { schema: other, complete: true });
});
