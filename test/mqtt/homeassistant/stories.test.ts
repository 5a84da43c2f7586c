/** What Home Assistant does with an announcement: it sends as it is told there, and reads states as it is told there. */
import t from 'tap';
import { OUTCOMES } from '../../../src/agent/types.ts';
import { systemClock } from '../../../src/clock.ts';
import { call } from '../../support/fake-interpreter.ts';
import { EVERY_KIND } from '../../support/every-kind.ts';
import { FakeHomeAssistant, type Component } from '../../support/home-assistant.ts';
import { Home } from '../../support/home.ts';

const home = await Home.start({
  yaml: EVERY_KIND,
  homeAssistant: { clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) } },
  board: { temperature: 48.3, throttled: true },
  script: {
    'light the "hall"': [call('light.set', { device: 'sample light', power: 'on' })],
    'open up': [call('lock.set', { device: 'sample lock', state: 'unlock' })],
  },
});
t.teardown(() => home.close());
const ha = new FakeHomeAssistant(home);
/** The node, its things, and the sensors that belong to none of them. */
const { things, sensors } = home.agent;
const devices = 1 + things.length + sensors.configs.filter((sensor) => sensor.device === undefined).length;
await ha.until(() => ha.announced.size === devices && ha.isAvailable('tokonoma_every_command'));
const entity = (thing: string, key: string): Component => ha.entity(`tokonoma_every_${thing}_${key}`);
const node = (key: string): Component => ha.entity(`tokonoma_every_${key}`);

t.test('light: on, off, brightness of 255, kelvin, colours with and without a name', async (t) => {
  const lamp = entity('party-lamp', 'light');
  const reads = (expected: string, what: string): Promise<void> =>
    ha.reads(lamp, expected, `${what}state_topic`, what === '' ? 'state_value_template' : `${what}value_template`);
  await ha.send(lamp, 'ON');
  await reads('ON', '');
  // 128 of 255, as Home Assistant scales it for brightness_scale
  await ha.send(lamp, Math.round((128 * Number(lamp['brightness_scale'])) / 255), 'brightness_');
  await reads('50', 'brightness_');
  await ha.send(lamp, 2700, 'color_temp_');
  await reads('2700', 'color_temp_');
  await reads('color_temp', 'color_mode_');
  const paint = (red: number, green: number, blue: number): Promise<void> =>
    ha.send(lamp, `${red},${green},${blue}`, 'rgb_', { red, green, blue });
  await paint(255, 0, 0);
  await reads('255,0,0', 'rgb_');
  await reads('rgb', 'color_mode_');
  t.match(home.agent.thing('party-lamp')!.driver.state(), { color: 'red' });
  await paint(140, 255, 10);
  await reads('140,255,10', 'rgb_');
  await ha.send(lamp, 'OFF');
  await reads('OFF', '');
  t.notOk('brightness_scale' in entity('bare-lamp', 'light'));
  t.match(entity('white-lamp', 'light'), { min_kelvin: 2200, max_kelvin: 5000 });
});

t.test('switch: a plug, and the mute of a speaker', async () => {
  const plug = entity('sample-plug', 'switch');
  await ha.send(plug, 'ON');
  await ha.reads(plug, 'ON');
  const mute = entity('sample-speaker', 'muted');
  await ha.send(mute, mute['payload_on']);
  await ha.reads(mute, String(mute['state_on']));
  await ha.send(mute, mute['payload_off']);
  await ha.reads(mute, String(mute['state_off']));
});

t.test('fan: on, percent, levels', async (t) => {
  const fan = entity('sample-fan', 'fan');
  await ha.send(fan, 30, 'percentage_');
  await ha.reads(fan, '30', 'percentage_state_topic', 'percentage_value_template');
  await ha.reads(fan, 'ON', 'state_topic', 'state_value_template');
  const levels = entity('ceiling-fan', 'fan');
  t.equal(levels['speed_range_max'], 4);
  await ha.send(levels, 3, 'percentage_');
  await ha.reads(levels, '3', 'percentage_state_topic', 'percentage_value_template');
  await ha.send(levels, 'OFF');
  await ha.reads(levels, 'OFF', 'state_topic', 'state_value_template');
  t.notOk('percentage_command_topic' in entity('box-fan', 'fan'), 'one level is on');
});

t.test('cover: open, close, a position', async (t) => {
  const cover = entity('garage', 'cover');
  t.equal(cover['device_class'], 'garage');
  await ha.send(cover, cover['payload_open']);
  await ha.reads(cover, String(cover['state_open']));
  await ha.send(cover, 40, 'set_position_', { position: 40 });
  await ha.reads(cover, '40', 'position_topic', 'position_template');
  await ha.send(cover, cover['payload_close']);
  await ha.reads(cover, String(cover['state_closed']));
  t.notOk('position_topic' in entity('gate', 'cover'));
});

