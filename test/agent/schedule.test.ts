import t from 'tap';
import { Schedule, type Scheduled } from '../../src/agent/schedule.ts';
import { systemClock } from '../../src/clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home, silent } from '../support/home.ts';

/** A clock whose time moves when the test says so. */
class ManualClock {
  time = 1_000_000;
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  now = (): number => this.time;
  monotonic = (): number => this.time;
  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { at: this.time + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });

  async advance(ms: number): Promise<void> {
    this.time += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > this.time) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    // What woke may do file work.
    await systemClock.sleep(30);
  }
}

t.test('due in order, each once', async (t) => {
  const clock = new ManualClock();
  const due: string[] = [];
  const schedule = new Schedule({ clock, log: silent, onDue: (entry) => due.push(entry.text) });
  await schedule.start();
  t.teardown(() => schedule.close());
  await schedule.add('second', 2000);
  await schedule.add('first', 1000);
  await clock.advance(999);
  t.strictSame(due, []);
  await clock.advance(1);
  t.strictSame(due, ['first']);
  await clock.advance(5000);
  t.strictSame(due, ['first', 'second']);
  t.strictSame(schedule.entries, []);
});

t.test('survives a restart; what was done is not done again', async (t) => {
  const dataDir = t.testdir();
  const clock = new ManualClock();
  const due: Scheduled[] = [];
  const options = { clock, log: silent, dataDir, onDue: (entry: Scheduled) => due.push(entry) };
  const before = new Schedule(options);
  await before.start();
  await before.add('soon', 1000);
  await before.add('later', 60_000);
  await clock.advance(1000);
  await before.close();
  const after = new Schedule(options);
  await after.start();
  t.teardown(() => after.close());
  t.match(after.entries, [{ text: 'later', at: 1_060_000 }]);
  await clock.advance(60_000);
  t.strictSame(
    due.map((entry) => entry.text),
    ['soon', 'later'],
  );
});

t.test('limits', async (t) => {
  const schedule = new Schedule({ clock: new ManualClock(), log: silent, onDue: () => undefined });
  await t.rejects(schedule.add('far', 8 * 24 * 3_600_000), { code: 'over-limit' });
  for (let i = 0; i < 100; i++) await schedule.add(`${i}`, 1000);
  await t.rejects(schedule.add('one more', 1000), { code: 'over-limit' });
});

t.test('a delayed command goes the way of any other when it is due', async (t) => {
  const home = await Home.start({
    script: {
      'in a tenth of a second turn on the kitchen light': [
        call('timer.do', { op: 'start', seconds: 0.1, command: 'turn on the kitchen light' }),
      ],
      'turn on the kitchen light': [call('light.set', { device: 'kitchen light', power: 'on' })],
      'turn on the kitchen light some time': [call('timer.do', { op: 'start', command: 'turn on the kitchen light' })],
    },
  });
  t.teardown(() => home.close());
  const response = await home.say('in a tenth of a second turn on the kitchen light');
  t.match(response, { outcome: 'executed', actions: [{ device: 'schedule', action: 'timer.do' }], say: /turn on/ });
  t.match(await home.json('response', (r) => r['text'] === 'turn on the kitchen light'), { outcome: 'executed' });
  t.match(await home.say('turn on the kitchen light some time'), { outcome: 'refused', code: 'unsupported' });
});
