import t from 'tap';
import type { Args } from '../../src/grammar/actions.ts';
import { FakeClock } from './fake-clock.ts';
import { tell, thingOf, type Refusal } from './support.ts';
import type { Thing } from '../../devices/thing.ts';

async function timerAt(clock: FakeClock, ...calls: Args[]): Promise<Thing> {
  const timer = thingOf('timer', {}, { clock });
  await timer.driver.start();
  for (const args of calls) await tell(timer, 'timer.do', args);
  return timer;
}

const TEN: Args = { op: 'start', minutes: 10 };
const PASTA: Args = { op: 'start', minutes: 8, seconds: 30, name: 'pasta' };

t.test('a timer runs, ends and says which', async (t) => {
  const clock = new FakeClock();
  const timer = await timerAt(clock, TEN, PASTA);
  t.match(timer.driver.state(), { state: 'RUNNING', running: 2, next: 'pasta', remaining_s: 510, last_finished: null });
  t.equal(timer.driver.state()['ends_at'], new Date(clock.now() + 510_000).toISOString());
  const heard: unknown[] = [];
  timer.driver.onState((state) => heard.push(state['last_finished']));
  await clock.advance(509_000);
  t.match(timer.driver.state(), { remaining_s: 1 });
  await clock.advance(1000);
  t.match(timer.driver.state(), { running: 1, next: '10 minutes', remaining_s: 90, last_finished: 'pasta' });
  await clock.advance(90_000);
  t.match(timer.driver.state(), { state: 'IDLE', next: null, remaining_s: null, last_finished: '10 minutes' });
  t.same(heard, ['pasta', '10 minutes']);
  await timer.driver.close();
});

t.test('instant devices do not shorten timers', async (t) => {
  const clock = new FakeClock();
  const timer = thingOf('timer', {}, { clock, instant: true });
  await timer.driver.start();
  await tell(timer, 'timer.do', { op: 'start', hours: 1 });
  await clock.advance(1000);
  t.match(timer.driver.state(), { state: 'RUNNING', remaining_s: 3599 });
  await timer.driver.close();
});

const STORIES: [title: string, calls: Args[], state: object][] = [
  ['cancel the only one', [TEN, { op: 'cancel' }], { state: 'IDLE' }],
  ['cancel by name', [TEN, PASTA, { op: 'cancel', name: 'Pasta' }], { running: 1, next: '10 minutes' }],
  ['cancel by length', [TEN, PASTA, { op: 'cancel', of_minutes: 10 }], { running: 1, next: 'pasta' }],
  ['cancel by length, said plainly', [TEN, PASTA, { op: 'cancel', minutes: 10 }], { running: 1, next: 'pasta' }],
  ['cancel all', [TEN, PASTA, { op: 'cancel_all' }], { running: 0, list: '' }],
  ['pause', [TEN, { op: 'pause' }], { state: 'PAUSED', paused: 1, ends_at: null, remaining_s: 600 }],
  ['pause one of two', [TEN, PASTA, { op: 'pause', name: 'pasta' }], { state: 'RUNNING', next: '10 minutes' }],
  ['resume', [TEN, { op: 'pause' }, { op: 'resume' }], { state: 'RUNNING', remaining_s: 600 }],
  ['add', [TEN, { op: 'add', minutes: 2 }], { remaining_s: 720 }],
  [
    'add to one of two',
    [TEN, PASTA, { op: 'add', minutes: 2, of_minutes: 10 }],
    { list: '10 minutes (12:00), pasta (8:30)' },
  ],
  ['subtract', [TEN, { op: 'subtract', seconds: 30 }], { remaining_s: 570 }],
  [
    'subtract from a paused one',
    [TEN, { op: 'pause' }, { op: 'subtract', minutes: 20 }],
    { remaining_s: 0, paused: 1 },
  ],
  ['status changes nothing', [TEN, { op: 'status' }], { running: 1, list: '10 minutes (10:00)' }],
  ['hours', [{ op: 'start', hours: 1, minutes: 5 }], { next: '1 hour 5 minutes', list: '1 hour 5 minutes (1:05:00)' }],
  ['fractions', [{ op: 'start', minutes: 1.5 }], { next: '1 minute 30 seconds', remaining_s: 90 }],
];

for (const [title, calls, state] of STORIES) {
  t.test(`timer: ${title}`, async (t) => {
    const timer = await timerAt(new FakeClock(), ...calls);
    t.match(timer.driver.state(), state);
    await timer.driver.close();
  });
}

t.test('a paused timer waits', async (t) => {
  const clock = new FakeClock();
  const timer = await timerAt(clock, TEN, { op: 'pause' });
  await clock.advance(3_600_000);
  t.match(timer.driver.state(), { state: 'PAUSED', remaining_s: 600 });
  await tell(timer, 'timer.do', { op: 'resume' });
  await clock.advance(600_000);
  t.equal(timer.driver.state()['last_finished'], '10 minutes');
  await timer.driver.close();
});

t.test('what a timer refuses', async (t) => {
  const timer = await timerAt(new FakeClock(), TEN, PASTA);
  const refused = (args: Args, error: Refusal): Promise<unknown> => t.rejects(tell(timer, 'timer.do', args), error);
  await refused({ op: 'start' }, { code: 'bad-argument', message: /how long/ });
  await refused({ op: 'start', seconds: 0 }, { code: 'bad-argument' });
  await refused({ op: 'add' }, { code: 'bad-argument', message: /how much/ });
  await refused({ op: 'cancel' }, { code: 'ambiguous-timer', message: /10 minutes \(10:00\), pasta \(8:30\)/ });
  await refused({ op: 'cancel', name: 'eggs' }, { code: 'unknown-timer', message: /pasta/ });
  await refused({ op: 'start', hours: 100 }, { code: 'over-limit', message: /99 hour/ });
  for (let i = 2; i < 64; i++) await tell(timer, 'timer.do', TEN);
  await refused(TEN, { code: 'over-limit', message: /64/ });
  await tell(timer, 'timer.do', { op: 'cancel_all' });
  await refused({ op: 'pause' }, { code: 'unknown-timer', message: /no timer is set/ });
  await timer.driver.close();
});