t.test('climate: target and mode; the fan has another name there', async (t) => {
  const climate = entity('sample-thermostat', 'climate');
  t.match(climate['modes'], ['heat', 'cool', 'auto', 'off', 'fan_only']);
  await ha.send(climate, 'fan_only', 'mode_');
  await ha.reads(climate, 'fan_only', 'mode_state_topic', 'mode_state_template');
  t.match(home.agent.thing('sample-thermostat')!.driver.state(), { mode: 'fan' });
  await ha.send(climate, 'heat', 'mode_');
  await ha.reads(climate, 'heat', 'mode_state_topic', 'mode_state_template');
  await ha.send(climate, 21.5, 'temperature_');
  await ha.reads(climate, '21.5', 'temperature_state_topic', 'temperature_state_template');
  t.equal(ha.read(climate, 'current_temperature_topic', 'current_temperature_template'), '19');
  t.match(entity('radiator', 'climate'), { min_temp: 10, max_temp: 25, modes: ['heat', 'off'] });
});

t.test('lock', async () => {
  const lock = entity('sample-lock', 'lock');
  await ha.send(lock, lock['payload_unlock']);
  await ha.reads(lock, String(lock['state_unlocked']));
  await ha.send(lock, lock['payload_lock']);
  await ha.reads(lock, String(lock['state_locked']));
});

t.test('siren and its beep', async () => {
  const siren = entity('sample-buzzer', 'siren');
  await ha.send(siren, 'ON');
  await ha.reads(siren, 'ON', 'state_topic', 'state_value_template');
  await ha.send(siren, 'OFF');
  await ha.reads(siren, 'OFF', 'state_topic', 'state_value_template');
  await ha.send(entity('sample-buzzer', 'beep'), entity('sample-buzzer', 'beep')['payload_press']);
  await ha.reads(entity('sample-buzzer', 'beeps'), '1');
});

t.test('number: an angle, a volume, the minutes of a timer', async (t) => {
  const angle = entity('arm', 'angle');
  t.match(angle, { min: -90, max: 90, unit_of_measurement: '°' });
  await ha.send(angle, -45);
  await ha.reads(angle, '-45');
  const volume = entity('sample-speaker', 'volume');
  await ha.send(volume, 15);
  await ha.reads(volume, '15');
  await ha.send(entity('sample-timer', 'start_timer'), 5);
  await ha.reads(entity('sample-timer', 'running'), '1');
  await ha.reads(entity('sample-timer', 'state'), 'RUNNING');
  t.match(ha.read(entity('sample-timer', 'ends_at')), /^\d{4}-\d\d-\d\dT/);
  await ha.send(entity('sample-timer', 'cancel_timers'), entity('sample-timer', 'cancel_timers')['payload_press']);
  await ha.reads(entity('sample-timer', 'ends_at'), 'None');
});

t.test(
  'select: a direction, the fingers of a gripper, a place with a difficult name, something to bring',
  async (t) => {
    const direction = entity('sample-motor', 'direction');
    await ha.send(direction, 'backward');
    await ha.reads(direction, 'backward');
    const fingers = entity('sample-gripper', 'state');
    t.strictSame(fingers['options'], ['OPEN', 'CLOSED']);
    await ha.send(fingers, 'CLOSED');
    await ha.reads(fingers, 'CLOSED');
    await ha.send(fingers, 'OPEN');
    await ha.reads(fingers, 'OPEN');
    const place = entity('rover', 'go_to');
    await ha.send(place, '"low" attic');
    await ha.reads(place, '"low" attic');
    await ha.send(entity('rover', 'bring'), 'cup');
    await ha.reads(entity('rover', 'task'), 'idle');
  },
);

t.test('text and notify: an alarm, music, spoken words', async () => {
  await ha.send(entity('sample-alarm', 'set_alarm'), '7:30 am');
  await ha.reads(entity('sample-alarm', 'state'), 'SET');
  const music = entity('sample-speaker', 'play_this');
  await ha.send(music, 'rock "n" roll');
  await ha.reads(music, 'rock "n" roll');
  await ha.reads(entity('sample-speaker', 'state'), 'PLAYING');
  await ha.send(entity('sample-speaker', 'announce'), 'dinner is "ready"');
  await ha.reads(entity('sample-speaker', 'said'), 'dinner is "ready"');
});

t.test('every button does something that its thing lets through', async (t) => {
  const buttons = ha.devices.flatMap(({ components }) =>
    Object.values(components).filter(
      ({ platform, unique_id: id }) => platform === 'button' && id !== node('stop')['unique_id'],
    ),
  );
  t.ok(buttons.length > 30);
  for (const button of buttons) {
    const [, id] = /^tokonoma\/every\/([^/]+)\/set$/.exec(String(button['command_topic']))!;
    const response = await home.agent.set(id!, Buffer.from(String(button['payload_press'])));
    // A gripper with nothing in it and a timer that is not there are no mistakes of the payload.
    const { outcome, code = '', reason = '' } = response;
    const bad = ['bad-argument', 'unsupported-action', 'bad-json', 'internal'].includes(code);
    t.notOk(bad, `${String(button['unique_id'])}: ${outcome} ${code} ${reason}`);
  }
  const halt = entity('sample-drive', 'halt');
  await ha.send(halt, halt['payload_press']);
});

