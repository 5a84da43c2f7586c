/** What was said against what is declared: a table of calls and what they come to in the demo's home. */
import t from 'tap';
import { Grounding } from '../../src/agent/grounding/grounding.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig, parseConfig } from '../../src/config/load.ts';
import type { Args } from '../../src/grammar/actions.ts';

type Row = readonly [text: string, action: string, args: Args, expected: string];

const LIGHTS = 'kitchen-light living-room-lamp bedroom-light desk-lamp';

/** `expected`: ids of the things, `id:action` where it is another action, or the outcome with its code. */
const ROWS: readonly Row[] = [
  // names
  ['turn on the kitchen light', 'light.set', { device: 'kitchen light', power: 'on' }, 'kitchen-light'],
  ['turn on the Kitchen Light', 'light.set', { device: 'the Kitchen Light', power: 'on' }, 'kitchen-light'],
  ['coffee maker on', 'power.set', { device: 'coffee maker', power: 'on' }, 'coffee-machine'],
  ['bedroom fan on', 'power.set', { device: 'bedroom fan', power: 'on' }, 'fan'],
  ['open the blinds', 'cover.set', { device: 'blinds', state: 'open' }, 'living-room-blinds'],
  // name or noun with an area
  ['light in the kitchen on', 'light.set', { device: 'light', area: 'kitchen', power: 'on' }, 'kitchen-light'],
  ['living room light on', 'light.set', { device: 'living room light', power: 'on' }, 'living-room-lamp'],
  ['kitchen lamp on', 'light.set', { device: 'kitchen lamp', power: 'on' }, 'kitchen-light'],
  ['turn on the kitchen light', 'light.set', { device: 'kitchen', power: 'on' }, 'kitchen-light'],
  ['turn on the kitchen light', 'light.set', { area: 'kitchen', power: 'on' }, 'kitchen-light'],
  ['desk light on', 'light.set', { device: 'desk light', power: 'on' }, 'desk-lamp'],
  ['garage open', 'cover.set', { device: 'garage', state: 'open' }, 'garage-door'],
  // just one of its kind
  ['lock up', 'lock.set', { state: 'lock' }, 'front-door'],
  ['play jazz', 'media.do', { op: 'play', query: 'jazz' }, 'kitchen-speaker'],
  ['21 degrees', 'climate.set', { temperature: 21 }, 'thermostat'],
  ['lock the door', 'lock.set', { device: 'door', state: 'lock' }, 'front-door'],
  ['go', 'robot.drive', { direction: 'forward', distance: 1 }, 'robot'],
  ['make it blue', 'light.set', { color: 'blue' }, 'desk-lamp'],
  // several
  ['turn on the light', 'light.set', { power: 'on' }, 'ambiguous'],
  ['turn on the lamp', 'light.set', { device: 'lamp', power: 'on' }, 'ambiguous'],
  ['open the door', 'cover.set', { device: 'door', state: 'open' }, 'ambiguous'],
  ['turn on the kitchen', 'power.set', { device: 'kitchen', power: 'on' }, 'ambiguous'],
  // groups
  ['turn on the lights', 'light.set', { power: 'on' }, LIGHTS],
  ['turn on all the lamps', 'light.set', { device: 'all the lamps', power: 'on' }, LIGHTS],
  ['every light on', 'light.set', { device: 'every light', power: 'on' }, LIGHTS],
  ['turn on every light', 'light.set', { power: 'on' }, LIGHTS],
  ['lights in the house on', 'light.set', { area: 'house', power: 'on' }, LIGHTS],
  ['lights in the bedroom', 'light.set', { device: 'lights', area: 'bedroom', power: 'on' }, 'bedroom-light'],
  ['blue lights', 'light.set', { device: 'lights', color: 'blue' }, 'desk-lamp'],
  [
    'turn everything off',
    'power.set',
    { device: 'everything', power: 'off' },
    `${LIGHTS.replaceAll(/([a-z-]+)/g, '$1:light.set')} coffee-machine fan`,
  ],
  [
    'turn off everything in the kitchen',
    'power.set',
    { device: 'everything', area: 'kitchen', power: 'off' },
    'kitchen-light:light.set coffee-machine',
  ],
  // slips
  ['kithcen light on', 'light.set', { device: 'kithcen light', power: 'on' }, 'kitchen-light'],
  ['bedrom light on', 'light.set', { device: 'light', area: 'bedrom', power: 'on' }, 'bedroom-light'],
  // equals of a neighbouring action
  ['kitchen light on', 'power.set', { device: 'kitchen light', power: 'on' }, 'kitchen-light:light.set'],
  ['coffee machine on', 'light.set', { device: 'coffee machine', power: 'on' }, 'coffee-machine:power.set'],
  ['heating off', 'power.set', { device: 'heating', power: 'off' }, 'thermostat:climate.set'],
  ['open the front door', 'cover.set', { device: 'front door', state: 'open' }, 'front-door:lock.set'],
  // nobody
  ['sauna light on', 'light.set', { device: 'sauna light', power: 'on' }, 'unknown-device'],
  [
    'kitchen light in the sauna on',
    'light.set',
    { device: 'kitchen light', area: 'sauna', power: 'on' },
    'unknown-device',
  ],
  ['lights in the sauna on', 'light.set', { area: 'sauna', power: 'on' }, 'unknown-device'],
  ['lights in the garage on', 'light.set', { area: 'garage', power: 'on' }, 'unknown-device'],
  ['room light on', 'light.set', { device: 'room light', power: 'on' }, 'unknown-device'],
  ['bathroom light on', 'light.set', { device: 'bathroom light', power: 'on' }, 'unknown-device'],
  // not this one
  ['lock the kitchen light', 'lock.set', { device: 'kitchen light', state: 'lock' }, 'refused unsupported-action'],
  ['lock the garage door', 'lock.set', { device: 'garage door', state: 'lock' }, 'refused unsupported-action'],
  ['dim the fan', 'light.set', { device: 'fan', brightness: 50 }, 'refused unsupported-action'],
  ['make the kitchen light blue', 'light.set', { device: 'kitchen light', color: 'blue' }, 'refused bad-argument'],
  // limits
  ['50 degrees', 'climate.set', { temperature: 50 }, 'refused over-limit'],
  ['all lights to 300', 'light.set', { device: 'all lights', brightness: 300 }, 'refused over-limit'],
  ['drive a mile', 'robot.drive', { direction: 'forward', distance: 1760, unit: 'yd' }, 'refused over-limit'],
];

