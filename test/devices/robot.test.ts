import t from 'tap';
import type { Args } from '../../src/grammar/actions.ts';
import { FakeClock } from './fake-clock.ts';
import { tell, thingOf, type Refusal } from './support.ts';

const HOUSE = {
  places: { dock: [0, 0], kitchen: [3, 4], sofa: [-4, 0], table: [0, 5] },
  objects: { cup: 'table', 'red ball': 'kitchen' },
  bounds: [
    [-6, -6],
    [6, 6],
  ],
};

const drive = (args: Args): [string, Args] => ['robot.drive', { direction: 'forward', ...args }];
const turn = (args: Args): [string, Args] => ['robot.turn', args];
const object = (args: Args): [string, Args] => ['robot.object', args];

const STORIES: [title: string, calls: [string, Args][], state: object][] = [
  ['begins at the dock', [], { x: 0, y: 0, heading: 0, place: 'dock', task: 'idle', holding: null }],
  ['forward without a distance is a metre', [drive({})], { x: 1, y: 0 }],
  ['back', [drive({ direction: 'back', distance: 2 })], { x: -2, y: 0, heading: 0 }],
  ['sideways', [drive({ direction: 'left', distance: 50, unit: 'cm' })], { x: 0, y: 0.5, heading: 0 }],
  ['turn left is a right angle', [turn({ direction: 'left' })], { heading: 90 }],
  ['turn right', [turn({ direction: 'right', degrees: 30 })], { heading: 330 }],
  ['turn around', [turn({ direction: 'around' })], { heading: 180 }],
  ['degrees alone', [turn({ degrees: 45 })], { heading: 45 }],
  [
    'a square',
    Array.from({ length: 4 }, () => [drive({}), turn({ direction: 'left' })]).flat(),
    { x: 0, y: 0, heading: 0 },
  ],
  ['left, then forward', [turn({ direction: 'left' }), drive({ distance: 2 })], { x: 0, y: 2, heading: 90 }],
  ['turn to the north', [turn({ to: 'north' })], { heading: 90 }],
  ['turn to a place', [turn({ to: 'the sofa' })], { heading: 180 }],
  ['go to a place', [['robot.goto', { place: 'kitchen' }]], { x: 3, y: 4, place: 'kitchen', heading: 53.1 }],
  ['pick', [object({ op: 'pick', object: 'cup' })], { holding: 'cup', place: 'table' }],
  ['pick from where it is', [object({ op: 'pick', object: 'cup', from: 'table' })], { holding: 'cup' }],
  [
    'put it down somewhere else, find it there',
    [
      object({ op: 'pick', object: 'cup' }),
      object({ op: 'place', object: 'it', to: 'sofa' }),
      ['robot.goto', { place: 'dock' }],
      object({ op: 'find', object: 'cup' }),
    ],
    { holding: null, place: 'sofa' },
  ],
  [
    'bring to where it was asked',
    [['robot.goto', { place: 'sofa' }], object({ op: 'bring', object: 'red ball', to: 'me' })],
    { holding: null, place: 'sofa' },
  ],
  [
    'bring what it holds',
    [object({ op: 'pick', object: 'cup' }), object({ op: 'bring', object: 'it', to: 'sofa' })],
    { holding: null, place: 'sofa' },
  ],
  ['bring to a place', [object({ op: 'bring', object: 'cup', to: 'kitchen' })], { place: 'kitchen', holding: null }],
  [
    'release here',
    [object({ op: 'pick', object: 'cup' }), object({ op: 'release' })],
    { holding: null, place: 'table' },
  ],
  ['dock', [drive({}), ['robot.task', { op: 'dock' }]], { place: 'dock', task: 'charging' }],
  ['guide', [['robot.task', { op: 'guide', target: 'me', to: 'sofa' }]], { place: 'sofa', task: 'idle' }],
  ['clean a place', [['robot.task', { op: 'clean', target: 'kitchen' }]], { place: 'kitchen', task: 'idle' }],
  ['photo', [['robot.task', { op: 'photo', target: 'table' }]], { photos: 1, heading: 90, x: 0 }],
  ['follow until stop', [['robot.task', { op: 'follow', target: 'me' }]], { task: 'following me' }],
  [
    'stop',
    [
      ['robot.task', { op: 'follow' }],
      ['robot.stop', {}],
    ],
    { task: 'idle' },
  ],
];

