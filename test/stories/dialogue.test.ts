/** Questions that the agent asks back, and what their answers do. */
import t, { type Test } from 'tap';
import { demoConfig, buildThings } from '../../src/config/load.ts';
import { FakeClock } from '../devices/fake-clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';
import type { Thing } from '../../devices/thing.ts';

const script = {
  'turn on the light': [call('light.set', { device: 'light', power: 'on' })],
  'turn off the kitchen light': [call('light.set', { device: 'kitchen light', power: 'off' })],
  'unlock the front door': [call('lock.set', { device: 'front door', state: 'unlock' })],
  'light on and unlock the front door': [
    call('light.set', { device: 'light', power: 'on' }),
    call('lock.set', { device: 'front door', state: 'unlock' }),
  ],
};

/** The demo's things; the front door asks before it is unlocked. */
function things(clock: FakeClock): Thing[] {
  return buildThings(demoConfig(), { clock, instant: true }).map((thing) => {
    const { description } = thing;
    const lock = description.actions['lock.set'];
    if (lock === undefined) return thing;
    const actions = { ...description.actions, 'lock.set': { ...lock, 'tk:confirm': { state: 'unlock' } } };
    return { ...thing, description: { ...description, actions } };
  });
}

async function start(t: Test): Promise<{ home: Home; clock: FakeClock }> {
  const clock = new FakeClock();
  const home = await Home.start({ script, things: things(clock), clock });
  t.teardown(() => home.close());
  return { home, clock };
}

t.test('which one: the candidates, and the answer goes on with the command', async (t) => {
  const { home } = await start(t);
  const question = await home.say('turn on the light');
  t.match(question, {
    outcome: 'ambiguous',
    candidates: ['kitchen light', 'living room lamp', 'bedroom light', 'desk lamp'],
    say: 'Which one: kitchen light, living room lamp, bedroom light or desk lamp?',
  });
  const answer = await home.say('the bedroom one');
  t.match(answer, {
    outcome: 'executed',
    path: 'fast',
    plan: [{ action: 'light.set', args: { device: 'light', power: 'on' } }],
    actions: [{ device: 'bedroom-light', args: { power: 'on' }, outcome: 'executed' }],
  });
  t.equal(answer.actions.length, 1);
  t.strictSame(home.interpreter.asked, ['turn on the light'], 'the model was asked once');
});

t.test('several at once; unclear answers leave the question open', async (t) => {
  const { home } = await start(t);
  await home.say('turn on the light');
  t.match(await home.say('the purple one'), { outcome: 'ambiguous', say: /Which one/, actions: [] });
  const { actions } = await home.say('the kitchen and the desk one');
  t.strictSame(
    actions.map(({ device }) => device),
    ['kitchen-light', 'desk-lamp'],
  );
});

t.test('never mind', async (t) => {
  const { home } = await start(t);
  await home.say('turn on the light');
  t.match(await home.say('never mind'), { outcome: 'refused', code: 'cancelled', actions: [] });
  t.match(await home.say('the bedroom one'), { outcome: 'not-understood' }, 'the question is gone');
});

t.test('a new command drops the question', async (t) => {
  const { home } = await start(t);
  await home.say('turn on the light');
  t.match(await home.say('turn off the kitchen light'), { outcome: 'executed' });
  t.match(await home.say('the bedroom one'), { outcome: 'not-understood' });
});

t.test('a question expires', async (t) => {
  const { home, clock } = await start(t);
  await home.say('unlock the front door');
  await clock.advance(60_000);
  t.match(await home.say('yes'), { outcome: 'not-understood', actions: [] });
});

t.test('questions belong to a conversation', async (t) => {
  const { home } = await start(t);
  await home.say('unlock the front door');
  await home.publish('command', JSON.stringify({ text: 'yes', id: 'elsewhere', site: 'garage' }));
  const elsewhere = await home.json('response', (response) => response['id'] === 'elsewhere');
  t.match(elsewhere, { outcome: 'not-understood', actions: [] }, 'a yes from another room opens no door');
  t.match(await home.say('yes'), { outcome: 'executed', actions: [{ device: 'front-door' }] });
});

t.test('confirmation: asked, done after a yes, and only once', async (t) => {
  const { home } = await start(t);
  t.match(await home.say('unlock the front door'), { outcome: 'needs-confirmation', say: /front door.*\?$/ });
  t.match(home.agent.thing('front-door')!.driver.state(), { state: 'LOCKED' });
  t.match(await home.say('yes please'), {
    outcome: 'executed',
    actions: [{ device: 'front-door', args: { state: 'unlock' } }],
  });
  t.match(home.agent.thing('front-door')!.driver.state(), { state: 'UNLOCKED' });
  t.match(await home.say('yes'), { outcome: 'not-understood' });
});

t.test('confirmation: everything is checked again', async (t) => {
  const { home } = await start(t);
  await home.say('unlock the front door');
  await home.agent.arm(false);
  await home.agent.arm(true);
  t.match(await home.say('yes'), { outcome: 'not-understood', actions: [] }, 'a stop closes every question');
  t.match(home.agent.thing('front-door')!.driver.state(), { state: 'LOCKED' });
});

t.test('one question after the other, and nothing before the last answer', async (t) => {
  const { home } = await start(t);
  t.match(await home.say('light on and unlock the front door'), { outcome: 'ambiguous' });
  t.match(await home.say('the desk lamp'), { outcome: 'needs-confirmation' });
  t.match(home.agent.thing('desk-lamp')!.driver.state(), { state: 'OFF' });
  t.match(await home.say('go ahead'), {
    outcome: 'executed',
    actions: [{ device: 'desk-lamp' }, { device: 'front-door' }],
  });
});
