import t from 'tap';
import { Topics } from '../../src/mqtt/topics.ts';

const topics = new Topics('tokonoma/demo', ['zigbee2mqtt/attic', 'tokonoma/demo/sensor/temperature/kitchen']);

t.test('routes', async (t) => {
  for (const [topic, route] of [
    ['command', { kind: 'command' }],
    ['stop', { kind: 'stop' }],
    ['armed/set', { kind: 'armed' }],
    ['bridge/request/rules/list', { kind: 'request', op: 'rules/list' }],
    ['kitchen-light/set', { kind: 'set', id: 'kitchen-light' }],
    ['kitchen-light/get', { kind: 'get', id: 'kitchen-light' }],
    ['sensor/temperature/sauna', { kind: 'sensor', name: 'temperature/sauna' }],
    ['sensor/temperature/kitchen', { kind: 'sensor' }],
    ['kitchen-light', undefined],
    ['kitchen-light/set/more', undefined],
    ['/set', undefined],
    ['response', undefined],
    ['bridge/state', undefined],
    ['command/x', undefined],
  ] as const) {
    t.strictSame(topics.route(`tokonoma/demo/${topic}`), route, topic);
  }
  t.strictSame(topics.route('zigbee2mqtt/attic'), { kind: 'sensor' });
  t.equal(topics.route('tokonoma/other/command'), undefined);
  t.equal(topics.route('tokonoma/demonic/command'), undefined);
});

t.test('subscriptions do not overlap for commands, and nothing that moves is kept by a broker', async (t) => {
  t.strictSame(topics.subscriptions, {
    'tokonoma/demo/command': { qos: 1 },
    'tokonoma/demo/stop': { qos: 1 },
    'tokonoma/demo/+/set': { qos: 0 },
    'tokonoma/demo/+/get': { qos: 0 },
    'tokonoma/demo/bridge/request/#': { qos: 0 },
    'tokonoma/demo/sensor/#': { qos: 0 },
    'zigbee2mqtt/attic': { qos: 0 },
  });
});

t.test('an answer can be neither a command nor a state', async (t) => {
  for (const good of [
    'client/7/answers',
    'tokonoma/demo/response',
    'tokonoma/demo/response/client-7',
    'tokonoma/demonic/x',
  ]) {
    t.equal(topics.allowsReply(good), true, good);
  }
  const own = [
    'command',
    'stop',
    'armed/set',
    'kitchen-light',
    'kitchen-light/set',
    'bridge/state',
    'sensor/x/y',
    'responses',
  ];
  const bad = ['', 'a/+/b', '#', 'x\0y', '$SYS/x', 'zigbee2mqtt/attic', 'tokonoma/demo', 'x'.repeat(600)];
  for (const topic of [...own.map((name) => `tokonoma/demo/${name}`), ...bad])
    t.equal(topics.allowsReply(topic), false, topic);
});
