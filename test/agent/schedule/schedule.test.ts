import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { Schedule, type ScheduleOptions } from '../../../src/agent/schedule/schedule.ts';
import type { Command } from '../../../src/agent/types.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { silent } from '../../support/home.ts';

const task = (then: string) => ({ then, intent: { plan: [], text: then }, things: [] });

function open(t: Test, options: Partial<ScheduleOptions> & { clock: FakeClock }) {
  const sent: Command[] = [];
  const schedule = new Schedule({
    log: silent,
    submit: async (command) => void sent.push(command),
    isSo: () => true,
    phrase: () => 'so',
    ...options,
  });
  t.teardown(() => schedule.close());
  return { schedule, sent, texts: () => sent.map(({ text }) => text) };
}

/** What was appended to a file has come to the disk, which takes a busy one its time. */
async function written(done: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !done() && Date.now() < end;) await sleep(1);
}

t.test('due in order, each once', async (t) => {
  const clock = new FakeClock();
  const { schedule, sent, texts } = open(t, { clock });
  await schedule.start();
  const now = clock.now();
  await schedule.add({ at: now + 2000 }, task('second'));
  await schedule.add({ at: now + 1000 }, task('first'));
  await clock.advance(999);
  t.same(texts(), []);
  await clock.advance(1);
  t.same(texts(), ['first']);
  await clock.advance(500_000);
  t.same(texts(), ['first', 'second']);
  t.match(sent[0], { source: 'schedule', receivedAt: now + 1000, expiresAt: now + 61_000, intent: { text: 'first' } });
  t.same(schedule.list, []);
});

t.test('again and again, and only while its condition holds', async (t) => {
  const clock = new FakeClock();
  let isSo: boolean | undefined = true;
  const { schedule, texts } = open(t, { clock, isSo: () => isSo });
  await schedule.start();
  const guard = { signal: 'contact/window', op: 'is', value: 'closed' } as const;
  t.match(await schedule.add({ every_ms: 60_000, from: clock.now() }, task('fan'), guard), {
    number: 1,
    entry: 'Every minute, if so: fan',
  });
  await clock.advance(120_000);
  isSo = undefined;
  await clock.advance(60_000);
  t.equal(texts().length, 2, 'what is not known does not hold');
  isSo = true;
  await clock.advance(60_000);
  t.equal(texts().length, 3);
  await schedule.remove(schedule.list[0]!.id);
  await clock.advance(600_000);
  t.equal(texts().length, 3);
});

t.test('a restart: what was done is not done again, what was missed is sent late', async (t) => {
  const dataDir = t.testdir();
  const clock = new FakeClock();
  const before = open(t, { clock, dataDir });
  await before.schedule.start();
  const begun = clock.now();
  await before.schedule.add({ at: begun + 1000 }, task('soon'));
  await before.schedule.add({ at: begun + 60_000 }, task('later'));
  await before.schedule.add({ every_ms: 600_000, from: begun }, task('often'));
  await clock.advance(1000);
  await written(() => before.schedule.list.length === 2);
  t.same(before.texts(), ['soon']);
  await before.schedule.close();
  await clock.advance(2 * 3_600_000);

  const after = open(t, { clock, dataDir });
  await after.schedule.start();
  await written(() => after.sent.length === 2);
  t.match(after.sent, [
    { text: 'later', receivedAt: begun + 60_000, expiresAt: begun + 120_000 },
    { text: 'often', receivedAt: begun + 7_200_000 },
  ]);
  t.ok(after.sent[0]!.expiresAt! < clock.now(), 'it will expire with an outcome');
  t.ok(after.sent[1]!.expiresAt! > clock.now(), 'the last of a row is still in time');
  await written(() => after.schedule.list.length === 1);
  t.match(after.schedule.list, [{ next: new Date(begun + 7_800_000).toISOString() }]);
});

t.test('what could not be kept is sent again under the same id', async (t) => {
  const clock = new FakeClock();
  const ids: string[] = [];
  const { schedule } = open(t, {
    clock,
    submit: async ({ id }) => {
      ids.push(id);
      if (ids.length === 1) throw new Error('disk full');
    },
  });
  await schedule.start();
  await schedule.add({ at: clock.now() + 1000 }, task('soon'));
  await clock.advance(5000);
  t.equal(ids.length, 2);
  t.equal(ids[0], ids[1]);
});

t.test('limits', async (t) => {
  const clock = new FakeClock();
  const { schedule } = open(t, { clock });
  await t.rejects(schedule.add({ at: clock.now() + 400 * 24 * 3_600_000 }, task('far')), { code: 'over-limit' });
  for (let i = 0; i < 100; i++) await schedule.add({ at: clock.now() + 1000 }, task(`${i}`));
  await t.rejects(schedule.add({ at: clock.now() + 1000 }, task('one more')), { code: 'over-limit' });
});
