/** What a conversation remembers, for how long, and what it forgets. */
import t, { type Test } from 'tap';
import { buildThings, demoConfig } from '../../src/config/load.ts';
import { FakeClock } from '../devices/fake-clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';

const light = (args: Record<string, string | number>): ReturnType<typeof call>[] => [call('light.set', args)];
const script = {
  'turn on the desk lamp': light({ device: 'desk lamp', power: 'on' }),
  'turn the desk lamp off': light({ device: 'desk lamp', power: 'off' }),
  'turn the desk lamp on': light({ device: 'desk lamp', power: 'on' }),
  'set the desk lamp to 40': light({ device: 'desk lamp', brightness: 40 }),
  brighter: light({ step: 'up' }),
  'turn it off': light({ power: 'off' }),
  'turn on the light': light({ power: 'on' }),
  'go to the kitchen': [call('robot.goto', { place: 'kitchen' })],
  'turn on the light in the kitchen': light({ area: 'kitchen', power: 'on' }),
};

async function start(t: Test): Promise<{ home: Home; clock: FakeClock }> {
  const clock = new FakeClock();
  const home = await Home.start({ script, things: buildThings(demoConfig(), { clock, instant: true }), clock });
  t.teardown(() => home.close());
  return { home, clock };
}

const elsewhere = async (home: Home, text: string, id: string): Promise<Record<string, unknown>> => {
  await home.publish('command', JSON.stringify({ text, id, site: 'cellar' }));
  return home.json('response', (response) => response['id'] === id);
};

t.test('it, and what is said without a name', async (t) => {
  const { home } = await start(t);
  await home.say('turn on the desk lamp');
  t.match(await home.say('brighter'), {
    outcome: 'executed',
    actions: [{ device: 'desk-lamp', args: { step: 'up' } }],
  });
  t.match(await home.say('turn it off'), { outcome: 'executed', actions: [{ device: 'desk-lamp' }] });
  t.ok(home.interpreter.asked.includes('turn the desk lamp off'), 'the model reads a name, no pronoun');
  t.match(await home.say('turn on the light'), { outcome: 'ambiguous' }, 'a noun is no pronoun: it is asked');
});

t.test('undo, again, and undo of the undo', async (t) => {
  const { home } = await start(t);
  const state = (): unknown => home.agent.thing('desk-lamp')!.driver.state();
  await home.say('turn on the desk lamp');
  const before = state();
  await home.say('set the desk lamp to 40');
  t.match(state(), { brightness: 40 });
  t.match(await home.say('undo that'), { outcome: 'executed', path: 'fast' });
  t.strictSame(state(), before);
  t.match(await home.say('undo'), { outcome: 'executed' });
  t.match(state(), { brightness: 40 });
  await home.say('turn the desk lamp off');
  t.match(await home.say('again'), { outcome: 'executed', actions: [{ device: 'desk-lamp', args: { power: 'off' } }] });
});

t.test('undo of what cannot be undone says so', async (t) => {
  const { home } = await start(t);
  await home.say('go to the kitchen');
  t.match(await home.say('undo'), { outcome: 'not-understood', code: 'cannot-undo', reason: /robot\.goto/ });
});

t.test('there', async (t) => {
  const { home } = await start(t);
  await home.say('go to the kitchen');
  t.match(await home.say('turn on the light there'), { outcome: 'executed', actions: [{ device: 'kitchen-light' }] });
});

t.test('five minutes later nothing is remembered', async (t) => {
  const { home, clock } = await start(t);
  await home.say('turn on the desk lamp');
  await clock.advance(5 * 60_000);
  t.match(await home.say('turn it off'), { outcome: 'not-understood', code: 'no-context', actions: [] });
  t.match(await home.say('again'), { outcome: 'not-understood', code: 'no-context' });
});

t.test('each conversation remembers its own', async (t) => {
  const { home } = await start(t);
  await home.say('turn on the desk lamp');
  t.match(await elsewhere(home, 'turn it off', 'one'), { outcome: 'not-understood', actions: [] });
  t.match(await elsewhere(home, 'undo', 'two'), { outcome: 'not-understood', code: 'no-context' });
});

t.test('a stop is forgotten with everything before it', async (t) => {
  const { home } = await start(t);
  await home.say('turn on the desk lamp');
  await home.agent.stop();
  await home.agent.arm(true);
  t.match(await home.say('again'), { outcome: 'not-understood', code: 'no-context' });
});

t.test('what was not done is not remembered', async (t) => {
  const { home } = await start(t);
  await home.say('turn on the desk lamp');
  await home.say('turn on the light');
  await home.say('never mind');
  t.match(await home.say('undo'), { outcome: 'executed', actions: [{ device: 'desk-lamp' }] });
});
