/** What is under way can be taken back: by words, by topic, by what ends it, while it runs and before. */
import t from 'tap';
import { call } from '../support/fake-interpreter.ts';
import { Home, settled } from '../support/home.ts';

const drive = [call('robot.drive', { direction: 'forward', distance: 8, unit: 'm' })];
const script = {
  'drive eight metres': drive,
  'light on and drive eight metres': [call('light.set', { device: 'kitchen light', power: 'on' }), ...drive],
  'drive eight metres then turn left': [...drive, call('robot.turn', { direction: 'left' })],
  'turn on the kitchen light': [call('light.set', { device: 'kitchen light', power: 'on' })],
  'would you halt the rover': [call('robot.stop')],
  'halt and go home': [call('robot.stop'), call('robot.task', { op: 'dock' })],
  'stop the music': [call('media.do', { op: 'stop' })],
};

async function driving(t: { teardown: (end: () => Promise<void>) => void }, text: string): Promise<Home> {
  const home = await Home.start({ slow: true, script });
  t.teardown(() => home.close());
  await home.publish('command', JSON.stringify({ text, id: 'drive' }));
  await home.json('robot', (state) => state['task'] === 'driving');
  return home;
}

t.test('"never mind" ends what is being done, and nothing else', async (t) => {
  const home = await driving(t, 'drive eight metres then turn left');
  t.match(await home.say('no, never mind', 'words'), { outcome: 'executed', path: 'stop', say: /Cancelled/ });
  t.match(await home.json('response', (r) => r['id'] === 'drive'), {
    outcome: 'failed',
    code: 'cancelled',
    actions: [
      { action: 'robot.drive', outcome: 'failed' },
      { action: 'robot.turn', outcome: 'refused' },
    ],
  });
  t.equal(home.agent.thing('robot')!.driver.state()['task'], 'idle');
  t.equal(home.agent.thing('robot')!.driver.state()['heading'], 0, 'what came after it is not done');
  t.equal(home.agent.armed, true);
  t.match(await home.say('turn on the kitchen light', 'next'), { outcome: 'executed' });
  t.match(await home.say('cancel', 'nothing'), { outcome: 'refused', code: 'nothing-to-cancel' });
});

t.test('robot.stop in other words does not wait behind the drive', async (t) => {
  const home = await driving(t, 'light on and drive eight metres');
  await home.publish('command', JSON.stringify({ text: 'turn on the kitchen light', id: 'between' }));
  t.match(await home.say('would you halt the rover', 'halt'), { outcome: 'executed', path: 'model' });
  t.match(await home.json('response', (r) => r['id'] === 'drive'), { outcome: 'failed', code: 'cancelled' });
  t.match(await home.json('response', (r) => r['id'] === 'between'), { outcome: 'executed' });
  t.equal(home.agent.armed, true);
  t.ok((home.agent.thing('robot')!.driver.state()['x'] as number) < 8);
});

t.test('what does more than end something has its turn', async (t) => {
  const home = await driving(t, 'drive eight metres');
  await home.publish('command', JSON.stringify({ text: 'halt and go home', id: 'both' }));
  await settled(home);
  t.equal(home.agent.thing('robot')!.driver.state()['task'], 'driving', 'not half of it');
  t.match(await home.say('stop the music', 'music'), { outcome: 'executed' }, 'what ends something else passes by');
  t.equal(home.agent.thing('robot')!.driver.state()['task'], 'driving', 'and ends nothing of the robot');
  t.equal(home.agent.cancel('both').length, 1, 'taken back while it waits');
  t.match(await home.json('response', (r) => r['id'] === 'both'), { outcome: 'refused', code: 'cancelled' });
});

t.test('by topic, and by direct control', async (t) => {
  const home = await driving(t, 'drive eight metres');
  await home.publish('bridge/request/cancel', '{"id":"drive"}');
  t.match(await home.json('bridge/response/cancel'), { status: 'ok', data: { cancelled: ['drive'] } });
  t.match(await home.json('response', (r) => r['id'] === 'drive'), { outcome: 'failed', code: 'cancelled' });
  await home.publish('command', JSON.stringify({ text: 'light on and drive eight metres', id: 'again' }));
  let seen = 0;
  await home.json('robot', (state) => state['task'] === 'driving' && ++seen > 1);
  await home.publish('robot/set', '{"action":"robot.stop"}');
  t.match(await home.json('response', (r) => r['id'] === 'again'), { outcome: 'failed', code: 'cancelled' });
});
