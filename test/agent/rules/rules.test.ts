/** Edges, across crashes: without a broker, a model or a thing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { Rules } from '../../../src/agent/rules/rules.ts';
import { Signals } from '../../../src/agent/rules/signals.ts';
import { Sensors } from '../../../src/agent/sensors/sensors.ts';
import type { Command } from '../../../src/agent/types.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { silent } from '../../support/home.ts';

const cold = { signal: 'temperature/hall', op: 'below', value: 18, slack: 0.5 } as const;
const task = { then: 'heat', intent: { plan: [], text: 'heat' }, things: [] };

async function open(t: Test, dataDir: string, clock: FakeClock, submit = async (): Promise<void> => undefined) {
  const config = { name: 'temperature/hall', kind: 'temperature', topic: 'hall', stale_s: 600 };
  const sensors = new Sensors([config], [], clock, silent);
  const sent: Command[] = [];
  const rules = new Rules({
    signals: new Signals([], sensors),
    clock,
    log: silent,
    dataDir,
    submit: async (command) => {
      sent.push(command);
      await submit();
    },
    report: () => t.fail('nothing goes in a circle here'),
  });
  await rules.start();
  const measure = async (value: number, until: () => boolean = () => true): Promise<void> => {
    sensors.receive('hall', Buffer.from(String(value)));
    const end = Date.now() + 30_000;
    for (let i = 0; i < 5 || (!until() && Date.now() < end); i++) await sleep(1);
  };
  return { rules, sent, measure };
}

t.test('an edge that was written and not sent is sent at the next start, once, under its id', async (t) => {
  const dataDir = t.testdir();
  const clock = new FakeClock();
  const never = (): Promise<void> => new Promise(() => undefined);
  const before = await open(t, dataDir, clock, never);
  const { id } = await before.rules.add(cold, task);
  await before.measure(10, () => before.sent.length === 1);
  t.match(before.sent, [{ id: `${id}:1`, text: 'heat', source: 'rule' }]);

  // Not closed: the process died while the command was on its way.
  const after = await open(t, dataDir, clock);
  await after.measure(10, () => after.sent.length === 1);
  t.match(after.sent, [{ id: `${id}:1`, receivedAt: before.sent[0]!.receivedAt }]);
  await after.measure(18.2);
  await after.measure(17);
  t.equal(after.sent.length, 1, 'within the slack it still holds');
  await after.rules.close();

  const last = await open(t, dataDir, clock);
  t.teardown(() => last.rules.close());
  await last.measure(10);
  t.equal(last.sent.length, 0, 'what was sent is not sent again');
  await last.measure(20);
  await clock.advance(10_000);
  await last.measure(10, () => last.sent.length === 1);
  t.match(last.sent, [{ id: `${id}:2` }]);
});

t.test('a rule made while it is so waits for the next time; one made before any reading does not', async (t) => {
  const clock = new FakeClock();
  const home = await open(t, t.testdir(), clock);
  t.teardown(() => home.rules.close());
  await home.measure(10);
  await home.rules.add(cold, task);
  await home.measure(9);
  t.equal(home.sent.length, 0);
  const fresh = await open(t, t.testdir(), clock);
  t.teardown(() => fresh.rules.close());
  await fresh.rules.add(cold, task);
  await fresh.measure(9, () => fresh.sent.length === 1);
  t.equal(fresh.sent.length, 1);
});

t.test('a damaged file pauses its rules', async (t) => {
  const dataDir = t.testdir();
  const clock = new FakeClock();
  const before = await open(t, dataDir, clock);
  await before.rules.add(cold, task);
  await before.rules.add({ ...cold, value: 5 }, task);
  await before.rules.close();
  const file = path.join(dataDir, 'rules.jsonl');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/^1 .*$/gm, '1 00000000 {}'));
  const after = await open(t, dataDir, clock);
  t.teardown(() => after.rules.close());
  t.match(after.rules.list, [{ enabled: false, why: /damaged/ }]);
  await after.measure(1);
  t.equal(after.sent.length, 0);
});
