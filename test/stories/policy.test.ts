/** Policy from tokonoma.yaml to the response topic. */
import t from 'tap';
import { FakeClock } from '../devices/fake-clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';

const YAML = `version: 1
node: { name: test }
things:
  - name: robot
    kind: robot
    interlocks: [{ when: contact/lid is open, reason: the lid is open }]
  - { name: front door, kind: lock }
  - { name: pump, kind: plug, safety: high, cooldown_s: 60 }
  - { name: speaker, kind: speaker, area: bedroom }
sensors: [{ name: contact/lid, kind: contact }]
policy:
  quiet_hours: [{ from: "22:00", to: "07:00", areas: [bedroom] }]
  sources: { kids: { deny: { safety: [high] } } }
`;

const script = {
  'drive a metre': [call('robot.drive', { direction: 'forward', distance: 1, unit: 'm' })],
  'pump on': [call('power.set', { device: 'pump', power: 'on' })],
  'play jazz': [call('media.do', { op: 'play', query: 'jazz' })],
  'unlock the front door': [call('lock.set', { device: 'front door', state: 'unlock' })],
  'pump on and unlock': [
    call('power.set', { device: 'pump', power: 'on' }),
    call('lock.set', { device: 'front door', state: 'unlock' }),
  ],
};

async function start(t: { teardown: (end: () => Promise<void>) => void }, hour = 12) {
  const clock = new FakeClock(new Date(2026, 0, 5, hour).getTime());
  const home = await Home.start({ yaml: YAML, script, clock });
  t.teardown(() => home.close());
  return { home, clock };
}

t.test('an interlock: not known, open, closed, and in direct control too', async (t) => {
  const { home } = await start(t);
  t.match(await home.say('drive a metre'), { outcome: 'refused', code: 'interlock', reason: /not known/ });
  await home.publish('sensor/contact/lid', 'open');
  t.match(await home.say('drive a metre'), { outcome: 'refused', code: 'interlock', reason: /the lid is open/ });
  await home.publish('robot/set', '{"action":"robot.drive","args":{"direction":"forward"}}');
  t.match(await home.json('response', (r) => r['text'] === 'robot/set'), { outcome: 'refused', code: 'interlock' });
  await home.publish('sensor/contact/lid', 'closed');
  t.match(await home.say('drive a metre'), { outcome: 'executed' });
});

t.test('a confirmation holds back the whole command; the answer does it', async (t) => {
  const { home } = await start(t);
  t.match(await home.say('pump on and unlock'), { outcome: 'needs-confirmation', actions: [{}, {}] });
  t.match(home.agent.thing('pump')!.driver.state(), { state: 'OFF' }, 'nothing was done');
  t.match(await home.say('yes'), { outcome: 'executed', actions: [{ device: 'pump' }, { device: 'front-door' }] });
  t.match(home.agent.thing('front-door')!.driver.state(), { state: 'UNLOCKED' });
});

t.test('direct control names what it means, and is asked nothing', async (t) => {
  const { home } = await start(t);
  await home.publish('front-door/set', 'UNLOCK');
  await home.json('front-door', (state) => state['state'] === 'UNLOCKED');
});

t.test('a cooldown', async (t) => {
  const { home, clock } = await start(t);
  t.match(await home.say('pump on'), { outcome: 'executed' });
  t.match(await home.say('pump on'), { outcome: 'refused', code: 'cooldown' });
  await clock.advance(60_000);
  t.match(await home.say('pump on'), { outcome: 'executed' });
});

t.test('quiet hours and sites', async (t) => {
  const { home } = await start(t, 23);
  t.match(await home.say('play jazz'), { outcome: 'refused', code: 'quiet-hours' });
  await home.publish('command', JSON.stringify({ text: 'pump on', id: 'kid', site: 'kids' }));
  t.match(await home.json('response', (r) => r['id'] === 'kid'), { outcome: 'refused', code: 'not-permitted' });
  t.match(await home.say('pump on'), { outcome: 'executed' });
});
