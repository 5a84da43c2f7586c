/** What may be done, and that nothing is done which may not: a table of every check, and random plans under random policies. */
import t from 'tap';
import type { ActionAffordance, Thing, ThingDescription } from '../../devices/thing.ts';
import { Executor } from '../../src/agent/acting/executor.ts';
import type { Step } from '../../src/agent/grounding/grounding.ts';
import { Policy, type Given, type PolicyConfig } from '../../src/agent/acting/policy.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { FakeClock, settled } from '../devices/fake-clock.ts';
import { FakeDriver } from '../support/fake-thing.ts';
import { Random } from '../support/random.ts';

/** Local noon, wherever the test runs. */
const NOON = new Date(2026, 0, 5, 12).getTime();
const HOUR = 3_600_000;

function step(
  action: ActionAffordance = {},
  more: Partial<ThingDescription> = {},
  args: Args = { power: 'on' },
  driver = new FakeDriver(),
): Step {
  const thing: Thing = {
    description: {
      id: 'pump',
      title: 'pump',
      '@type': 'plug',
      properties: {},
      actions: { 'power.set': action },
      ...more,
    },
    driver,
  };
  return { thing, action: 'power.set', args };
}

interface Row {
  readonly name: string;
  readonly action?: ActionAffordance;
  readonly thing?: Partial<ThingDescription>;
  readonly args?: Args;
  readonly policy?: PolicyConfig;
  readonly armed?: boolean;
  readonly offline?: boolean;
  readonly given?: Given;
  /** Code of the problem; undefined: it may be done. */
  readonly code?: string;
}

const readings =
  (values: Record<string, string | number | boolean>): Given['readings'] =>
  (subject) =>
    values[subject];
const lid = (when: 'when' | 'unless', text: string, actions?: string[]): Partial<ThingDescription> => ({
  'tk:interlocks': [{ [when]: text, reason: 'the lid', ...(actions === undefined ? {} : { actions }) }],
});
const night = { from: '22:00', to: '07:00' };
const at = (hour: number): Given => ({ now: NOON + (hour - 12) * HOUR });
const sources: PolicyConfig = {
  sources: {
    kids: { allow: { actions: ['light.set'] } },
    schedule: { deny: { safety: ['high'] } },
    http: { allow: { things: ['pump'], safety: ['low', 'medium'] } },
    '*': { deny: { things: ['pump'] } },
  },
};

