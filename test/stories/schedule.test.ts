/** Commands for later, in words; across a restart; and readings that are too old. */
import t, { type Test } from 'tap';
import type { Response } from '../../src/agent/types.ts';
import { RULES_YAML } from '../agent/rules/yaml.ts';
import { FakeClock } from '../devices/fake-clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home, settled } from '../support/home.ts';

const script = {
  'turn on the coffee machine': [call('power.set', { device: 'coffee machine', power: 'on' })],
  'turn off the fan': [call('power.set', { device: 'fan', power: 'off' })],
  'in a minute turn on the coffee machine': [
    call('timer.do', { op: 'start', minutes: 1, command: 'turn on the coffee machine' }),
  ],
  'turn on the coffee machine some time': [call('timer.do', { op: 'start', command: 'turn on the coffee machine' })],
  'in a minute sing': [call('timer.do', { op: 'start', minutes: 1, command: 'sing' })],
  'how warm is the kitchen': [call('query', { kind: 'temperature', area: 'kitchen' })],
};

/** Monday, 12:00 of the machine's time zone. */
const NOON = new Date(2026, 0, 5, 12).getTime();

async function start(t: Test, clock: FakeClock, dataDir?: string): Promise<Home> {
  const yaml = RULES_YAML.replace(
    'kind: temperature, area: kitchen,',
    'kind: temperature, area: kitchen, stale_s: 60,',
  );
  const home = await Home.start({ script, yaml, clock, ...(dataDir === undefined ? {} : { dataDir }) });
  t.teardown(() => home.close());
  return home;
}

const state = (home: Home, id: string): unknown => home.agent.thing(id)!.driver.state()['state'];

t.test('once: kept at once, done at its time without the model', async (t) => {
  const clock = new FakeClock(NOON);
  const home = await start(t, clock);
  t.match(await home.say('at half past one turn on the coffee machine'), {
    outcome: 'executed',
    say: 'At 13:30: turn on the coffee machine.',
    plan: [{ action: 'schedule', args: { at: 'At 13:30', then: 'turn on the coffee machine' } }],
  });
  t.match(await home.say('what is scheduled', 'list'), { say: '1. At 13:30: turn on the coffee machine.' });
  const asked = home.interpreter.asked.length;
  await clock.advance(3_600_000);
  t.equal(state(home, 'coffee-machine'), 'OFF');
  await clock.advance(1_800_000);
  t.match(await home.json<Response>('response', ({ text }) => text === 'turn on the coffee machine'), {
    outcome: 'executed',
    actions: [{ device: 'coffee-machine' }],
  });
  t.equal(home.interpreter.asked.length, asked);
  t.match(await home.say('list the schedule', 'after'), { say: 'Nothing is scheduled.' });
});

t.test('again and again: after a yes; cancelled by words', async (t) => {
  const clock = new FakeClock(NOON);
  const home = await start(t, clock);
  t.match(await home.say('turn on the coffee machine every weekday at seven'), {
    outcome: 'needs-confirmation',
    say: 'Every weekday at 07:00: turn on the coffee machine. Shall I keep that?',
  });
  t.match(await home.say('yes'), { outcome: 'executed' });
  t.match(await home.say('cancel the schedule for the coffee machine'), { say: /^Cancelled: Every weekday at 07:00/ });
  t.match(await home.say('list the schedule', 'after'), { say: 'Nothing is scheduled.' });
});

t.test('a delay that the model read', async (t) => {
  const clock = new FakeClock(NOON);
  const home = await start(t, clock);
  t.match(await home.say('in a minute turn on the coffee machine'), {
    outcome: 'executed',
    actions: [{ device: 'schedule', action: 'timer.do' }],
    say: /In 1 minute: turn on the coffee machine/,
  });
  t.match(await home.say('turn on the coffee machine some time'), { outcome: 'refused', code: 'unsupported' });
  t.match(await home.say('in a minute sing'), { outcome: 'not-understood' }, 'said now, not in a minute');
  await clock.advance(60_000);
  t.match(await home.json<Response>('response', ({ text }) => text === 'turn on the coffee machine'), {
    outcome: 'executed',
  });
});

t.test('across a restart: late within the grace is done, later expires with an outcome', async (t) => {
  const clock = new FakeClock(NOON);
  const dataDir = t.testdir();
  const home = await start(t, clock, dataDir);
  await home.say('at 1 pm turn on the coffee machine');
  await home.say('at 2 pm turn off the fan');
  await home.close();
  await clock.advance(3_600_000 + 30_000);
  const second = await start(t, clock, dataDir);
  t.match(await second.json<Response>('response', ({ text }) => text === 'turn on the coffee machine'), {
    outcome: 'executed',
  });
  await second.close();
  await clock.advance(2 * 3_600_000);
  const third = await start(t, clock, dataDir);
  t.match(await third.json<Response>('response', ({ text }) => text === 'turn off the fan'), {
    outcome: 'expired',
    actions: [],
  });
});

t.test('by topic', async (t) => {
  const clock = new FakeClock(NOON);
  const home = await start(t, clock);
  await home.say('at 1 pm turn on the coffee machine');
  const list = async (id: string): Promise<{ data: { schedule: { number: number; entry: string }[] } }> => {
    await home.publish('bridge/request/schedule/list', JSON.stringify({ transaction: id }));
    return home.json('bridge/response/schedule/list', (response) => response['transaction'] === id) as never;
  };
  t.match((await list('a')).data.schedule, [{ number: 1, entry: 'At 13:00: turn on the coffee machine' }]);
  await home.publish('bridge/request/schedule/remove', JSON.stringify({ number: 1 }));
  t.match(await home.json('bridge/response/schedule/remove'), { status: 'ok', data: { number: 1 } });
  t.same((await list('b')).data.schedule, []);
});

t.test('an old reading is told with its age, and no rule believes it', async (t) => {
  const clock = new FakeClock(NOON);
  const home = await start(t, clock);
  await home.publish('sensor/temperature/kitchen', '21', { qos: 0 });
  await settled(home);
  t.match(await home.say('how warm is the kitchen', 'fresh'), { say: 'The kitchen is 21 °C.' });
  await clock.advance(5 * 60_000);
  t.match(await home.say('how warm is the kitchen', 'stale'), { say: 'The kitchen is 21 °C (5 minutes ago).' });
});