t.test('a command in words: its outcome is an event, its answer and its act are sensors', async (t) => {
  t.strictSame(node('outcome')['event_types'], OUTCOMES);
  await ha.send(node('command'), 'light the "hall"');
  await ha.reads(node('command'), 'light the "hall"');
  const event = JSON.parse(ha.read(node('outcome'))!) as Record<string, unknown>;
  t.match(event, { event_type: 'executed', text: 'light the "hall"', code: '', reason: '' });
  await ha.reads(node('last_action'), 'sample-light light.set');
  t.equal(typeof ha.read(node('answer')), 'string');
  // notify does the same; what is dangerous is asked about, and the question is the answer
  await ha.send(node('tell'), 'open up');
  await ha.reads(node('command'), 'open up');
  t.match(JSON.parse(ha.read(node('outcome'))!), { event_type: 'needs-confirmation' });
  t.match(ha.read(node('answer')), /sample lock/);
  // and "yes" belongs to the question, for both are said from the same site
  await ha.send(node('command'), 'yes');
  await ha.reads(entity('sample-lock', 'lock'), 'UNLOCKED');
});

t.test('how it is: numbers, and nothing where nothing is known', async (t) => {
  t.equal(ha.read(node('latency')), 'None', 'no command when it was last published');
  t.equal(ha.read(node('prefill')), 'None');
  t.match(Number(ha.read(node('memory'))), Number);
  t.ok(Number(ha.read(node('memory'))) > 10, 'MiB');
  t.equal(ha.read(node('temperature')), '48.3');
  t.equal(ha.read(node('throttled')), 'ON');
  t.equal(ha.read(node('queue')), '0');
  const [versions] = [JSON.parse(ha.read(node('update'))!) as object];
  t.strictSame(versions, { installed_version: '1.2.3', latest_version: '1.2.3' });
});

t.test('sensors: readings as they were understood', async (t) => {
  const reading = (name: string): Component => ha.entity(`tokonoma_every_Sensor-${name}_reading`);
  const send = (name: string, payload: string): Promise<void> => home.publish(`sensor/${name}`, payload);
  await send('temperature/oven', '200 °C');
  t.match(reading('temperature--oven'), { device_class: 'temperature', unit_of_measurement: '°F' });
  await ha.reads(reading('temperature--oven'), '392');
  await send('contact/here', '{"value": false}');
  const contact = reading('contact--here');
  await ha.reads(contact, String(contact['payload_on']));
  t.equal(contact['payload_on'], 'open', 'on is open, which false is of a contact');
  await send('contact/here', 'CLOSED');
  await ha.reads(contact, String(contact['payload_off']));
  await send('motion/here', '1');
  await ha.reads(reading('motion--here'), String(reading('motion--here')['payload_on']));
  await send('weather/here', 'a "light" drizzle');
  await ha.reads(reading('weather--here'), 'a "light" drizzle');
  await send('count/visits', '3');
  await ha.reads(entity('gate', 'Sensor-count--visits'), '3');
  t.notOk('unit_of_measurement' in entity('gate', 'Sensor-count--visits'));
  await send('humidity/cellar', '71');
  await ha.until(() => ha.announced.has('homeassistant/device/tokonoma_every/Sensor-humidity--cellar/config'));
  await ha.reads(reading('humidity--cellar'), '71');
});

t.test('armed and stop; what is refused then is an event', async (t) => {
  const armed = node('armed');
  t.equal(ha.read(armed), armed['state_on']);
  await ha.send(node('stop'), node('stop')['payload_press']);
  await ha.reads(armed, String(armed['state_off']));
  await ha.send(entity('sample-plug', 'switch'), 'ON');
  await ha.until(() => ha.read(node('outcome'))?.includes('"disarmed"') === true);
  t.match(JSON.parse(ha.read(node('outcome'))!), { event_type: 'refused', code: 'disarmed' });
  await ha.send(armed, armed['payload_on']);
  await ha.reads(armed, String(armed['state_on']));
});

t.test('all of them are available, until the node leaves', async (t) => {
  const ids = ha.devices.flatMap(({ components }) => Object.values(components).map((one) => String(one['unique_id'])));
  t.strictSame(
    ids.filter((id) => !ha.isAvailable(id)),
    [],
  );
  await home.leave();
  await ha.until(() => !ids.some((id) => ha.isAvailable(id)));
  t.ok(ha.announced.size > 0, 'the announcements stay');
});