for (const [title, calls, state] of STORIES) {
  t.test(`robot: ${title}`, async (t) => {
    const robot = thingOf('robot', HOUSE);
    for (const [action, args] of calls) await tell(robot, action, args);
    t.match(robot.driver.state(), state);
  });
}

const REFUSALS: [title: string, calls: [string, Args][], error: Refusal][] = [
  [
    'unknown place',
    [['robot.goto', { place: 'attic' }]],
    { code: 'unknown-place', message: /"attic".*dock, kitchen, sofa, table/ },
  ],
  [
    'unknown object',
    [object({ op: 'pick', object: 'piano' })],
    { code: 'unknown-object', message: /piano.*cup, red ball/ },
  ],
  ['object elsewhere', [object({ op: 'pick', object: 'cup', from: 'sofa' })], { code: 'not-there' }],
  [
    'pick with a full hand',
    [object({ op: 'pick', object: 'cup' }), object({ op: 'pick', object: 'red ball' })],
    { code: 'hands-full', message: /cup/ },
  ],
  ['put what it does not hold', [object({ op: 'place', to: 'sofa' })], { code: 'nothing-held' }],
  ['a word of the language itself is no place', [turn({ to: 'constructor' })], { code: 'unknown-place' }],
  ['pick nothing', [object({ op: 'pick' })], { code: 'bad-argument' }],
  [
    'too far for one drive',
    [drive({ distance: 11 })],
    { code: 'over-limit', message: /11 m is over the limit of 10 m/ },
  ],
  ['out of the house', [drive({ distance: 7 })], { code: 'over-limit', message: /x = 7\.00 m.*-6 m to 6 m/ }],
];

for (const [title, calls, error] of REFUSALS) {
  t.test(`robot refuses: ${title}`, async (t) => {
    const robot = thingOf('robot', HOUSE);
    for (const [action, args] of calls.slice(0, -1)) await tell(robot, action, args);
    const before = robot.driver.state();
    const [action, args] = calls.at(-1)!;
    await t.rejects(tell(robot, action, args), error);
    t.same(robot.driver.state(), before, 'and stays as it was');
  });
}

t.test('robot: half a metre a second, a right angle a second', async (t) => {
  const clock = new FakeClock();
  const robot = thingOf('robot', HOUSE, { clock });
  const driving = tell(robot, 'robot.drive', { direction: 'forward', distance: 3 });
  await clock.advance(2000);
  t.match(robot.driver.state(), { x: 1, task: 'driving' });
  await clock.advance(4000);
  await driving;
  t.match(robot.driver.state(), { x: 3, task: 'idle' });
  const turning = tell(robot, 'robot.turn', { direction: 'around' });
  await clock.advance(1000);
  t.equal(robot.driver.state()['heading'], 90);
  await clock.advance(1000);
  await turning;
  t.equal(robot.driver.state()['heading'], 180);
});

t.test('robot: driving costs battery, the dock gives it back', async (t) => {
  const clock = new FakeClock();
  const robot = thingOf('robot', HOUSE, { clock, instant: true });
  for (let i = 0; i < 10; i++) await tell(robot, 'robot.goto', { place: i % 2 === 0 ? 'kitchen' : 'dock' });
  t.equal(robot.driver.state()['battery'], 90, '50 m');
  await tell(robot, 'robot.task', { op: 'dock' });
  await clock.advance(10_000);
  t.equal(robot.driver.state()['battery'], 95);
  await clock.advance(60_000);
  t.equal(robot.driver.state()['battery'], 100);
  await tell(robot, 'robot.drive', { direction: 'forward' });
  await clock.advance(60_000);
  t.match(robot.driver.state(), { battery: 99.8, task: 'idle' }, 'it left the dock');
});

t.test('robot: an empty battery drives nowhere', async (t) => {
  const robot = thingOf('robot', {
    ...HOUSE,
    bounds: [
      [-1e6, -1e6],
      [1e6, 1e6],
    ],
    max_distance: 1e5,
  });
  await tell(robot, 'robot.drive', { direction: 'forward', distance: 499 });
  await t.rejects(tell(robot, 'robot.drive', { direction: 'forward', distance: 2 }), { code: 'battery-low' });
});
