/** Never lost, never doubled: repeated ids, a full queue, restarts. */
import t from 'tap';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock, type Clock } from '../../src/clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { fakeSwitch } from '../support/fake-thing.ts';
import { died } from '../support/died.ts';
import { Home } from '../support/home.ts';

const script = {
  'pump on': [call('power.set', { device: 'pump', power: 'on' })],
  'pump off': [call('power.set', { device: 'pump', power: 'off' })],
};

/** Resolves when the command is on the disk. */
async function journaled(dataDir: string, id: string): Promise<void> {
  const file = path.join(dataDir, 'inbox.jsonl');
  while (!readFileSync(file, 'utf8').includes(`"id":"${id}"`)) await systemClock.sleep(5);
}

const forever = (): Promise<void> => new Promise(() => undefined);

t.test('the same id gets its outcome again, and the act is not repeated', async (t) => {
  const pump = fakeSwitch('pump');
  const home = await Home.start({ things: [pump], script });
  t.teardown(() => home.close());
  const first = await home.say('pump on', 'same');
  await home.publish('command', JSON.stringify({ text: 'pump on', id: 'same' }));
  let seen = 0;
  t.strictSame(await home.json('response', (r) => r['id'] === 'same' && ++seen === 2), first);
  t.equal(pump.driver.invoked.length, 1);
  t.equal(home.interpreter.asked.length, 1);
});

t.test('equal words said twice are two commands', async (t) => {
  const pump = fakeSwitch('pump');
  const home = await Home.start({ things: [pump], script });
  t.teardown(() => home.close());
  await home.publish('command', 'pump on');
  await home.publish('command', 'pump on');
  let seen = 0;
  await home.json('response', () => ++seen === 2);
  t.equal(pump.driver.invoked.length, 2);
});

t.test('a full queue refuses and says so; a later repetition is heard', async (t) => {
  let go!: () => void;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const pump = fakeSwitch('pump', () => gate);
  const home = await Home.start({ things: [pump], script, queueLimit: 1 });
  t.teardown(() => home.close());
  await home.publish('command', '{"text":"pump on","id":"runs"}');
  while (pump.driver.invoked.length === 0) await systemClock.sleep(5);
  await home.publish('command', '{"text":"pump off","id":"waits"}');
  t.match(await home.say('pump off', 'third'), { outcome: 'refused', code: 'queue-full' });
  go();
  t.match(await home.json('response', (r) => r['id'] === 'waits'), { outcome: 'executed' });
  await home.publish('command', '{"text":"pump off","id":"third"}');
  await home.json('response', (r) => r['id'] === 'third' && r['outcome'] === 'executed');
});

t.test('after a restart: outcomes are remembered, what ran is interrupted, what waited is done', async (t) => {
  const dataDir = t.testdir();
  const stuck = fakeSwitch('pump', async (args) => (args['power'] === 'off' ? forever() : undefined));
  const before = await Home.start({ things: [stuck], script, dataDir });
  const done = await before.say('pump on', 'done');
  await before.publish('command', '{"text":"pump off","id":"runs"}');
  while (stuck.driver.invoked.length < 2) await systemClock.sleep(5);
  await before.publish('command', '{"text":"pump on","id":"waits"}');
  await journaled(dataDir, 'waits');
  // No close: the process dies here, as with kill -9. Its journal is what is left.
  died(dataDir);

  const pump = fakeSwitch('pump');
  const after = await Home.start({ things: [pump], script, dataDir });
  t.teardown(async () => {
    await after.close();
    await before.close();
  });
  t.ok(pump.driver.safeCalls > 0, 'devices begin in their safe state');
  t.strictSame(await after.say('pump on', 'done'), done, 'the stored outcome');
  t.match(await after.say('pump off', 'runs'), { outcome: 'failed', code: 'interrupted' });
  t.match(await after.say('pump on', 'waits'), { outcome: 'executed' });
  t.strictSame(pump.driver.invoked, [{ power: 'on' }], 'only what had not begun');
});

t.test('what waited for too long through a restart is stale', async (t) => {
  const dataDir = t.testdir();
  const before = await Home.start({ things: [fakeSwitch('pump', forever)], script, dataDir });
  await before.publish('command', '{"text":"pump on","id":"runs"}');
  while (before.interpreter.asked.length === 0) await systemClock.sleep(5);
  await before.publish('command', '{"text":"pump off","id":"waits"}');
  await journaled(dataDir, 'waits');
  died(dataDir);
  const hourLater: Clock = { ...systemClock, now: () => Date.now() + 3_600_000 };
  const pump = fakeSwitch('pump');
  const after = await Home.start({ things: [pump], script, dataDir, clock: hourLater });
  t.teardown(async () => {
    await after.close();
    await before.close();
  });
  t.match(await after.say('pump off', 'waits'), { outcome: 'expired' });
  t.equal(pump.driver.invoked.length, 0);
});

t.test('a device that never acknowledges', async (t) => {
  let aborted = false;
  const pump = fakeSwitch('pump', (_args, signal) => {
    signal.addEventListener('abort', () => (aborted = true));
    return forever();
  });
  const home = await Home.start({ things: [pump], script, timeoutMs: 20 });
  t.teardown(() => home.close());
  t.match(await home.say('pump on'), { outcome: 'failed', code: 'device-timeout', reason: /pump/ });
  t.equal(aborted, true, 'and is told that nobody waits any more');
});
