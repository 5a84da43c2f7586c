import t from 'tap';
import { TokonomaError } from '../../../src/errors.ts';
import { settled } from '../fake-clock.ts';
import { wired } from './support.ts';

const PUMP = {
  kind: 'plug',
  safe: 'off',
  driver: 'mqtt',
  topics: { state: { set: 'pump/set', get: 'pump/state', values: { ON: '1', OFF: '0' } } },
};
const PLUG = { kind: 'plug', driver: 'zigbee2mqtt', topic: 'z/plug' };
const BLIND = { kind: 'cover', driver: 'zigbee2mqtt', topic: 'z/blind' };

t.test('without a connection nothing is kept for later: it has failed', async (t) => {
  const { tell, bus, clock, hear } = await wired(PLUG);
  bus.connect(false);
  t.equal(await (await tell('power.set', { power: 'on' })).end, 'not-connected');
  bus.connect(true);
  await clock.advance(60_000);
  t.strictSame(bus.published, []);
  const lost = await tell('power.set', { power: 'on' });
  bus.connect(false);
  t.equal(await lost.end, 'not-connected', 'lost on the way');
  bus.connect(true);
  const on = await tell('power.set', { power: 'on' });
  await hear('z/plug', { state: 'ON' });
  t.equal(await on.end, 'done');
});

t.test('the next command ends the one before it', async (t) => {
  const { tell, hear } = await wired(PLUG);
  const on = await tell('power.set', { power: 'on' });
  const off = await tell('power.set', { power: 'off' });
  t.equal(await on.end, 'interrupted');
  await hear('z/plug', { state: 'ON' });
  t.equal(off.ended(), undefined);
  await hear('z/plug', { state: 'OFF' });
  t.equal(await off.end, 'done');
});

t.test('aborted on its way, a cover is stopped and a plug that heats is switched off', async (t) => {
  for (const [keys, action, args, expected] of [
    [BLIND, 'cover.set', { state: 'open' }, 'z/blind/set {"state":"STOP"}'],
    [PUMP, 'power.set', { power: 'on' }, 'pump/set 0'],
  ] as const) {
    const { tell } = await wired(keys);
    const abort = new AbortController();
    const telling = await tell(action, args, abort.signal);
    abort.abort(new TokonomaError('stopped', 'a stop came'));
    await settled();
    t.equal(telling.sent().at(-1), expected);
  }
});

t.test('safe: sent, acknowledged; owed where it could not be reached, and made up for', async (t) => {
  const { thing, bus, hear } = await wired(PUMP);
  const safe = thing.driver.safe();
  await settled();
  t.equal(bus.published.at(-1)?.payload, '0');
  await hear('pump/state', '0');
  await safe;
  await thing.driver.safe();
  t.equal(bus.published.length, 1, 'known to be off: nothing is sent');
  await hear('pump/state', '1');
  bus.connect(false);
  await t.rejects(thing.driver.safe(), { code: 'not-connected' });
  bus.connect(true);
  await settled();
  t.strictSame(
    bus.published.slice(1).map(({ topic, payload }) => `${topic} ${payload}`),
    ['pump/set 0'],
    'as soon as it can be reached',
  );
  await hear('pump/state', '0');
  bus.connect(false);
  bus.connect(true);
  await settled();
  t.equal(bus.published.length, 2, 'once');
});

t.test('safe for a device that was offline is done when it comes back', async (t) => {
  const { thing, bus, hear } = await wired({ ...PLUG, safe: 'off' });
  await hear('z/plug/availability', { state: 'offline' }, true);
  await t.rejects(thing.driver.safe(), { code: 'device-offline' });
  await hear('z/plug/availability', { state: 'online' });
  t.strictSame(
    bus.published.map(({ payload }) => payload),
    ['{"state":"OFF"}'],
  );
});

t.test('a light has no other safe state than its own', async (t) => {
  const { thing, bus } = await wired({ kind: 'light', driver: 'zigbee2mqtt', topic: 'z/lamp' });
  bus.connect(false);
  await thing.driver.safe();
  t.strictSame(bus.published, []);
});

t.test('a device that only tells of changes: what it is already counts, if it lives', async (t) => {
  const { tell, hear, clock, bus, state } = await wired(PUMP);
  await hear('pump/state', '1', true);
  bus.connect(false);
  bus.connect(true);
  t.equal(state()['state'], 'ON');
  const dead = await tell('power.set', { power: 'on' });
  await clock.advance(13_000);
  t.equal(await dead.end, 'device-timeout', 'only the broker remembers it');
  await hear('pump/state', '1');
  const already = await tell('power.set', { power: 'on' });
  t.strictSame(already.sent(), ['pump/set 1']);
  t.equal(await already.end, 'done');
});

t.test('a device that never speaks: done when the broker has taken it, with QoS 1', async (t) => {
  const { tell, bus } = await wired({ ...PUMP, topics: { state: { set: 'pump/set' } }, answers: 'never' });
  t.equal(await (await tell('power.set', { power: 'on' })).end, 'done');
  t.match(bus.published, [{ topic: 'pump/set', payload: 'ON', qos: 1, retain: false }]);
});

t.test('payloads of any kind change nothing that they should not', async (t) => {
  const { hear, state, tell } = await wired({
    kind: 'light',
    driver: 'zigbee2mqtt',
    topic: 'z/lamp',
    color: true,
    color_format: 'hue_saturation',
  });
  const on = await tell('light.set', { power: 'on' });
  for (const payload of [
    '',
    'x'.repeat(100_000),
    '{"state":',
    '[]',
    'null',
    '"ON"',
    '{"state":{"a":1}}',
    '{"state":"FLY"}',
    '{"brightness":"much"}',
    '{"brightness":null}',
    '{"color":{"hue":"red","saturation":1e99}}',
    '{"__proto__":{"state":"ON"},"constructor":1}',
    new Uint8Array([0xff, 0xfe, 0x00]),
  ]) {
    await hear('z/lamp', payload);
  }
  t.strictSame(state(), { state: null, brightness: null, color: null });
  t.equal(on.ended(), undefined);
  await hear('z/lamp', '{"state":"ON","brightness":900}');
  t.strictSame(state(), { state: 'ON', brightness: 100, color: null }, 'beyond its range is its end');
});

t.test('state changes are told, and nothing after close', async (t) => {
  const { thing, hear, bus, tell } = await wired(PLUG);
  const told: unknown[] = [];
  thing.driver.onState((state) => told.push(state['state']));
  await hear('z/plug', { state: 'ON' });
  await hear('z/plug', { state: 'ON' });
  await hear('z/plug', { state: 'OFF' });
  t.strictSame(told, ['ON', 'OFF']);
  const on = await tell('power.set', { power: 'on' });
  await thing.driver.close();
  t.equal(await on.end, 'interrupted');
  t.strictSame(bus.filters, []);
  t.equal(await (await tell('power.set', { power: 'on' })).end, 'closed');
});

t.test('a thing without a channel cannot be asked for what it would take', async (t) => {
  const { thing } = await wired({ kind: 'light', driver: 'mqtt', topics: { state: { set: 'a/set', get: 'a' } } });
  const { actions, properties } = thing.description;
  t.strictSame(Object.keys(actions['light.set']?.input?.properties ?? {}), ['power']);
  t.equal(properties['brightness']?.['tk:writes'], undefined);
  t.not(properties['state']?.['tk:writes'], undefined);
});
