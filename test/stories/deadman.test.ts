/** Whatever is lost, actuators end safe: the broker, the worker, the process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { TokonomaError } from '../../src/errors.ts';
import { FakeClock, settled as turned } from '../devices/fake-clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';

const script = {
  'drive eight metres': [call('robot.drive', { direction: 'forward', distance: 8, unit: 'm' })],
  'back a metre': [call('robot.drive', { direction: 'back', distance: 1, unit: 'm' })],
  'follow me': [call('robot.task', { op: 'follow' })],
  'turn on the kitchen light': [call('light.set', { device: 'kitchen light', power: 'on' })],
};

t.test('a broker that is away for a moment ends nothing, for longer what is being done', async (t) => {
  const clock = new FakeClock();
  const home = await Home.start({ slow: true, script, clock, contactMs: 5000 });
  t.teardown(() => home.close());
  const response = home.agent.handle('drive eight metres');
  await clock.advance(1000);
  const robot = home.agent.thing('robot')!.driver;
  t.equal(robot.state()['task'], 'driving');
  home.agent.contact(false);
  await clock.advance(4000);
  home.agent.contact(true);
  await clock.advance(4000);
  t.equal(robot.state()['task'], 'driving', 'a moment');
  home.agent.contact(false);
  home.agent.contact(false);
  await clock.advance(5000);
  t.match(await response, { outcome: 'failed', code: 'contact-lost' });
  t.equal(robot.state()['task'], 'idle');
  t.equal(home.agent.armed, true, 'nothing is disarmed');
  t.match(await home.agent.handle('drive eight metres'), { outcome: 'refused', code: 'offline' });
  t.match(await home.agent.handle('turn on the kitchen light'), { outcome: 'executed' }, 'a lamp hurts nobody');
  home.agent.contact(true);
  const again = home.agent.handle('back a metre');
  await clock.advance(20_000);
  t.match(await again, { outcome: 'executed' });
});

t.test('what goes on behind an acknowledgement ends as well, where the thing says so', async (t) => {
  const clock = new FakeClock();
  const home = await Home.start({ slow: true, script, clock, contactMs: 1000 });
  t.teardown(() => home.close());
  await home.agent.handle(JSON.stringify({ text: 'follow me', site: 'x' }));
  t.match(await home.agent.handle(JSON.stringify({ text: 'yes', site: 'x' })), { outcome: 'executed' });
  t.equal(home.agent.thing('robot')!.driver.state()['task'], 'following');
  home.agent.contact(false);
  await clock.advance(1000);
  await turned();
  t.equal(home.agent.thing('robot')!.driver.state()['task'], 'idle');
});

t.test('a lost worker: every actuator safe, nothing disarmed, the next command has its turn', async (t) => {
  const home = await Home.start({ slow: true, script });
  t.teardown(() => home.close());
  await home.publish('command', JSON.stringify({ text: 'drive eight metres', id: 'drive' }));
  await home.json('robot', (state) => state['task'] === 'driving');
  const actions = await home.agent.lost(new TokonomaError('engine-trap', 'unreachable'));
  t.equal(actions.length, home.agent.things.length);
  t.equal(home.agent.thing('robot')!.driver.state()['task'], 'idle');
  t.match(await home.json('response', (r) => r['id'] === 'drive'), { outcome: 'failed', code: 'engine-trap' });
  t.match(await home.say('turn on the kitchen light'), { outcome: 'executed' });
});

const CHILD = fileURLToPath(new URL('../support/moving-child.js', import.meta.url));

/** A process with an agent and one thing whose state is a file: it says "moving" once the thing moves. */
async function moving(
  t: { testdir: () => string },
  folder = t.testdir(),
): Promise<{ child: ChildProcess; state: () => string; folder: string }> {
  const file = join(folder, 'state');
  const child = spawn(process.execPath, [CHILD, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  await once(child.stdout, 'data');
  return { child, state: () => readFileSync(file, 'utf8'), folder };
}

t.test('however a process ends, its actuators end safe', async (t) => {
  for (const how of ['SIGTERM', 'throw', 'reject', 'exit'] as const) {
    await t.test(how, async (t) => {
      const { child, state } = await moving(t);
      t.equal(state(), 'MOVING');
      const ended = once(child, 'exit');
      if (how === 'SIGTERM') child.kill('SIGTERM');
      else child.stdin!.write(how);
      await ended;
      t.equal(state(), 'SAFE');
    });
  }
});

t.test('after kill -9: safe at the next start, before anything else', async (t) => {
  const { child, state, folder } = await moving(t);
  const killed = once(child, 'exit');
  child.kill('SIGKILL');
  await killed;
  t.equal(state(), 'MOVING', 'nobody could do anything');
  writeFileSync(join(folder, 'trace'), '');
  const next = await moving(t, folder);
  const trace = readFileSync(join(folder, 'trace'), 'utf8').trim().split('\n');
  t.strictSame(trace.slice(0, 3), ['start', 'safe', 'agent'], 'before the agent is even made');
  const ended = once(next.child, 'exit');
  next.child.kill('SIGKILL');
  await ended;
});
