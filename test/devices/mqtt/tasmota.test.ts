/** Payloads as https://tasmota.github.io/docs/MQTT/, Lights/ and Blinds-and-Shutters/ document them. */
import t from 'tap';
import { wired } from './support.ts';

t.test('a relay: commanded on cmnd, done by RESULT', async (t) => {
  const { tell, hear, state, thing } = await wired({ kind: 'plug', driver: 'tasmota', topic: 'tasmota_A1B2C3' });
  const on = await tell('power.set', { power: 'on' });
  t.strictSame(on.sent(), ['cmnd/tasmota_A1B2C3/POWER1 ON']);
  await hear('stat/tasmota_A1B2C3/RESULT', { POWER: 'ON' });
  t.equal(await on.end, 'done');
  await hear('tele/tasmota_A1B2C3/STATE', { Time: '2026-11-22T22:00:00', Uptime: '0T01:00:12', POWER: 'OFF' });
  t.strictSame(state(), { state: 'OFF' });
  await hear('tele/tasmota_A1B2C3/LWT', 'Offline');
  t.equal(thing.driver.online, false);
  await hear('tele/tasmota_A1B2C3/LWT', 'Online');
  t.equal(thing.driver.online, true);
});

t.test('the second relay, in a turned-round full topic, with words of its own', async (t) => {
  const { tell, hear } = await wired({
    kind: 'plug',
    driver: 'tasmota',
    topic: 'dual',
    full_topic: 'home/%topic%/%prefix%/',
    relay: 2,
    states: ['aus', 'an'],
  });
  const on = await tell('power.set', { power: 'on' });
  t.strictSame(on.sent(), ['home/dual/cmnd/POWER2 an']);
  await hear('home/dual/stat/RESULT', { POWER1: 'an' });
  t.equal(on.ended(), undefined, 'the other relay');
  // SetOption4 replaces RESULT by the name of the command; the plain word comes in any case.
  await hear('home/dual/stat/POWER2', 'an');
  t.equal(await on.end, 'done');
});

t.test('a light: dimmer, colour, colour temperature', async (t) => {
  const { tell, hear, state } = await wired({
    kind: 'light',
    color: true,
    kelvin: true,
    driver: 'tasmota',
    topic: 'bulb',
  });
  const half = await tell('light.set', { brightness: 50 });
  t.strictSame(half.sent(), ['cmnd/bulb/POWER1 ON', 'cmnd/bulb/Dimmer 50']);
  await hear('stat/bulb/RESULT', { POWER: 'ON' });
  await hear('stat/bulb/RESULT', { POWER: 'ON', Dimmer: 50, Color: '800000', HSBColor: '0,100,50' });
  t.equal(await half.end, 'done');
  const blue = await tell('light.set', { color: 'blue' });
  t.strictSame(blue.sent(), ['cmnd/bulb/POWER1 ON', 'cmnd/bulb/HSBColor1 240', 'cmnd/bulb/HSBColor2 100']);
  await hear('stat/bulb/RESULT', { POWER: 'ON', Dimmer: 50, Color: '000080', HSBColor: '240,100,50' });
  t.equal(await blue.end, 'done');
  const cold = await tell('light.set', { kelvin: 6500 });
  t.strictSame(cold.sent(), ['cmnd/bulb/POWER1 ON', 'cmnd/bulb/CT 154']);
  await hear('stat/bulb/RESULT', { POWER: 'ON', CT: 154 });
  t.equal(await cold.end, 'done');
  t.strictSame(state(), { state: 'ON', brightness: 50, color: 'blue', color_temp: 6494 });
});

t.test('a command that it does not know is refused in its words', async (t) => {
  const { tell, hear } = await wired({ kind: 'plug', driver: 'tasmota', topic: 'x' });
  const on = await tell('power.set', { power: 'on' });
  await hear('stat/x/RESULT', { Command: 'Unknown' });
  t.equal(await on.end, 'device-refused');
});

t.test('a shutter tells where it is and whether it moves', async (t) => {
  const { tell, hear, state } = await wired({ kind: 'cover', driver: 'tasmota', topic: 'roller' });
  const at = (Position: number, Direction: number): object => ({ Shutter1: { Position, Direction, Target: 100 } });
  const open = await tell('cover.set', { state: 'open' });
  t.strictSame(open.sent(), ['cmnd/roller/ShutterOpen1']);
  await hear('stat/roller/RESULT', at(0, 1));
  t.strictSame(state(), { state: 'OPENING', position: 0 });
  await hear('tele/roller/SENSOR', at(60, 1));
  t.equal(open.ended(), undefined);
  await hear('stat/roller/RESULT', at(100, 0));
  t.equal(await open.end, 'done');
  t.strictSame(state(), { state: 'OPEN', position: 100 });
  const to = await tell('cover.set', { position: 30 });
  t.strictSame(to.sent(), ['cmnd/roller/ShutterPosition1 30']);
  await hear('stat/roller/RESULT', at(80, -1));
  const stop = await tell('cover.set', { state: 'stop' });
  t.equal(await to.end, 'interrupted');
  t.strictSame(stop.sent(), ['cmnd/roller/ShutterStop1']);
  await hear('stat/roller/RESULT', at(74, 0));
  t.equal(await stop.end, 'done');
  t.strictSame(state(), { state: 'STOPPED', position: 74 });
});

t.test('a shutter at rest is not told to stop', async (t) => {
  const { thing, hear, bus, clock } = await wired({ kind: 'cover', driver: 'tasmota', topic: 'roller' });
  t.strictSame(
    bus.published.map(({ topic, payload }) => `${topic} ${payload}`),
    ['cmnd/roller/STATUS 10'],
    'asked at the start',
  );
  await hear('stat/roller/STATUS10', { StatusSNS: { Shutter1: { Position: 100, Direction: 0 } } });
  await thing.driver.safe();
  t.equal(bus.published.length, 1);
  await hear('stat/roller/RESULT', { Shutter1: { Position: 90, Direction: -1 } });
  const safe = thing.driver.safe();
  await clock.advance(0);
  t.equal(bus.published.at(-1)?.topic, 'cmnd/roller/ShutterStop1');
  await hear('stat/roller/RESULT', { Shutter1: { Position: 88, Direction: 0 } });
  await safe;
});

t.test('a fan in three speeds', async (t) => {
  const { tell, hear, state } = await wired({ kind: 'fan', levels: 3, driver: 'tasmota', topic: 'ifan' });
  const on = await tell('power.set', { power: 'on' });
  t.strictSame(on.sent(), ['cmnd/ifan/FanSpeed 3']);
  await hear('stat/ifan/RESULT', { FanSpeed: 3 });
  t.equal(await on.end, 'done');
  const off = await tell('power.set', { power: 'off' });
  t.strictSame(off.sent(), ['cmnd/ifan/FanSpeed 0']);
  await hear('stat/ifan/RESULT', { FanSpeed: 0 });
  t.equal(await off.end, 'done');
  t.equal(state()['speed'], 0);
  await t.rejects(wired({ kind: 'fan', driver: 'tasmota', topic: 'ifan' }), { code: 'config-invalid' });
});