const table: readonly Row[] = [
  { name: 'nothing against it' },
  { name: 'disarmed', armed: false, code: 'disarmed' },
  { name: 'disarmed, but safe', armed: false, action: { safe: true } },
  {
    name: 'disarmed, but it only ends something',
    armed: false,
    action: { 'tk:stops': { power: 'off' } },
    args: { power: 'off' },
  },
  {
    name: 'disarmed, and it begins something',
    armed: false,
    action: { 'tk:stops': { power: 'off' } },
    code: 'disarmed',
  },
  { name: 'offline, and safe_offline', offline: true, thing: { 'tk:safe_offline': true }, code: 'offline' },
  { name: 'offline, and nothing that minds', offline: true },

  { name: 'confirmation always', action: { 'tk:confirm': true }, code: 'needs-confirmation' },
  { name: 'confirmation never', action: { 'tk:confirm': false } },
  { name: 'confirmation of a value', action: { 'tk:confirm': { power: 'on' } }, code: 'needs-confirmation' },
  { name: 'confirmation of another value', action: { 'tk:confirm': { power: ['off', 'toggle'] } } },
  {
    name: 'confirmation above',
    action: { 'tk:confirm': { speed: { above: 50 } } },
    args: { speed: 51 },
    code: 'needs-confirmation',
  },
  { name: 'no confirmation at the limit', action: { 'tk:confirm': { speed: { above: 50 } } }, args: { speed: 50 } },
  {
    name: 'confirmation of any value',
    action: { 'tk:confirm': { speed: { any: true } } },
    args: { speed: 0 },
    code: 'needs-confirmation',
  },
  { name: 'confirmed', action: { 'tk:confirm': true }, given: { confirmed: true } },
  {
    name: 'confirmed, and still disarmed',
    armed: false,
    action: { 'tk:confirm': true },
    given: { confirmed: true },
    code: 'disarmed',
  },
  { name: 'nobody is asked what is refused', armed: false, action: { 'tk:confirm': true }, code: 'disarmed' },

  {
    name: 'when holds',
    thing: lid('when', 'lid/top is open'),
    given: { readings: readings({ 'lid/top': 'OPEN' }) },
    code: 'interlock',
  },
  {
    name: 'when does not hold',
    thing: lid('when', 'lid/top is open'),
    given: { readings: readings({ 'lid/top': 'closed' }) },
  },
  {
    name: 'when is not known',
    thing: lid('when', 'lid/top is open'),
    given: { readings: readings({}) },
    code: 'interlock',
  },
  { name: 'nothing is known', thing: lid('when', 'lid/top is open'), code: 'interlock' },
  {
    name: 'unless holds',
    thing: lid('unless', 'lid/top is closed'),
    given: { readings: readings({ 'lid/top': 'closed' }) },
  },
  {
    name: 'unless does not hold',
    thing: lid('unless', 'lid/top is closed'),
    given: { readings: readings({ 'lid/top': 'ajar' }) },
    code: 'interlock',
  },
  {
    name: 'unless is not known',
    thing: lid('unless', 'lid/top is closed'),
    given: { readings: readings({}) },
    code: 'interlock',
  },
  {
    name: 'both of two',
    thing: lid('when', 'a/b above 5 and a/c is true'),
    given: { readings: readings({ 'a/b': 6, 'a/c': true }) },
    code: 'interlock',
  },
  {
    name: 'one of two',
    thing: lid('when', 'a/b above 5 and a/c is true'),
    given: { readings: readings({ 'a/b': 5, 'a/c': true }) },
  },
  {
    name: 'one of two does not hold, the other is not known',
    thing: lid('when', 'a/b above 5 and a/c is true'),
    given: { readings: readings({ 'a/b': 5 }) },
  },
  {
    name: 'an interlock of another action',
    thing: lid('when', 'lid/top is open', ['robot.drive']),
    given: { readings: readings({ 'lid/top': 'open' }) },
  },
  {
    name: 'confirmed, and still interlocked',
    thing: lid('when', 'lid/top is open'),
    given: { confirmed: true, readings: readings({ 'lid/top': 'open' }) },
    code: 'interlock',
  },

  { name: 'quiet at night', policy: { quiet_hours: [night] }, given: at(23), code: 'quiet-hours' },
  { name: 'quiet before the morning', policy: { quiet_hours: [night] }, given: at(6.99), code: 'quiet-hours' },
  { name: 'no longer in the morning', policy: { quiet_hours: [night] }, given: at(7) },
  { name: 'not by day', policy: { quiet_hours: [night] }, given: at(12) },
  {
    name: 'within a day',
    policy: { quiet_hours: [{ from: '13:00', to: '15:00' }] },
    given: at(14),
    code: 'quiet-hours',
  },
  {
    name: 'quiet for this action',
    policy: { quiet_hours: [{ ...night, actions: ['power.set'] }] },
    given: at(23),
    code: 'quiet-hours',
  },
  { name: 'quiet for another action', policy: { quiet_hours: [{ ...night, actions: ['media.do'] }] }, given: at(23) },
  {
    name: 'quiet for this thing',
    policy: { quiet_hours: [{ ...night, things: ['pump'] }] },
    given: at(23),
    code: 'quiet-hours',
  },
  {
    name: 'quiet for its area',
    policy: { quiet_hours: [{ ...night, areas: ['cellar'] }] },
    thing: { 'tk:area': 'cellar' },
    given: at(23),
    code: 'quiet-hours',
  },
  {
    name: 'quiet elsewhere',
    policy: { quiet_hours: [{ ...night, areas: ['attic'] }] },
    thing: { 'tk:area': 'cellar' },
    given: at(23),
  },
  {
    name: 'quiet, but it only ends something',
    policy: { quiet_hours: [night] },
    action: { 'tk:stops': true },
    given: at(23),
  },

  { name: 'an action that is not allowed', policy: sources, given: { source: 'kids' }, code: 'not-permitted' },
  {
    name: 'a safety class that is denied',
    policy: sources,
    action: { 'tk:safety': 'high' },
    given: { source: 'schedule' },
    code: 'not-permitted',
  },
  { name: 'one that is not', policy: sources, action: { 'tk:safety': 'medium' }, given: { source: 'schedule' } },
  { name: 'in all lists of allow', policy: sources, given: { source: 'http' } },
  {
    name: 'in one list of two',
    policy: sources,
    action: { 'tk:safety': 'high' },
    given: { source: 'http' },
    code: 'not-permitted',
  },
  { name: 'everybody else', policy: sources, given: { source: 'mqtt' }, code: 'not-permitted' },
  { name: 'who says nothing', policy: sources, code: 'not-permitted' },
  { name: 'a site takes rights away', policy: sources, given: { source: ['kids', 'http'] }, code: 'not-permitted' },
  {
    name: 'and gives none',
    policy: sources,
    action: { 'tk:safety': 'high' },
    given: { source: ['http', 'schedule'] },
    code: 'not-permitted',
  },
  {
    name: 'to end something needs permission',
    policy: sources,
    action: { 'tk:stops': true },
    given: { source: 'kids' },
    code: 'not-permitted',
  },
  { name: 'what is safe needs none', policy: sources, action: { safe: true }, given: { source: 'kids' } },
  { name: 'a name of Object.prototype is no source', policy: { sources: {} }, given: { source: 'constructor' } },
];

