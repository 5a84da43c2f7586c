/** What is announced, against Home Assistant's own schemas. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import type { ThingDescription } from '../../../devices/thing.ts';
import { KINDS } from '../../../devices/kinds.ts';
import { Health } from '../../../src/agent/health.ts';
import { buildThings, demoConfig, parseConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/types.ts';
import { devicesOf, nodeId } from '../../../src/mqtt/homeassistant/devices.ts';
import type { DevicePayload } from '../../../src/mqtt/homeassistant/entity.ts';
import { Topics } from '../../../src/mqtt/topics.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { EVERY_KIND } from '../../support/every-kind.ts';
import { DEVICE_DISCOVERY, DISCOVERY_TOPIC } from '../../support/home-assistant-schemas.ts';

const ajv = new Ajv2020({ strict: false, discriminator: true, allErrors: true });
const validate = ajv.compile(DEVICE_DISCOVERY);
const valid = (payload: unknown): boolean => validate(JSON.parse(JSON.stringify(payload)));

const clock = new FakeClock();
const health = new Health(
  { armed: true, queued: 0, queueLimit: 64 },
  { clock, board: { temperature: 50, throttled: false } },
).report();

function announced({ node, things, sensors, ...config }: Config): ReadonlyMap<string, DevicePayload> {
  const descriptions = buildThings({ node, things, sensors, ...config }, { clock }).map((one) => one.description);
  return devicesOf({
    prefix: 'homeassistant',
    topics: new Topics(node.base),
    node: node.name,
    version: '1.2.3',
    health,
    models: ['seedling', 'bonsai-1.7b'],
    things: descriptions,
    sensors,
  });
}

const HOMES = { demo: demoConfig({}), 'every kind': parseConfig(EVERY_KIND, 'every.yaml') };
for (const [name, config] of Object.entries(HOMES)) {
  t.test(`${name}: every announcement is valid`, async (t) => {
    const devices = announced(config);
    const ids = new Set<unknown>();
    const identifiers = [...devices.values()].map(({ device }) => (device['identifiers'] as string[])[0]!);
    t.strictSame([...new Set(identifiers)], identifiers, 'no two devices are one');
    for (const [topic, payload] of devices) {
      t.match(topic.replace(/^homeassistant\//, ''), DISCOVERY_TOPIC);
      t.ok(valid(payload), topic, { errors: validate.errors, payload });
      for (const [key, component] of Object.entries(payload.components)) {
        const { unique_id: id, min, max } = component as Record<string, number | string>;
        t.notOk(ids.has(id), `${String(id)} is unique`);
        ids.add(id);
        if (min !== undefined && max !== undefined) t.ok(min < max, `${topic} ${key}: ${min} to ${max}`);
        const topics = Object.entries(component).filter(([name]) => name.endsWith('_topic'));
        t.ok(
          topics.every(([, one]) => String(one).startsWith(`${config.node.base}/`)),
          `${topic} ${key}: all topics are ours`,
        );
      }
    }
    const [node, ...parts] = [...devices.values()];
    t.ok(
      parts.every(({ device }) => device['via_device'] === (node!.device['identifiers'] as string[])[0]),
      'all others are reached through the node',
    );
    t.equal(devices.size, 1 + config.things.length + config.sensors.filter((one) => one.device === undefined).length);
  });
}

t.test('what each kind of thing is there', async (t) => {
  const config = parseConfig(EVERY_KIND, 'every.yaml');
  const devices = announced(config);
  const platforms = (id: string): string[] => {
    const { components } = devices.get(`homeassistant/device/tokonoma_every/${id}/config`)!;
    return Object.entries(components).map(([key, { platform }]) => `${key}: ${String(platform)}`);
  };
  const main: Record<string, string> = {
    light: 'light: light',
    plug: 'switch: switch',
    fan: 'fan: fan',
    thermostat: 'climate: climate',
    cover: 'cover: cover',
    lock: 'lock: lock',
    speaker: 'volume: number',
    timer: 'start_timer: number',
    alarm: 'set_alarm: text',
    robot: 'halt: button',
    led: 'light: light',
    relay: 'switch: switch',
    buzzer: 'siren: siren',
    servo: 'angle: number',
    motor: 'switch: switch',
    stepper: 'angle: number',
    drive: 'forward: button',
    gripper: 'state: select',
    camera: 'photo: button',
  };
  for (const { name } of KINDS) t.ok(platforms(`sample-${name}`).includes(main[name]!), `${name}: ${main[name]}`);
  t.ok(platforms('rover').includes('go_to: select'));
  t.ok(platforms('gate').includes('Sensor-count--visits: sensor'), 'a sensor of a thing is a part of it');
  t.notOk(
    platforms('rover').some((one) => one.startsWith('Sensor-')),
    'but no second battery',
  );
  t.notOk(platforms('sample-robot').includes('go_to: select'), 'without places there is nothing to choose');
});

t.test('the schemas refuse what Home Assistant would', async (t) => {
  const [node, ...others] = [...announced(demoConfig({})).values()].map(
    (payload) => JSON.parse(JSON.stringify(payload)) as DevicePayload,
  );
  t.ok(valid(node));
  const lamp = others.find(({ components }) => components['light'] !== undefined)!;
  const robot = others.find(({ components }) => components['go_to'] !== undefined)!;
  const changed = (payload: DevicePayload, key: string, change: object): object => ({
    ...payload,
    components: { ...payload.components, [key]: { ...payload.components[key], ...change } },
  });
  const table: [what: string, payload: object][] = [
    ['an unknown key', changed(lamp, 'light', { brightnes_scale: 100 })],
    ['an unknown platform', changed(lamp, 'light', { platform: 'lamp' })],
    ['a wildcard', changed(lamp, 'light', { command_topic: 'a/+' })],
    ['no unique id', changed(lamp, 'light', { unique_id: undefined })],
    ['no command topic', changed(lamp, 'light', { command_topic: undefined })],
    ['a text that is too long', changed(node!, 'command', { max: 256 })],
    ['a unit of another class', changed(node!, 'latency', { unit_of_measurement: '°C' })],
    ['a class without a unit', changed(node!, 'memory', { unit_of_measurement: undefined })],
    ['options of a number', changed(node!, 'queue', { options: ['a'] })],
    ['a select without options', changed(robot, 'go_to', { options: [] })],
    ['no origin', { ...lamp, origin: undefined }],
    ['a device without identifiers', { ...lamp, device: { name: 'lamp' } }],
  ];
  for (const [what, payload] of table) t.notOk(valid(payload), what);
});

t.test('names that are safe, and no two alike', async (t) => {
  t.equal(nodeId('tokonoma/demo'), 'tokonoma_demo');
  t.equal(nodeId('home/up-stairs/pi'), 'home_up-stairs_pi');
  for (const base of ['a_b', 'a b', 'küche/pi', 'a/b_c', 'a"b', '日本'])
    t.match(nodeId(base), /^[A-Za-z0-9_-]+_[0-9a-f]{6}$/);
  t.not(nodeId('a_b'), nodeId('a/b'));
  t.not(nodeId('日本'), nodeId('東京'));
});

t.test('no secret and no path is in it', async (t) => {
  const yaml = `version: 1
mqtt: { url: "mqtt://user:hunter2@127.0.0.1", password: hunter2 }
http: { token: hunter2hunter2 }
things: [{ name: lamp, kind: light }]`;
  t.notMatch(JSON.stringify([...announced(parseConfig(yaml, '/etc/tokonoma.yaml'))]), /hunter2|\/etc|127\.0\.0/);
});

t.test('a light without colour has none of its keys, and a description is all it takes', async (t) => {
  const { light } = announced(demoConfig({})).get('homeassistant/device/tokonoma_demo/kitchen-light/config')!
    .components as unknown as Record<string, ThingDescription>;
  t.match(light, { name: null, brightness_scale: 100, unique_id: 'tokonoma_demo_kitchen-light_light' });
  t.notOk(Object.keys(light!).some((key) => /rgb|color/.test(key)));
});
