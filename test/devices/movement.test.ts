/** Movements take time, end where they are when they are stopped, and are one at a time. */
import t from 'tap';
import { TokonomaError } from '../../src/errors.ts';
import { FakeClock, settled } from './fake-clock.ts';
import { tell, thingOf } from './support.ts';

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: TokonomaError) => error.code,
  );

t.test('a cover takes its time and tells where it is', async (t) => {
  const clock = new FakeClock();
  const cover = thingOf('cover', { travel_s: 10 }, { clock });
  const heard: unknown[] = [];
  cover.driver.onState((state) => heard.push(state['state']));
  const opening = tell(cover, 'cover.set', { state: 'open' });
  await clock.advance(4000);
  t.same(cover.driver.state(), { state: 'OPENING', position: 40 });
  await clock.advance(6000);
  await opening;
  t.same(cover.driver.state(), { state: 'OPEN', position: 100 });
  t.equal(heard[0], 'OPENING');
  t.equal(heard.at(-1), 'OPEN');
  const closing = tell(cover, 'cover.set', { position: 80 });
  await clock.advance(1000);
  t.same(cover.driver.state(), { state: 'CLOSING', position: 90 });
  await clock.advance(1000);
  await closing;
  t.same(cover.driver.state(), { state: 'OPEN', position: 80 });
});

t.test('stop ends the movement that is under way', async (t) => {
  const clock = new FakeClock();
  const cover = thingOf('cover', { travel_s: 10 }, { clock });
  const opening = code(tell(cover, 'cover.set', { state: 'open' }));
  await clock.advance(2500);
  await tell(cover, 'cover.set', { state: 'stop' });
  t.equal(await opening, 'interrupted');
  t.same(cover.driver.state(), { state: 'STOPPED', position: 25 });
  await clock.advance(20_000);
  t.equal(cover.driver.state()['position'], 25, 'and it stays there');
});

t.test('the last of several commands wins', async (t) => {
  const clock = new FakeClock();
  const cover = thingOf('cover', { travel_s: 10 }, { clock });
  const codes = [100, 50, 20].map((position) => code(tell(cover, 'cover.set', { position })));
  await clock.advance(10_000);
  t.same(await Promise.all(codes), ['interrupted', 'interrupted', 'done']);
  t.equal(cover.driver.state()['position'], 20);
});

t.test('the signal stops a movement with its own reason', async (t) => {
  const clock = new FakeClock();
  const cover = thingOf('cover', { travel_s: 10 }, { clock });
  const abort = new AbortController();
  const opening = code(tell(cover, 'cover.set', { state: 'open' }, abort.signal));
  await clock.advance(1000);
  abort.abort(new TokonomaError('expired', 'too late'));
  t.equal(await opening, 'expired');
  t.same(cover.driver.state(), { state: 'STOPPED', position: 10 });

  const plain = AbortSignal.abort();
  t.equal(await code(tell(cover, 'cover.set', { state: 'open' }, plain)), 'interrupted', 'aborted before it began');
  t.equal(cover.driver.state()['position'], 10);
});

t.test('safe stops a robot where it is, half-way to the metre', async (t) => {
  const clock = new FakeClock();
  const robot = thingOf('robot', {}, { clock });
  const driving = code(tell(robot, 'robot.drive', { direction: 'forward', distance: 2 }));
  await clock.advance(1000);
  await robot.driver.safe();
  t.equal(await driving, 'interrupted');
  t.match(robot.driver.state(), { x: 0.5, y: 0, task: 'idle' });
  await clock.advance(10_000);
  t.equal(robot.driver.state()['x'], 0.5);
});

t.test('what was waiting when it was made safe does not begin afterwards', async (t) => {
  const clock = new FakeClock();
  const robot = thingOf('robot', {}, { clock });
  const first = code(tell(robot, 'robot.drive', { direction: 'forward' }));
  await clock.advance(1000);
  const second = code(tell(robot, 'robot.drive', { direction: 'back' }));
  await robot.driver.safe();
  await clock.advance(10_000);
  t.same(await Promise.all([first, second]), ['interrupted', 'interrupted']);
  t.equal(robot.driver.state()['x'], 0.5);
});

t.test('an aborted lock keeps its bolt where it was', async (t) => {
  const clock = new FakeClock();
  const lock = thingOf('lock', {}, { clock });
  const abort = new AbortController();
  const unlocking = code(tell(lock, 'lock.set', { state: 'unlock' }, abort.signal));
  await clock.advance(300);
  abort.abort();
  t.equal(await unlocking, 'interrupted');
  t.same(lock.driver.state(), { state: 'LOCKED' });
});

t.test('closing ends a movement', async (t) => {
  const clock = new FakeClock();
  const robot = thingOf('robot', {}, { clock });
  const turning = code(tell(robot, 'robot.turn', { direction: 'left' }));
  await clock.advance(500);
  await robot.driver.close();
  t.equal(await turning, 'interrupted');
  t.equal(robot.driver.state()['heading'], 45);
});

t.test('the safe state of each kind: no motion and no heat', async (t) => {
  const table: [kind: string, options: object, action: string, args: Record<string, string | number>, safe: object][] =
    [
      ['light', {}, 'light.set', { power: 'on' }, { state: 'ON' }],
      ['plug', {}, 'power.set', { power: 'on' }, { state: 'ON' }],
      ['plug', { safe: 'off' }, 'power.set', { power: 'on' }, { state: 'OFF' }],
      ['fan', {}, 'power.set', { power: 'on' }, { state: 'OFF' }],
      ['thermostat', {}, 'climate.set', { mode: 'heat' }, { mode: 'off' }],
      ['lock', {}, 'lock.set', { state: 'unlock' }, { state: 'UNLOCKED' }],
      ['speaker', {}, 'media.do', { op: 'play' }, { state: 'PAUSED' }],
      ['timer', {}, 'timer.do', { op: 'start', minutes: 5 }, { state: 'RUNNING' }],
      ['alarm', {}, 'alarm.do', { op: 'set', time: '7 am' }, { state: 'SET' }],
      ['robot', {}, 'robot.task', { op: 'follow', target: 'me' }, { task: 'idle' }],
    ];
  for (const [kind, options, action, args, safe] of table) {
    const thing = thingOf(kind, options);
    await tell(thing, action, args);
    await thing.driver.safe();
    await thing.driver.safe();
    t.match(thing.driver.state(), safe, `${kind} ${JSON.stringify(options)}`);
  }
  await settled();
});