t.test('every check', (t) => {
  for (const row of table) {
    const policy = new Policy({ ...row.policy, armed: row.armed ?? true, clock: new FakeClock(NOON) });
    if (row.offline === true) policy.offline = true;
    const problem = policy.check(step(row.action, row.thing, row.args), row.given);
    t.equal(problem?.code, row.code, row.name);
    if (row.code !== undefined) t.equal(problem?.outcome, row.code === 'needs-confirmation' ? row.code : 'refused');
  }
  t.end();
});

t.test('cooldown and rate count what was done, by the clock', async (t) => {
  const clock = new FakeClock(NOON);
  const policy = new Policy({ armed: true, clock });
  const slow = step({ 'tk:cooldown_s': 90, 'tk:stops': { power: 'off' } });
  policy.acted(slow);
  t.match(policy.check(slow), { code: 'cooldown', reason: /in 90 s/ });
  await clock.advance(89_000);
  t.equal(policy.check(slow)?.code, 'cooldown', 'longer than a minute');
  t.equal(policy.check({ ...slow, args: { power: 'off' } }), undefined, 'off at any time');
  await clock.advance(1000);
  t.equal(policy.check(slow), undefined);
  const often = step({ 'tk:per_minute': 2 }, { id: 'other' });
  for (let i = 0; i < 2; i++) {
    t.equal(policy.check(often), undefined);
    policy.acted(often);
    await clock.advance(20_000);
  }
  t.equal(policy.check(often)?.code, 'rate-limit');
  await clock.advance(20_000);
  t.equal(policy.check(often), undefined, 'the first is a minute old');
});

t.test('a whole plan is checked as if its first part had been done', (t) => {
  const policy = new Policy({ armed: true, clock: new FakeClock(NOON) });
  const fine = step({}, { id: 'fine' });
  t.match(policy.checkAll([fine, step({ 'tk:cooldown_s': 1 }), step({ 'tk:cooldown_s': 1 })]), {
    at: 2,
    problem: { code: 'cooldown' },
  });
  const twice = step({ 'tk:per_minute': 2 });
  t.equal(policy.checkAll([twice, twice]), undefined);
  t.match(policy.checkAll([twice, twice, twice]), { at: 2, problem: { code: 'rate-limit' } });
  const asks = step({ 'tk:confirm': true }, { id: 'asks' });
  const forbidden = step({}, { id: 'forbidden', ...lid('when', 'lid/top is open') });
  t.match(
    policy.checkAll([asks, forbidden]),
    { at: 1, problem: { code: 'interlock' } },
    'what is refused counts first',
  );
  t.match(policy.checkAll([fine, asks]), { at: 1, problem: { outcome: 'needs-confirmation' } });
  t.end();
});

