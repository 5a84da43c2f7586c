import t from 'tap';
import { matches } from '../../devices/bus.ts';
import { MemoryBus } from '../support/memory-bus.ts';
import { settled } from './fake-clock.ts';

t.test('filters match as the clauses of MQTT 5, 4.7 say', async (t) => {
  const table: readonly [filter: string, topic: string, expected: boolean][] = [
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['+/+', '/finance', true],
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a/b/d', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['a/b/#', 'a', false],
    ['#', 'a/b', true],
    ['#', '$SYS/uptime', false],
    ['+/uptime', '$SYS/uptime', false],
    ['$SYS/#', '$SYS/uptime', true],
  ];
  for (const [filter, topic, expected] of table) t.equal(matches(filter, topic), expected, `${filter} and ${topic}`);
});

t.test('the bus of the tests keeps what is retained and sends nothing without a connection', async (t) => {
  const bus = new MemoryBus();
  const heard: [string, string, boolean][] = [];
  bus.deliver('lamp/state', { on: true }, { retain: true });
  const unsubscribe = bus.subscribe('lamp/+', (topic, payload, retained) =>
    heard.push([topic, Buffer.from(payload).toString(), retained]),
  );
  await settled();
  await bus.publish('lamp/set', 'ON');
  await settled();
  t.strictSame(heard, [
    ['lamp/state', '{"on":true}', true],
    ['lamp/set', 'ON', false],
  ]);
  const seen: boolean[] = [];
  bus.onConnection((connected) => seen.push(connected));
  bus.connect(false);
  await t.rejects(bus.publish('lamp/set', 'OFF'), { code: 'not-connected' });
  bus.connect(true);
  t.strictSame(seen, [false, true]);
  t.strictSame(heard.at(-1), ['lamp/state', '{"on":true}', true], 'retained messages come again');
  unsubscribe();
  bus.deliver('lamp/state', 'x');
  await settled();
  t.equal(heard.length, 3, 'nothing after unsubscribing');
});
