/** Payloads as https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html documents them. */
import t from 'tap';
import { wired } from './support.ts';

const LAMP = { kind: 'light', color: true, kelvin: true, driver: 'zigbee2mqtt', topic: 'zigbee2mqtt/hall lamp' };

t.test('a lamp is asked in one message, and has done it when its state says so', async (t) => {
  const { tell, hear, state } = await wired(LAMP);
  const on = await tell('light.set', { brightness: 50 });
  t.strictSame(on.sent(), ['zigbee2mqtt/hall lamp/set {"state":"ON","brightness":127}']);
  t.equal(on.ended(), undefined);
  await hear('zigbee2mqtt/hall lamp', { state: 'ON', brightness: 60, linkquality: 120 });
  t.equal(on.ended(), undefined, 'not there yet');
  await hear('zigbee2mqtt/hall lamp', { state: 'ON', brightness: 127, linkquality: 120 });
  t.equal(await on.end, 'done');
  t.strictSame(state(), { state: 'ON', brightness: 50, color: null, color_temp: null });
});

t.test('steps begin at what it has told; off needs nothing else', async (t) => {
  const { tell, hear } = await wired(LAMP);
  t.equal(await (await tell('light.set', { step: 'up', by: 20 })).end, 'state-unknown');
  await hear('zigbee2mqtt/hall lamp', { state: 'ON', brightness: 102 });
  const up = await tell('light.set', { step: 'up', by: 20 });
  t.strictSame(up.sent(), ['zigbee2mqtt/hall lamp/set {"state":"ON","brightness":152}']);
  await hear('zigbee2mqtt/hall lamp', { state: 'ON', brightness: 152 });
  t.equal(await up.end, 'done');
  const dark = await tell('light.set', { brightness: 0 });
  t.strictSame(dark.sent(), ['zigbee2mqtt/hall lamp/set {"state":"OFF"}']);
});

t.test('colours and colour temperature go out in its own numbers and come back as words and kelvin', async (t) => {
  const { tell, hear, state } = await wired(LAMP);
  const red = await tell('light.set', { color: 'red' });
  t.strictSame(red.sent(), ['zigbee2mqtt/hall lamp/set {"state":"ON","color":{"x":0.6401,"y":0.33}}']);
  await hear('zigbee2mqtt/hall lamp', { state: 'ON', color: { x: 0.64, y: 0.33 }, color_mode: 'xy' });
  t.equal(await red.end, 'done');
  t.equal(state()['color'], 'red');
  const warm = await tell('light.set', { kelvin: 2700 });
  t.strictSame(warm.sent(), ['zigbee2mqtt/hall lamp/set {"state":"ON","color_temp":370}']);
  await hear('zigbee2mqtt/hall lamp', { state: 'ON', color_temp: 369, color_mode: 'color_temp' });
  t.equal(await warm.end, 'done');
  t.equal(state()['color_temp'], 2710);
});

t.test('what the broker kept is no answer; silence is a timeout', async (t) => {
  const { tell, hear, clock, bus } = await wired({ kind: 'plug', driver: 'zigbee2mqtt', topic: 'zigbee2mqtt/pump' });
  await hear('zigbee2mqtt/pump', { state: 'ON' }, true);
  bus.connect(false);
  bus.connect(true);
  const on = await tell('power.set', { power: 'on' });
  await clock.advance(11_900);
  t.equal(on.ended(), undefined);
  await clock.advance(200);
  t.equal(await on.end, 'device-timeout');
});

t.test('a device that is offline, or whose bridge is, is not asked', async (t) => {
  const { tell, hear, thing } = await wired({ ...LAMP, ask: ['state'] });
  for (const [topic, gone, back] of [
    ['zigbee2mqtt/hall lamp/availability', { state: 'offline' }, { state: 'online' }],
    ['zigbee2mqtt/hall lamp/availability', 'offline', 'online'],
    ['zigbee2mqtt/bridge/state', { state: 'offline' }, { state: 'online' }],
  ] as const) {
    await hear(topic, gone, true);
    const off = await tell('light.set', { power: 'on' });
    t.equal(await off.end, 'device-offline');
    t.strictSame(off.sent(), []);
    t.equal(thing.driver.online, false);
    await hear(topic, back, true);
    t.equal(thing.driver.online, true);
  }
});

