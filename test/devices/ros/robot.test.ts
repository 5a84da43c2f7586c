/** Messages as https://github.com/RobotWebTools/rosbridge_suite/blob/ros2/ROSBRIDGE_PROTOCOL.md has them. */
import t, { type Test } from 'tap';
import { toThingArgs } from '../../../devices/convert.ts';
import { radians } from '../../../devices/helpers/motion.ts';
import type { Thing } from '../../../devices/thing.ts';
import { systemClock } from '../../../src/clock.ts';
import { buildThings, parseConfig } from '../../../src/config/load.ts';
import { TokonomaError } from '../../../src/errors.ts';
import type { Args } from '../../../src/grammar/actions.ts';
import { RosbridgeServer } from '../../support/rosbridge-server.ts';
import { FakeClock } from '../fake-clock.ts';

interface Rover {
  readonly thing: Thing;
  readonly server: RosbridgeServer;
  readonly clock: FakeClock;
  /** Lets time pass in steps of a period, everything arriving in between. */
  readonly pass: (ms: number, each?: () => void) => Promise<void>;
  readonly tell: (action: string, args: Args, signal?: AbortSignal) => { ended: () => string | undefined };
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await systemClock.sleep(5);
}

async function rover(t: Pick<Test, 'teardown'>, keys: object = {}): Promise<Rover> {
  const clock = new FakeClock();
  const server = await RosbridgeServer.start(clock);
  const declared = { name: 'rover', kind: 'robot', driver: 'rosbridge', url: server.url, ...keys };
  const config = parseConfig(JSON.stringify({ version: 1, things: [declared] }), 'test.yaml', {});
  const thing = buildThings(config, { clock })[0]!;
  t.teardown(async () => {
    await Promise.all([thing.driver.close(), clock.advance(1000)]);
    await server.close();
  });
  await thing.driver.start();
  await until(() => thing.driver.online === true);
  await server.flush();
  const pass = async (ms: number, each: () => void = () => undefined): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      each();
      await server.flush();
      await clock.advance(Math.min(100, left));
      await server.flush();
    }
  };
  const tell = (
    action: string,
    args: Args,
    signal = new AbortController().signal,
  ): { ended: () => string | undefined } => {
    let how: string | undefined;
    thing.driver.invoke(action, toThingArgs(thing.description, { action, args }), signal).then(
      () => (how = 'done'),
      (error: unknown) => (how = (error as { code?: string }).code ?? String(error)),
    );
    return { ended: () => how };
  };
  return { thing, server, clock, pass, tell };
}

const STILL = { linear: { x: 0, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0 } };
const FORWARD = { linear: { x: 0.2, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0 } };

t.test('one metre: advertised, fifty twists at 10 Hz, three zeros', async (t) => {
  const { server, tell, pass } = await rover(t, { speed: 0.2 });
  t.strictSame(server.told.map(({ message }) => message).slice(0, 2), [
    { op: 'advertise', topic: '/cmd_vel', type: 'geometry_msgs/msg/Twist' },
    { op: 'publish', topic: '/cmd_vel', msg: STILL },
  ]);
  const before = server.told.length;
  const driving = tell('robot.drive', { direction: 'forward', distance: 1 });
  await pass(5500);
  t.equal(driving.ended(), 'done');
  const told = server.told.slice(before);
  const expected = [...Array<object>(50).fill(FORWARD), ...Array<object>(3).fill(STILL)];
  t.strictSame(
    told.map(({ message }) => message),
    expected.map((msg) => ({ op: 'publish', topic: '/cmd_vel', msg })),
  );
  const moments = told.map(({ at }) => at);
  const gaps = moments.slice(1).map((at, i) => at - moments[i]!);
  const median = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  t.ok(Math.abs(median - 100) <= 10, `${median} ms between two`);
  const took = moments[50]! - moments[0]!;
  t.ok(Math.abs(took - 5000) <= 500, `${took} ms until the first zero`);
});

t.test('ninety degrees to the left at 45 a second: two seconds of turning', async (t) => {
  const { server, tell, pass } = await rover(t, { turn_speed: 45 });
  const before = server.twists.length;
  const turning = tell('robot.turn', { direction: 'left', degrees: 90 });
  await pass(3000);
  t.equal(turning.ended(), 'done');
  const twists = server.twists.slice(before);
  const moving = twists.filter(([, , turn]) => turn !== 0);
  t.equal(moving.length, 20);
  t.ok(moving.every(([, x, turn]) => x === 0 && Math.abs(turn - radians(45)) < 1e-6));
  t.equal(twists.length, 23);
  const right = tell('robot.turn', { direction: 'right', degrees: 45 });
  await pass(1500);
  t.equal(right.ended(), 'done');
  t.ok(server.twists.some(([, , turn]) => turn < 0));
});

