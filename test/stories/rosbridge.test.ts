/** A robot behind rosbridge, told in words: what it is told on its wire, and what is answered. */
import t, { type Test } from 'tap';
import { systemClock } from '../../src/clock.ts';
import { FakeClock } from '../devices/fake-clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';
import { RosbridgeServer } from '../support/rosbridge-server.ts';

const SCRIPT = {
  'drive 1 m': [call('robot.drive', { direction: 'forward', distance: 1, unit: 'm' })],
  'drive 1 m, then turn': [
    call('robot.drive', { direction: 'forward', distance: 1, unit: 'm' }),
    call('robot.turn', { direction: 'left', degrees: 90 }),
  ],
};

interface Scene {
  readonly home: Home;
  readonly server: RosbridgeServer;
  /** Lets time pass in steps of a period until the test holds; everything sent arrives in between. */
  readonly passUntil: (test: () => boolean) => Promise<void>;
  /** Whether the command with this id has its response. */
  readonly answered: (id: string) => boolean;
}

async function scene(t: Pick<Test, 'teardown'>): Promise<Scene> {
  const clock = new FakeClock();
  const server = await RosbridgeServer.start(clock);
  const yaml = `version: 1
node: { name: test }
things: [{ name: rover, kind: robot, driver: rosbridge, url: "${server.url}", speed: 0.2, turn_speed: 45 }]
`;
  const home = await Home.start({ yaml, clock, script: SCRIPT });
  let closed = false;
  t.teardown(async () => {
    const closing = home.close().then(() => (closed = true));
    while (!closed) {
      await clock.advance(100);
      await systemClock.sleep(1);
    }
    await closing;
    await server.close();
  });
  while (home.agent.thing('rover')!.driver.online !== true) await systemClock.sleep(5);
  const passUntil = async (test: () => boolean): Promise<void> => {
    while (!test()) {
      await server.flush();
      await clock.advance(100);
      await server.flush();
    }
  };
  const answered = (id: string): boolean =>
    home.messages.some(
      ({ topic, text }) => topic === `${home.base}/response` && (JSON.parse(text) as { id: unknown }).id === id,
    );
  return { home, server, passUntil, answered };
}

const moving = ([, x, turn]: readonly [at: number, x: number, turn: number]): boolean => x !== 0 || turn !== 0;

t.test('drive 1 m: fifty twists of 0.2 m/s at 10 Hz, zeros, and then the answer', async (t) => {
  const { home, server, passUntil, answered } = await scene(t);
  const before = server.twists.length;
  await home.publish('command', JSON.stringify({ text: 'drive 1 m', id: 'drive' }));
  await passUntil(() => server.twists.some(moving));
  t.notOk(answered('drive'), 'not before it is there');
  await passUntil(() => answered('drive'));
  t.match(await home.json('response', ({ id }) => id === 'drive'), {
    outcome: 'executed',
    actions: [{ device: 'rover', action: 'robot.drive', outcome: 'executed' }],
  });
  const twists = server.twists.slice(before);
  t.strictSame(
    twists.filter(moving).map(([, x, turn]) => [x, turn]),
    Array(50).fill([0.2, 0]),
  );
  t.ok(twists.slice(50).length >= 1 && !twists.slice(50).some(moving), 'it ends with zeros');
});

for (const [how, stop] of [
  ['the words', (home: Home) => home.publish('command', JSON.stringify({ text: 'stop', id: 'stop' }))],
  ['the topic', (home: Home) => home.publish('stop', '')],
  ['disarming', (home: Home) => home.publish('armed/set', 'false')],
] as const) {
  t.test(`stopped in the middle by ${how}: zeros, and nothing moves it again`, async (t) => {
    const { home, server, passUntil, answered } = await scene(t);
    await home.publish('command', JSON.stringify({ text: 'drive 1 m, then turn', id: 'drive' }));
    await passUntil(() => server.twists.filter(moving).length >= 20 || answered('drive'));
    t.strictSame(
      home.messages.filter(({ topic }) => topic === `${home.base}/response`),
      [],
      'on its way',
    );
    await stop(home);
    // No time passes: the zero does not wait for the next period.
    while (server.twists.slice(-1).some(moving)) await systemClock.sleep(5);
    await passUntil(() => answered('drive'));
    t.match(await home.json('response', ({ id }) => id === 'drive'), {
      outcome: 'failed',
      code: 'stopped',
      actions: [{ device: 'rover', action: 'robot.drive', outcome: 'failed' }],
    });
    const twists = server.twists;
    const last = twists.findLastIndex(moving);
    t.ok(twists.filter(moving).length < 50, 'it did not get there');
    t.ok(!twists.some(([, , turn]) => turn !== 0), 'what was to come after it did not come');
    t.ok(twists.length > last + 1 && !twists.slice(last + 1).some(moving));

    await home.publish('command', JSON.stringify({ text: 'drive 1 m', id: 'after' }));
    await passUntil(() => answered('after'));
    t.match(await home.json('response', ({ id }) => id === 'after'), { outcome: 'refused', code: 'disarmed' });
    t.equal(server.twists.findLastIndex(moving), last);
  });
}

t.test('a wire that is cut on the way is a failure, never a success', async (t) => {
  const { home, server, passUntil, answered } = await scene(t);
  await home.publish('command', JSON.stringify({ text: 'drive 1 m', id: 'drive' }));
  await passUntil(() => server.twists.filter(moving).length >= 10 || answered('drive'));
  t.notOk(answered('drive'), 'on its way');
  server.cut();
  while (home.agent.thing('rover')!.driver.online !== false) await systemClock.sleep(5);
  await passUntil(() => answered('drive'));
  t.match(await home.json('response', ({ id }) => id === 'drive'), { outcome: 'failed', code: 'not-connected' });
});