t.test('random plans under random policies', async (t) => {
  const random = new Random(6);
  let acts = 0;
  let refusals = 0;
  for (let round = 0; round < 300; round++) {
    const clock = new FakeClock(NOON);
    const policy = new Policy({ armed: random.next() < 0.9, clock });
    const world: Record<string, string> = { 'lid/top': random.pick(['open', 'closed']) };
    const abort = new AbortController();
    let stopped = false;
    /** Order and number of every act, as devices saw it. */
    const seen: number[] = [];
    const times = new Map<string, number[]>();
    const steps: Step[] = Array.from({ length: random.int(1, 6) }, (_, i) => {
      const id = `thing${random.int(0, 2)}`;
      const action: ActionAffordance = {
        ...(random.next() < 0.2 ? { 'tk:cooldown_s': random.int(1, 5) } : {}),
        ...(random.next() < 0.2 ? { 'tk:per_minute': random.int(1, 2) } : {}),
        ...(random.next() < 0.1 ? { 'tk:confirm': true } : {}),
      };
      const interlocked = random.next() < 0.3;
      const driver = new FakeDriver(async () => {
        // What must hold at the moment of any act, said without Policy's help.
        t.equal(stopped, false, 'after a stop nothing');
        t.equal(policy.armed, true, 'armed');
        if (interlocked) t.equal(world['lid/top'], 'closed', 'the interlock');
        t.notOk(action['tk:confirm'], 'nobody said yes');
        const before = times.get(id) ?? [];
        const now = clock.monotonic();
        if (action['tk:cooldown_s'] !== undefined && before.length > 0) {
          t.ok(now - before.at(-1)! >= action['tk:cooldown_s'] * 1000, 'the cooldown');
        }
        if (action['tk:per_minute'] !== undefined) {
          t.ok(before.filter((time) => time > now - 60_000).length < action['tk:per_minute'], 'the rate');
        }
        if (action['tk:cooldown_s'] !== undefined || action['tk:per_minute'] !== undefined)
          times.set(id, [...before, now]);
        seen.push(i);
        acts++;
        await clock.sleep(random.int(0, 3000));
        if (random.next() < 0.1) world['lid/top'] = 'open';
        if (random.next() < 0.05) throw new TokonomaError('jammed', 'jammed');
      });
      return step(
        action,
        { id, ...(interlocked ? lid('unless', 'lid/top is closed') : {}) },
        { power: 'on', i },
        driver,
      );
    });
    const executor = new Executor({ policy, clock });
    const running = executor.run(steps, abort.signal, undefined, { readings: readings(world) });
    if (random.next() < 0.3) {
      await clock.advance(random.int(0, 6000));
      policy.arm(false);
      stopped = true;
      abort.abort(new TokonomaError('stopped', 'stop'));
      if (random.next() < 0.5) policy.arm(true);
    }
    await clock.advance(60_000);
    const { actions } = await running;
    await settled();
    t.strictSame(
      seen,
      [...seen].sort((a, b) => a - b),
      'in order',
    );
    t.equal(new Set(seen).size, seen.length, 'at most once');
    t.equal(actions.length, steps.length, 'of every step it is said what became of it');
    const done = actions.filter((action) => action.outcome === 'executed').length;
    t.ok(
      actions.slice(0, done).every((action) => action.outcome === 'executed'),
      'nothing after the first failure',
    );
    refusals += actions.length - done;
  }
  t.ok(acts > 200 && refusals > 200, `${acts} acts, ${refusals} not done: both sides were seen`);
});
