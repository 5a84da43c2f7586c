import t from 'tap';
import { Executor } from '../../src/agent/acting/executor.ts';
import type { Step } from '../../src/agent/grounding/grounding.ts';
import { Policy } from '../../src/agent/acting/policy.ts';
import { makeSafe } from '../../src/agent/acting/safety.ts';
import { systemClock } from '../../src/clock.ts';
import { TokonomaError } from '../../src/errors.ts';
import { fakeSwitch, type Invoke } from '../support/fake-thing.ts';
import { silent } from '../support/home.ts';

const step = (name: string, invoke?: Invoke): Step & { readonly thing: ReturnType<typeof fakeSwitch> } => ({
  thing: fakeSwitch(name, invoke),
  action: 'power.set',
  args: { power: 'on' },
});
const executor = (timeoutMs?: number, policy = new Policy({ armed: true })): Executor =>
  new Executor({ policy, clock: systemClock, timeoutMs });
const never = new AbortController().signal;

t.test('in order, each after the acknowledgement of the one before', async (t) => {
  const log: string[] = [];
  const slow: Invoke = async () => {
    log.push('a begins');
    await systemClock.sleep(10);
    log.push('a ends');
  };
  const told: string[] = [];
  const { actions, code } = await executor().run(
    [step('a', slow), step('b', async () => void log.push('b'))],
    never,
    (action) => told.push(action.device),
  );
  t.strictSame(log, ['a begins', 'a ends', 'b']);
  t.strictSame(told, ['a', 'b']);
  t.strictSame(
    actions.map((action) => action.outcome),
    ['executed', 'executed'],
  );
  t.equal(code, undefined);
});

t.test('the first failure ends the row', async (t) => {
  const last = step('c');
  const broken: Invoke = () => Promise.reject(new TokonomaError('jammed', 'b: it is jammed'));
  const { actions, code } = await executor().run([step('a'), step('b', broken), last], never);
  t.match(actions, [
    { device: 'a', outcome: 'executed' },
    { device: 'b', outcome: 'failed', reason: 'b: it is jammed' },
    { device: 'c', outcome: 'refused', reason: /not done/ },
  ]);
  t.equal(code, 'jammed');
  t.equal(last.thing.driver.invoked.length, 0);
});

t.test('what a device refuses is refused, what breaks has failed', async (t) => {
  for (const [thrown, outcome, code] of [
    [new TokonomaError('over-limit', 'too far'), 'refused', 'over-limit'],
    [new TokonomaError('unknown-place', 'where?'), 'refused', 'unknown-place'],
    [new TypeError('undefined is not a function'), 'failed', 'internal'],
  ] as const) {
    const result = await executor().run([step('a', () => Promise.reject(thrown))], never);
    t.match(result, { code, actions: [{ outcome, reason: thrown.message }] });
  }
});

t.test('timeout and abort reach the device, and nobody waits for one that does not listen', async (t) => {
  let seen: unknown;
  const deaf: Invoke = (_args, signal) => {
    signal.addEventListener('abort', () => (seen = signal.reason as unknown));
    return new Promise(() => undefined);
  };
  t.match(await executor(10).run([step('a', deaf)], never), {
    code: 'device-timeout',
    actions: [{ outcome: 'failed' }],
  });
  t.match(seen, { code: 'device-timeout' });
  const abort = new AbortController();
  const running = executor().run([step('a', deaf), step('b')], abort.signal);
  abort.abort(new TokonomaError('stopped', 'stop'));
  t.match(await running, { code: 'stopped', actions: [{ outcome: 'failed' }, { outcome: 'refused' }] });
  t.match(seen, { code: 'stopped' });
});

t.test('disarmed, nothing reaches the device', async (t) => {
  const policy = new Policy({ armed: false });
  const a = step('a');
  t.match(await executor(undefined, policy).run([a], never), { code: 'disarmed', actions: [{ outcome: 'refused' }] });
  t.equal(a.thing.driver.invoked.length, 0);
  policy.arm(true);
  t.match(await executor(undefined, policy).run([a], never), { actions: [{ outcome: 'executed' }] });
});

t.test('making safe: all of them, whatever one of them does', async (t) => {
  const broken = fakeSwitch('broken');
  broken.driver.safe = () => Promise.reject(new Error('no answer'));
  const fine = fakeSwitch('fine');
  t.match(await makeSafe([broken, fine], systemClock, silent), [
    { device: 'broken', action: 'stop', outcome: 'failed', reason: 'no answer' },
    { device: 'fine', outcome: 'executed' },
  ]);
  t.equal(fine.driver.safeCalls, 1);
});
