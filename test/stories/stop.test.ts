/** Stop and armed: whatever is going on, every actuator is safe and nothing moves before it is armed again. */
import t from 'tap';
import type { PlanCall } from '../../src/grammar/actions.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home, settled } from '../support/home.ts';

const drive = [call('robot.drive', { direction: 'forward', distance: 5, unit: 'm' })];

t.test('the stop topic ends a running drive, drops the queue and disarms', async (t) => {
  const home = await Home.start({ slow: true, script: { 'drive five metres': drive, 'drive again': drive } });
  t.teardown(() => home.close());
  await home.publish('command', JSON.stringify({ text: 'drive five metres', id: 'running' }));
  await home.json('robot', (state) => state['task'] === 'driving');
  await home.publish('command', JSON.stringify({ text: 'drive again', id: 'waiting' }));
  await home.publish('stop', '');
  t.match(await home.json('response', (r) => r['id'] === 'running'), {
    outcome: 'failed',
    code: 'stopped',
    actions: [{ device: 'robot', action: 'robot.drive', outcome: 'failed' }],
  });
  t.match(await home.json('response', (r) => r['id'] === 'waiting'), { outcome: 'refused', code: 'stopped' });
  await home.message('armed', (text) => text === 'false');
  const state = home.agent.thing('robot')!.driver.state();
  t.equal(state['task'], 'idle');
  t.ok((state['x'] as number) < 5, 'it did not get there');

  t.match(await home.say('drive again', 'disarmed'), { outcome: 'refused', code: 'disarmed' });
  t.equal(home.agent.thing('robot')!.driver.state()['x'], state['x'], 'it did not move');

  await home.publish('armed/set', 'true');
  await home.message('armed', (text, retain) => text === 'true' && !retain);
  await home.publish('command', JSON.stringify({ text: 'drive again', id: 'armed' }));
  await home.json('robot', (now) => (now['x'] as number) > (state['x'] as number));
});

t.test('the words go past a model that is thinking', async (t) => {
  let thinking!: () => void;
  const asked = new Promise<void>((resolve) => (thinking = resolve));
  const forever = (): Promise<PlanCall[]> => {
    thinking();
    return new Promise(() => undefined);
  };
  const home = await Home.start({ script: { 'think hard': forever } });
  t.teardown(() => home.close());
  await home.publish('command', JSON.stringify({ text: 'think hard', id: 'thinking' }));
  await asked;
  const response = await home.say('Please STOP the rover!', 'words');
  t.match(response, { outcome: 'executed', path: 'stop', plan: [], model: 'none' });
  t.equal(response.actions.length, home.agent.things.length);
  t.match(await home.json('response', (r) => r['id'] === 'thinking'), { outcome: 'refused', code: 'stopped' });
  t.strictSame(home.interpreter.asked, ['think hard'], 'the model was not asked about the stop');
});

t.test('stopping the music is an ordinary command', async (t) => {
  const home = await Home.start({ script: { 'stop the music': [call('media.do', { op: 'stop' })] } });
  t.teardown(() => home.close());
  t.match(await home.say('stop the music'), { outcome: 'executed', path: 'model' });
  t.equal(home.agent.armed, true);
});

t.test('disarming is as safe as a stop; questions and robot.stop are still answered', async (t) => {
  const home = await Home.start({
    slow: true,
    script: {
      'drive five metres': drive,
      'how warm is the kitchen': [call('query', { kind: 'temperature', area: 'kitchen' })],
      'would you stop now robot': [call('robot.stop')],
    },
  });
  t.teardown(() => home.close());
  await home.publish('command', JSON.stringify({ text: 'drive five metres', id: 'running' }));
  await home.json('robot', (state) => state['task'] === 'driving');
  await home.publish('armed/set', 'false');
  t.match(await home.json('response', (r) => r['id'] === 'running'), { outcome: 'failed', code: 'stopped' });
  t.match(await home.say('how warm is the kitchen'), { outcome: 'executed', say: 'The kitchen is 21.5 °C.' });
  t.match(await home.say('would you stop now robot'), { outcome: 'executed' });
});

t.test('without --demo nothing moves before it is armed', async (t) => {
  const home = await Home.start({ armed: false, script: { 'drive five metres': drive } });
  t.teardown(() => home.close());
  t.match(await home.say('drive five metres'), { outcome: 'refused', code: 'disarmed', reason: /arms it again/ });
  await home.publish('kitchen-light/set', 'ON');
  t.match(await home.json('response', (r) => r['text'] === 'kitchen-light/set'), { code: 'disarmed' });
});

t.test('armed/set takes true and false, and nothing retained', async (t) => {
  const home = await Home.start({ armed: false });
  t.teardown(() => home.close());
  await home.publish('armed/set', 'perhaps');
  t.match(await home.json('response'), { outcome: 'refused', code: 'bad-argument' });
  await home.publish('armed/set', 'true', { retain: true });
  await settled(home);
  t.equal(home.agent.armed, true, 'a subscriber gets a live message without the retain flag (MQTT-3.3.1-9)');
});

t.test('closing puts a driving robot into its safe state and answers', async (t) => {
  const home = await Home.start({ slow: true, script: { 'drive five metres': drive } });
  await home.publish('command', JSON.stringify({ text: 'drive five metres', id: 'running' }));
  await home.json('robot', (state) => state['task'] === 'driving');
  const answered = home.json('response', (r) => r['id'] === 'running');
  await home.close().catch((error: unknown) => t.error(error));
  t.equal(home.agent.thing('robot')!.driver.state()['task'], 'idle');
  t.match(await Promise.race([answered, Promise.resolve({ code: 'no answer' })]), {
    outcome: 'failed',
    code: 'interrupted',
  });
});