const demo = new Grounding(buildThings(demoConfig({}), { clock: systemClock, instant: true }));

function grounded(grounding: Grounding, [text, action, args]: Row): string {
  const result = grounding.ground({ action, args }, text);
  if ('problem' in result) return [result.problem.outcome, result.problem.code ?? ''].join(' ').trim();
  return result.steps
    .map((step) => step.thing.description.id + (step.action === action ? '' : `:${step.action}`))
    .join(' ');
}

for (const row of ROWS) {
  t.equal(grounded(demo, row), row[3], `${row[0]}: ${row[1]} ${JSON.stringify(row[2])}`);
}

t.test('units are converted before the device sees them', async (t) => {
  const result = demo.ground({ action: 'robot.drive', args: { direction: 'back', distance: 50, unit: 'cm' } }, '');
  t.ok('steps' in result);
  t.strictSame('steps' in result && result.steps[0]!.args, { direction: 'back', distance: 0.5 });
});

t.test('reasons name what was said and what is near', async (t) => {
  const result = demo.ground({ action: 'light.set', args: { device: 'sauna light', power: 'on' } }, '');
  t.match(result, { problem: { device: 'sauna light', reason: /no "sauna light"; nearest: kitchen light/ } });
  const door = demo.ground({ action: 'cover.set', args: { device: 'door', state: 'open' } }, '');
  t.strictSame('problem' in door && door.problem.candidates, ['garage door', 'front door']);
});

t.test('what the plan left out may have been said', async (t) => {
  const things = [
    '{ id: k-ceiling, name: ceiling light, kind: light, area: kitchen }',
    '{ id: s-ceiling, name: ceiling light, kind: light, area: snug }',
    '{ name: moon globe, kind: light, area: kitchen }',
    '{ id: k-blinds, name: blinds, kind: cover, area: kitchen }',
    '{ id: s-blinds, name: blinds, kind: cover, area: snug }',
  ];
  const yaml = `version: 1\nthings: [${things.join(', ')}]`;
  const home = new Grounding(buildThings(parseConfig(yaml, 'x'), { clock: systemClock, instant: true }));
  const on = { power: 'on' };
  const rows: Row[] = [
    ['turn on the ceiling light in the snug', 'light.set', { device: 'ceiling light', ...on }, 's-ceiling'],
    ['turn on the ceiling light', 'light.set', { device: 'ceiling light', ...on }, 'ambiguous'],
    ['turn on the ceiling light in the attic', 'light.set', { device: 'ceiling light', ...on }, 'ambiguous'],
    ['close the blinds in the snug', 'cover.set', { device: 'blinds', state: 'close' }, 's-blinds'],
    ['close the blinds', 'cover.set', { device: 'blinds', state: 'close' }, 'k-blinds s-blinds'],
    ['set the kitchen moon globe to 40', 'light.set', { area: 'kitchen', brightness: 40 }, 'moon-globe'],
    ['make the kitchen brighter', 'light.set', { device: 'kitchen', step: 'up' }, 'k-ceiling moon-globe'],
    ['the kitchen lights on', 'light.set', { area: 'kitchen', ...on }, 'k-ceiling moon-globe'],
    ['switch off the ceiling light in the snug', 'light.set', { power: 'off' }, 's-ceiling'],
    ['the moon globe off', 'light.set', { power: 'off' }, 'moon-globe'],
    ['lights on in the snug', 'light.set', { ...on }, 's-ceiling'],
    // another clause is about another call
    ['open the snug blinds and turn on the light', 'light.set', { ...on }, 'ambiguous'],
    ['dim the moon globe and the kitchen', 'light.set', { area: 'kitchen', step: 'down' }, 'k-ceiling moon-globe'],
    ['open the snug blinds, then the ceiling light on', 'light.set', { device: 'ceiling light', ...on }, 'ambiguous'],
    [
      'ceiling light on in the snug, then ceiling light off in the kitchen',
      'light.set',
      { device: 'ceiling light', ...on },
      'ambiguous',
    ],
  ];
  for (const row of rows) t.equal(grounded(home, row), row[3], row[0]);
});