t.test('sideways: a base that cannot turns first', async (t) => {
  const { server, tell, pass } = await rover(t, { speed: 1, turn_speed: 90 });
  const left = tell('robot.drive', { direction: 'left', distance: 1 });
  await pass(3500);
  t.equal(left.ended(), 'done');
  const order = server.twists
    .filter(([, x, turn]) => x !== 0 || turn !== 0)
    .map(([, x]) => (x === 0 ? 'turn' : 'drive'));
  t.strictSame(order, [...Array<string>(10).fill('turn'), ...Array<string>(10).fill('drive')]);
});

t.test('stopped mid-way, it gets a zero at once, and nothing moves it again', async (t) => {
  const { server, tell, pass, thing } = await rover(t, { speed: 0.2 });
  const abort = new AbortController();
  const driving = tell('robot.drive', { direction: 'forward', distance: 3 }, abort.signal);
  await pass(1200);
  const before = server.twists.length;
  abort.abort(new TokonomaError('stopped', 'a stop came'));
  const safe = thing.driver.safe();
  await server.flush();
  const [at, x] = server.twists[before]!;
  t.strictSame([at, x], [1200, 0]);
  await pass(1500);
  await safe;
  t.equal(driving.ended(), 'stopped');
  t.ok(server.twists.slice(before).every(([, speed]) => speed === 0));
});

t.test('with odometry it is there when odometry says so', async (t) => {
  const { server, tell, pass, thing } = await rover(t, { speed: 0.2, odom: '/odom' });
  t.match(server.ops('subscribe'), [{ topic: '/odom', type: 'nav_msgs/msg/Odometry', throttle_rate: 50 }]);
  let [x, heading] = [2, 90];
  let y = 0;
  const odometry = (): void => {
    const [, speed, turn] = server.twists.at(-1)!;
    // Wheels that slip: four fifths of what is asked.
    x += 0.8 * speed * 0.1 * Math.cos(radians(heading));
    y += 0.8 * speed * 0.1 * Math.sin(radians(heading));
    heading += ((0.8 * turn * 180) / Math.PI) * 0.1;
    const orientation = { x: 0, y: 0, z: Math.sin(radians(heading) / 2), w: Math.cos(radians(heading) / 2) };
    const pose = { pose: { position: { x, y, z: 0 }, orientation }, covariance: [] };
    server.say({ op: 'publish', topic: '/odom', msg: { header: {}, child_frame_id: 'base_link', pose, twist: {} } });
  };
  await pass(100, odometry);
  const driving = tell('robot.drive', { direction: 'forward', distance: 1 });
  await pass(8000, odometry);
  t.equal(driving.ended(), 'done');
  t.ok(Math.abs(y - 1) <= 0.03, `${y} m`);
  t.match(thing.driver.state(), { x: 2, heading: 90 });
  const turning = tell('robot.turn', { direction: 'right', degrees: 180 });
  await pass(6500, odometry);
  t.equal(turning.ended(), 'done');
  t.ok(Math.abs(heading + 90) <= 3, `${heading}°`);
  const blind = tell('robot.drive', { direction: 'forward', distance: 1 });
  await pass(300, odometry);
  await pass(2000);
  t.equal(blind.ended(), 'odometry-lost');
});

t.test('something ahead stops it; backwards it may go', async (t) => {
  const { server, tell, pass } = await rover(t, { speed: 0.5, distance: '/range', obstacle: 0.4 });
  let range: number | null = 2;
  const sense = (): void => server.say({ op: 'publish', topic: '/range', msg: { header: {}, min_range: 0.02, range } });
  await pass(100, sense);
  const driving = tell('robot.drive', { direction: 'forward', distance: 3 });
  await pass(1000, sense);
  t.equal(driving.ended(), undefined);
  range = 0.35;
  await pass(500, sense);
  t.equal(driving.ended(), 'obstacle');
  t.strictSame(server.twists.at(-1)!.slice(1), [0, 0]);
  const back = tell('robot.drive', { direction: 'back', distance: 0.5 });
  await pass(1500, sense);
  t.equal(back.ended(), 'done');
  range = null;
  await pass(100, sense);
  const silent = tell('robot.drive', { direction: 'forward', distance: 3 });
  await pass(2500);
  t.equal(silent.ended(), 'sensor-lost', 'a sensor that has fallen silent sees nothing');
});

const NAV = { navigation: true, places: { kitchen: [3, 4], dock: [0, 0] } };

t.test('a goal with feedback: sent, told on the way, done by its result', async (t) => {
  const { server, tell, pass, thing } = await rover(t, NAV);
  const going = tell('robot.goto', { place: 'kitchen' });
  await pass(100);
  const [goal] = server.ops('send_action_goal');
  t.match(goal, {
    op: 'send_action_goal',
    action: '/navigate_to_pose',
    action_type: 'nav2_msgs/action/NavigateToPose',
    feedback: true,
    args: { pose: { header: { frame_id: 'map' }, pose: { position: { x: 3, y: 4, z: 0 } } } },
  });
  const { id } = goal as { id: string };
  server.say({ op: 'action_feedback', id, action: '/navigate_to_pose', values: { distance_remaining: 2.31 } });
  server.say({ op: 'action_feedback', id: 'another', action: '/navigate_to_pose', values: { distance_remaining: 9 } });
  await pass(100);
  t.equal(thing.driver.state()['task'], 'going to kitchen, 2.3 m left');
  t.equal(going.ended(), undefined);
  server.say({ op: 'action_result', id, action: '/navigate_to_pose', values: {}, status: 4, result: true });
  await pass(100);
  t.equal(going.ended(), 'done');
  t.equal(thing.driver.state()['task'], 'idle');
});