t.test('what zigbee2mqtt says has failed has failed at once, in its words', async (t) => {
  const { tell, hear } = await wired(LAMP);
  const on = await tell('light.set', { power: 'on' });
  const message = "z2m: Publish 'set' 'state' to 'another' failed: 'Error: no network route'";
  await hear('zigbee2mqtt/bridge/logging', { level: 'error', message });
  t.equal(on.ended(), undefined, 'of another device');
  const ours = message.replace('another', 'hall lamp');
  await hear('zigbee2mqtt/bridge/logging', { level: 'error', message: ours });
  t.equal(await on.end, 'device-refused');
});

t.test('a blind is open when its position says so; a lock when the bolt does', async (t) => {
  const blind = await wired({ kind: 'cover', driver: 'zigbee2mqtt', topic: 'z/blind', ask: ['position'] });
  const open = await blind.tell('cover.set', { state: 'open' });
  t.strictSame(open.sent(), ['z/blind/set {"state":"OPEN"}']);
  await blind.hear('z/blind', { state: 'OPEN', position: 10 });
  await blind.clock.advance(3000);
  t.equal(open.ended(), undefined, 'on its way');
  t.strictSame(open.sent().slice(1), ['z/blind/get {"position":""}'], 'asked once when it says nothing');
  await blind.hear('z/blind', { state: 'OPEN', position: 99 });
  t.equal(await open.end, 'done');
  const half = await blind.tell('cover.set', { position: 50 });
  await blind.hear('z/blind', { state: 'OPEN', position: 50 });
  t.equal(await half.end, 'done');

  const keys = { kind: 'lock', driver: 'zigbee2mqtt', topic: 'z/door' };
  const lock = await wired({ ...keys, attributes: { state: { set: 'state', get: 'lock_state' } } });
  const locked = await lock.tell('lock.set', { state: 'lock' });
  t.strictSame(locked.sent(), ['z/door/set {"state":"LOCK"}']);
  await lock.hear('z/door', { state: 'LOCK', lock_state: 'not_fully_locked' });
  t.equal(locked.ended(), undefined);
  await lock.hear('z/door', { state: 'LOCK', lock_state: 'locked' });
  t.equal(await locked.end, 'done');
});

t.test('fans by the names of their speeds, thermostats with their own attributes', async (t) => {
  const fan = await wired({
    kind: 'fan',
    levels: 3,
    driver: 'zigbee2mqtt',
    topic: 'z/fan',
    speeds: ['low', 'medium', 'high'],
  });
  const two = await fan.tell('power.set', { speed: 2 });
  t.strictSame(two.sent(), ['z/fan/set {"fan_state":"ON","fan_mode":"medium"}']);
  await fan.hear('z/fan', { fan_state: 'ON', fan_mode: 'medium' });
  t.equal(await two.end, 'done');
  const heating = await wired({
    kind: 'thermostat',
    driver: 'zigbee2mqtt',
    topic: 'z/trv',
    attributes: { target_temperature: 'current_heating_setpoint' },
  });
  await heating.hear('z/trv', { current_heating_setpoint: 19, local_temperature: 20.5, system_mode: 'off' });
  const up = await heating.tell('climate.set', { step: 'up', by: 1.5 });
  t.strictSame(up.sent(), ['z/trv/set {"system_mode":"auto","current_heating_setpoint":20.5}']);
  await heating.hear('z/trv', { current_heating_setpoint: 20.5, local_temperature: 20.5, system_mode: 'auto' });
  t.equal(await up.end, 'done');
  t.strictSame(heating.state(), { target_temperature: 20.5, current_temperature: 20.5, mode: 'auto' });
});
