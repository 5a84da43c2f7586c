/** Control without words: `<thing>/set` and `<thing>/get`. */
import t from 'tap';
import { Home } from '../support/home.ts';

t.test('set and get', async (t) => {
  const home = await Home.start({});
  t.teardown(() => home.close());

  t.test('property values, as zigbee2mqtt has them', async (t) => {
    await home.publish('kitchen-light/set', '{"state":"ON","brightness":40}');
    await home.json('kitchen-light', (state) => state['state'] === 'ON' && state['brightness'] === 40);
    t.match(await home.json('action', (a) => a['device'] === 'kitchen-light'), {
      action: 'light.set',
      args: { power: 'on', brightness: 40 },
      outcome: 'executed',
    });
    t.equal(home.count('response'), 0, 'what worked is seen on the other topics');
  });

  t.test('a bare word', async () => {
    await home.publish('kitchen-light/set', 'OFF');
    await home.json('kitchen-light', (state) => state['state'] === 'OFF' && state['brightness'] === 40);
  });

  t.test('an action and its arguments', async () => {
    await home.publish(
      'robot/set',
      '{"action":"robot.drive","args":{"direction":"forward","distance":150,"unit":"cm"}}',
    );
    await home.json('robot', (state) => state['x'] === 1.5);
  });

  const refusals: readonly (readonly [name: string, topic: string, payload: string, outcome: string, code: string])[] =
    [
      ['an unknown thing', 'sauna-light/set', 'ON', 'unknown-device', 'unknown-device'],
      ['invalid JSON', 'desk-lamp/set', '{"state":', 'refused', 'bad-json'],
      ['an unknown property', 'desk-lamp/set', '{"smell":"roses"}', 'refused', 'bad-argument'],
      ['a value that it has not', 'desk-lamp/set', '{"state":"PERHAPS"}', 'refused', 'bad-argument'],
      ['over the limit', 'desk-lamp/set', '{"brightness":300}', 'refused', 'over-limit'],
      [
        'an action of another kind',
        'desk-lamp/set',
        '{"action":"lock.set","args":{"state":"lock"}}',
        'refused',
        'unsupported-action',
      ],
      ['nothing', 'desk-lamp/set', '{}', 'refused', 'bad-argument'],
      ['too much', 'desk-lamp/set', `{"state":"${'x'.repeat(20_000)}"}`, 'refused', 'too-large'],
      ['a get of an unknown thing', 'sauna-light/get', '', 'unknown-device', 'unknown-device'],
    ];
  for (const [name, topic, payload, outcome, code] of refusals) {
    t.test(name, async (t) => {
      const before = home.count('response');
      await home.publish(topic, payload);
      let seen = 0;
      t.match(await home.json('response', () => ++seen > before), { text: topic, outcome, code, reason: String });
      t.match(home.agent.thing('desk-lamp')!.driver.state(), { state: 'OFF', brightness: 100 }, 'nothing was done');
    });
  }

  t.test('get publishes the state again', async (t) => {
    const before = home.count('front-door');
    await home.publish('front-door/get', '');
    let seen = 0;
    t.match(await home.json('front-door', () => ++seen > before), { state: 'LOCKED' });
  });
});