t.test('a home without it', async (t) => {
  const yaml = 'version: 1\nthings: [{ name: lamp, kind: light }, { name: floor lamp, kind: light }]';
  const home = new Grounding(buildThings(parseConfig(yaml, 'x'), { clock: systemClock, instant: true }));
  t.equal(grounded(home, ['lock', 'lock.set', { state: 'lock' }, '']), 'refused unsupported-action');
  t.equal(
    grounded(home, ['the lamp', 'light.set', { device: 'lamp', power: 'on' }, '']),
    'lamp',
    'the exact name wins',
  );
  t.equal(
    grounded(home, ['lamps', 'light.set', { device: 'lamps', power: 'on' }, '']),
    'lamp floor-lamp',
    'the plural does not',
  );
});

t.test('several that can move: the one that was named, or a question, never another one', async (t) => {
  const home = (...things: string[]): Grounding => {
    const yaml = `version: 1\nthings: [${things.join(', ')}]`;
    return new Grounding(buildThings(parseConfig(yaml, 'x'), { clock: systemClock, instant: true }));
  };
  const named = home(
    '{ name: rosie, kind: robot, places: { dock: [0, 0] } }',
    '{ name: cart, kind: drive }',
    '{ name: claw, kind: gripper }',
    '{ name: lamp, kind: light }',
  );
  const forward = { direction: 'forward' };
  const left = { direction: 'left' };
  const rows: Row[] = [
    ['go forward', 'robot.drive', forward, 'ambiguous'],
    ['drive the robot forward', 'robot.drive', forward, 'ambiguous'],
    ['drive the robot forward', 'robot.drive', { device: 'robot', ...forward }, 'ambiguous'],
    ['turn left', 'robot.turn', left, 'ambiguous'],
    ['let go', 'robot.object', { op: 'release' }, 'ambiguous'],
    ['pick up the cup', 'robot.object', { op: 'pick', object: 'cup' }, 'ambiguous'],
    // named in the plan, or only in the words
    ['drive the cart forward', 'robot.drive', { device: 'cart', ...forward }, 'cart'],
    ['drive the cart forward', 'robot.drive', forward, 'cart'],
    ['rosie, go forward', 'robot.drive', forward, 'rosie'],
    ['hey rosie, go forward, then turn left', 'robot.turn', left, 'rosie'],
    ['rosie, turn on the lamp', 'light.set', { power: 'on' }, 'lamp'],
    ['claw, let go', 'robot.object', { op: 'release' }, 'claw'],
    ['open the claw', 'gripper.set', { state: 'open' }, 'claw'],
    // just one can
    ['go left', 'robot.drive', left, 'rosie'],
    ['go to the dock', 'robot.goto', { place: 'dock' }, 'rosie'],
    ['bring me the cup', 'robot.object', { op: 'bring', object: 'cup' }, 'rosie'],
    // just one can, and it is not the one that was named
    ['cart, go left', 'robot.drive', left, 'refused bad-argument'],
    ['cart, go to the dock', 'robot.goto', { place: 'dock' }, 'refused unsupported-action'],
    ['drive the cart to the dock', 'robot.goto', { place: 'dock' }, 'refused unsupported-action'],
    ['claw, bring me the cup', 'robot.object', { op: 'bring', object: 'cup' }, 'refused bad-argument'],
    // named as something else than the one who shall do it
    ['bring the cup to the cart', 'robot.object', { op: 'bring', object: 'cup', to: 'cart' }, 'rosie'],
  ];
  for (const row of rows) t.equal(grounded(named, row), row[3], `${row[0]}: ${row[1]} ${JSON.stringify(row[2])}`);
  const plain = home('{ name: robot, kind: robot }', '{ name: cart, kind: drive }', '{ name: gripper, kind: gripper }');
  t.equal(grounded(plain, ['drive the robot', 'robot.drive', forward, '']), 'robot', 'its own name wins over a noun');
  const cup = { op: 'pick', object: 'cup' };
  t.equal(grounded(plain, ['pick up the cup with the gripper', 'robot.object', cup, '']), 'gripper');
});
