/** A model that says how sure it is: below its threshold nothing is done, and nothing says that it was. */
import t from 'tap';
import type { PlanCall } from '../../src/grammar/actions.ts';
import { call, type Sure } from '../support/fake-interpreter.ts';
import { Home, settled } from '../support/home.ts';

const sure = (confidence: number, ...plan: PlanCall[]): Sure => ({ plan, confidence, threshold: 0.5 });
const on = call('light.set', { device: 'kitchen light', power: 'on' });
const ask = call('query', { kind: 'state', device: 'kitchen light' });

const script = {
  'turn on the kitchen light': sure(0.4, on),
  'switch on the kitchen light': sure(0.6, on),
  'kitchen light on': sure(0.5, on),
  'lights on in the kitchen': { plan: [on], confidence: 0.1 },
  'is the kitchen light on': sure(0.1, ask),
  'is the kitchen light on then turn it on': sure(0.4, ask, on),
  'drive eight metres': sure(0.9, call('robot.drive', { direction: 'forward', distance: 8, unit: 'm' })),
  'would you halt the rover': sure(0.1, call('robot.stop')),
  'the weather is nice': sure(0.1, call('none')),
};

async function start(t: { teardown(end: () => Promise<void>): void }, slow = false): Promise<Home> {
  const home = await Home.start({ script, slow });
  t.teardown(() => home.close());
  return home;
}

/** What the home has said of things and actions so far. */
function told(home: Home): string[] {
  return home.messages
    .filter(({ topic }) => topic === `${home.base}/action` || topic === `${home.base}/kitchen-light`)
    .map(({ topic, text }) => `${topic} ${text}`);
}

t.test('below the threshold: not understood, and nothing is published but that', async (t) => {
  const home = await start(t);
  await settled(home);
  const before = told(home);
  for (const text of ['turn on the kitchen light', 'is the kitchen light on then turn it on']) {
    const response = await home.say(text);
    t.match(response, { outcome: 'not-understood', code: 'unsure', confidence: 0.4, reason: /^40 % sure/ });
    t.same(response.actions, []);
  }
  await settled(home);
  t.same(told(home), before);
  t.match(await home.say('the weather is nice'), { outcome: 'not-understood', code: undefined });
});

t.test('at the threshold and above it is done, and so it is where there is none', async (t) => {
  for (const text of ['switch on the kitchen light', 'kitchen light on', 'lights on in the kitchen']) {
    const home = await start(t);
    t.match(await home.say(text), {
      outcome: 'executed',
      actions: [{ device: 'kitchen-light', action: 'light.set', outcome: 'executed' }],
    });
    await home.json('kitchen-light', (state) => state['state'] === 'ON');
    t.equal(home.count('action'), 1);
  }
});

t.test('a question is answered however unsure it is', async (t) => {
  const home = await start(t);
  t.match(await home.say('is the kitchen light on'), { outcome: 'executed', confidence: 0.1, say: /off/ });
});

t.test('a stop stops however unsure it is', async (t) => {
  const home = await start(t, true);
  await home.publish('command', JSON.stringify({ text: 'drive eight metres', id: 'go' }));
  await home.json('robot', (state) => state['task'] === 'driving');
  t.match(await home.say('would you halt the rover'), { outcome: 'executed', confidence: 0.1 });
  t.match(await home.json('response', (r) => r['id'] === 'go'), { outcome: 'failed', code: 'cancelled' });
});