t.test('a goal is cancelled on the way; and it may fail in three ways', async (t) => {
  const { server, tell, pass } = await rover(t, NAV);
  const abort = new AbortController();
  const going = tell('robot.goto', { place: 'kitchen' }, abort.signal);
  await pass(100);
  const [{ id }] = server.ops('send_action_goal') as unknown as [{ id: string }];
  abort.abort(new TokonomaError('cancelled', 'taken back'));
  await pass(100);
  t.strictSame(server.ops('cancel_action_goal'), [{ op: 'cancel_action_goal', id, action: '/navigate_to_pose' }]);
  t.equal(going.ended(), undefined, 'until the server says so');
  server.say({ op: 'action_result', id, action: '/navigate_to_pose', values: {}, status: 5, result: true });
  await pass(100);
  t.equal(going.ended(), 'cancelled');
  for (const [result, code] of [
    [{ status: 6, result: true, values: {} }, 'goal-aborted'],
    [{ status: 0, result: false, values: 'Action server not available' }, 'goal-refused'],
  ] as const) {
    const again = tell('robot.goto', { place: 'dock' });
    await pass(100);
    const goals = server.ops('send_action_goal') as unknown as { id: string }[];
    server.say({ op: 'action_result', id: goals.at(-1)!.id, action: '/navigate_to_pose', ...result });
    await pass(100);
    t.equal(again.ended(), code);
  }
});

t.test('a lost connection is a failure, never a success; found again, it is told to stand', async (t) => {
  const { server, tell, pass, clock, thing } = await rover(t, { ...NAV, speed: 0.2 });
  const driving = tell('robot.drive', { direction: 'forward', distance: 5 });
  await pass(500);
  server.cut();
  await until(() => thing.driver.online === false);
  await clock.advance(600);
  t.equal(driving.ended(), 'not-connected');
  const refused = tell('robot.goto', { place: 'kitchen' });
  await clock.advance(300);
  t.equal(refused.ended(), 'not-connected');
  const before = server.told.length;
  await clock.advance(1000);
  await until(() => thing.driver.online === true);
  await server.flush();
  t.match(
    server.told.slice(before).map(({ message }) => message),
    [
      { op: 'advertise', topic: '/cmd_vel' },
      { op: 'publish', topic: '/cmd_vel', msg: STILL },
    ],
  );
  t.equal(server.told.length, before + 2, 'nothing that was asked while it was away');
});

t.test('what a server says is data: strange, large and foreign messages change nothing', async (t) => {
  const { server, tell, pass, thing } = await rover(t, { odom: '/odom' });
  for (const message of [
    'no json',
    '[]',
    '{"op":"publish","topic":"/odom","msg":{"pose":{"pose":{"position":{"x":"far"}}}}}',
    '{"op":"publish","topic":"/odom","msg":null}',
    '{"op":"call_service","service":"/shutdown"}',
    '{"op":"action_result","id":"x","result":true,"status":4}',
    '{"op":"status","level":"error","msg":"topic \\u001b[31m unknown"}',
  ]) {
    server.say(message);
  }
  await pass(100);
  t.match(thing.driver.state(), { x: null, y: null, heading: null });
  const driving = tell('robot.drive', { direction: 'forward', distance: 1 });
  await pass(100);
  t.equal(driving.ended(), 'odometry-lost', 'where it is is not known');
  server.say(JSON.stringify({ op: 'publish', topic: '/odom', msg: { text: 'x'.repeat(300_000) } }));
  await until(() => thing.driver.online === false);
});

t.test('what it cannot do is not described', async (t) => {
  const bare = await rover(t);
  t.strictSame(Object.keys(bare.thing.description.actions).sort(), ['robot.drive', 'robot.stop', 'robot.turn']);
  const able = await rover(t, { ...NAV, tasks: { dock: { action: '/dock', type: 'irobot_create_msgs/action/Dock' } } });
  t.strictSame(able.thing.description.actions['robot.task']?.input?.properties?.['op']?.enum, ['dock']);
  const docking = able.tell('robot.task', { op: 'dock' });
  await able.pass(100);
  const [{ id }] = able.server.ops('send_action_goal') as unknown as [{ id: string }];
  able.server.say({ op: 'action_result', id, action: '/dock', values: {}, status: 4, result: true });
  await able.pass(100);
  t.equal(docking.ended(), 'done');
});
