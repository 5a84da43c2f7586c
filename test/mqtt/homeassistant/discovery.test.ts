/** Announcements over the lives of node, broker and Home Assistant. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import { Broker } from '../../../src/mqtt/broker.ts';
import { FakeHomeAssistant } from '../../support/home-assistant.ts';
import { Home, settled, silent, type HomeOptions } from '../../support/home.ts';

const YAML = (things: string, more = ''): string => `version: 1
node: { name: x }
${more}
things: [${things}, { name: timer, kind: timer }]`;
const LAMP = '{ name: lamp, kind: light }';
const PLUG = '{ name: plug, kind: plug }';
const DIMMED = 'homeassistant/device/tokonoma_x/lamp/config';

/** What the broker has kept, as a client that comes now is told; resolves once there is so much of it. */
async function kept(broker: Broker, filter: string, count: number): Promise<string[]> {
  const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
  const found = new Set<string>();
  const all = new Promise<void>((resolve) => {
    client.on('message', (topic, _payload, { retain }) => {
      if (retain) found.add(topic);
      if (found.size >= count) resolve();
    });
  });
  await client.subscribeAsync(filter, { qos: 1 });
  await all;
  await client.endAsync();
  return [...found].sort();
}

async function brokerFor(t: Pick<Test, 'teardown'>): Promise<Broker> {
  const broker = await Broker.start({ host: '127.0.0.1', port: 0, log: silent });
  t.teardown(() => broker.close());
  return broker;
}

/** A life of the node on this broker: from its start until its last announcement is there. */
async function live(
  broker: Broker,
  options: HomeOptions,
  prefix?: string,
): Promise<{ home: Home; ha: FakeHomeAssistant }> {
  const home = await Home.start({ broker, homeAssistant: {}, ...options });
  const ha = new FakeHomeAssistant(home, prefix);
  await ha.until(() => ha.isKnown('tokonoma_x_timer_state'));
  return { home, ha };
}

t.test('announcements are retained, and a thing that is gone is taken back at the next start', async (t) => {
  const broker = await brokerFor(t);
  const first = await live(broker, { yaml: YAML(`${LAMP}, ${PLUG}`) });
  const topics = (...parts: string[]): string[] => parts.map((part) => `homeassistant/device/tokonoma_x${part}/config`);
  t.strictSame(await kept(broker, 'homeassistant/#', 4), topics('', '/lamp', '/plug', '/timer'));
  const foreign = 'homeassistant/device/tokonoma_other/lamp/config';
  await first.home.client.publishAsync(foreign, '{}', { retain: true, qos: 1 });
  await first.home.leave();
  await first.home.client.endAsync(true);

  const second = await live(broker, { yaml: YAML(LAMP) });
  const plug = 'homeassistant/device/tokonoma_x/plug/config';
  await second.ha.until(() => second.home.messages.some(({ topic, text }) => topic === plug && text === ''));
  t.strictSame(
    await kept(broker, 'homeassistant/#', 4),
    [foreign, ...topics('', '/lamp', '/timer')],
    'those of others are none of our business',
  );
  await second.home.leave();
  await second.home.client.endAsync(true);
});

t.test('an entity that is gone from a thing is taken back first', async (t) => {
  const broker = await brokerFor(t);
  const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
  const old = { components: { light: { platform: 'light' }, effect: { platform: 'select' }, odd: 7, none: {} } };
  await client.publishAsync(DIMMED, JSON.stringify(old), { retain: true, qos: 1 });
  await client.publishAsync('homeassistant/device/tokonoma_x/junk/config', '{', { retain: true, qos: 1 });
  await client.publishAsync('homeassistant/device/tokonoma_x/timer/config', 'no json', { retain: true, qos: 1 });
  await client.endAsync();
  const { home, ha } = await live(broker, { yaml: YAML(LAMP) });
  t.teardown(() => home.close());
  const said = (): string[] => home.messages.filter(({ topic }) => topic === DIMMED).map(({ text }) => text);
  await ha.until(() => said().some((text) => text.includes('effect') && text.includes('origin')));
  const back = said().find((text) => text.includes('effect') && text.includes('origin'))!;
  const { components } = JSON.parse(back) as { components: Record<string, object> };
  t.strictSame(components['effect'], { platform: 'select' }, 'a platform and nothing else');
  t.match(components['light'], { unique_id: 'tokonoma_x_lamp_light' });
  await ha.until(() => !ha.announced.get(DIMMED)!.includes('effect'));
  await ha.until(() => !ha.announced.has('homeassistant/device/tokonoma_x/junk/config'));
  t.ok(ha.announced.get('homeassistant/device/tokonoma_x/timer/config')!.startsWith('{"device"'));
});

t.test('when Home Assistant starts, it is told again', async (t) => {
  const broker = await brokerFor(t);
  const { home } = await live(broker, { yaml: YAML(LAMP) });
  t.teardown(() => home.close());
  const times = (): number => home.messages.filter(({ topic }) => topic === DIMMED).length;
  const before = times();
  await home.client.publishAsync('homeassistant/status', 'offline', { qos: 1 });
  await settled(home);
  t.equal(times(), before);
  await home.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
  await new FakeHomeAssistant(home).until(() => times() > before);
});

t.test('turned off: what was announced is taken back, and nothing else is said', async (t) => {
  const broker = await brokerFor(t);
  const first = await live(broker, { yaml: YAML(LAMP) });
  await first.home.leave();
  await first.home.client.endAsync(true);
  t.equal((await kept(broker, 'homeassistant/#', 3)).length, 3);
  const yaml = YAML(LAMP, 'homeassistant: { enabled: false }');
  const home = await Home.start({ broker, homeAssistant: {}, yaml });
  t.teardown(() => home.close());
  const ended = (): number =>
    home.messages.filter(({ topic, text }) => topic.startsWith('homeassistant/device/') && text === '').length;
  const ha = new FakeHomeAssistant(home);
  await ha.until(() => ended() === 3);
  t.equal(ha.announced.size, 0);
});

t.test('another prefix, and things that Home Assistant has from somebody else', async (t) => {
  const broker = await brokerFor(t);
  const known = '{ name: plug, kind: plug, homeassistant: false }';
  const yaml = YAML(`${LAMP}, ${known}`, 'homeassistant: { prefix: ha/discovery }');
  const { home } = await live(broker, { yaml }, 'ha/discovery');
  t.teardown(() => home.close());
  t.strictSame(
    await kept(broker, 'ha/#', 3),
    ['', '/lamp', '/timer'].map((part) => `ha/discovery/device/tokonoma_x${part}/config`),
  );
});

t.test('readings are retained, and told no more often than they change', async (t) => {
  const broker = await brokerFor(t);
  const yaml = `version: 1
node: { name: x }
things: [{ name: timer, kind: timer }]
sensors: [{ name: temperature/hall, kind: temperature, initial: 20, scale: 0.1 }]`;
  const { home, ha } = await live(broker, { yaml });
  t.teardown(() => home.close());
  const topic = 'tokonoma/x/bridge/sensor/temperature/hall';
  const said = (): string[] => home.messages.filter((message) => message.topic === topic).map(({ text }) => text);
  await ha.until(() => said().includes('{"value":20}'));
  for (let i = 0; i < 20; i++) await home.publish('sensor/temperature/hall', String(200 + i));
  await ha.until(() => said().includes('{"value":21.900000000000002}') || said().includes('{"value":21.9}'));
  t.ok(said().length < 10, `${said().length} messages of 20 readings`);
  t.strictSame(await kept(broker, topic, 1), [topic]);
});

t.test('what is declared while it runs is announced, and what is no more is taken back', async (t) => {
  const broker = await brokerFor(t);
  const file = join(t.testdir(), 'tokonoma.yaml');
  const sensors = 'sensors: [{ name: temperature/hall, kind: temperature, initial: 20 }]';
  writeFileSync(file, YAML('{ name: lamp, kind: light }, { name: plug, kind: plug }', sensors));
  const { home, ha } = await live(broker, { file });
  t.teardown(() => home.close());
  await ha.until(() => ha.isKnown('tokonoma_x_Sensor-temperature--hall_reading'));
  writeFileSync(file, YAML('{ name: lamp, kind: light, color: true }, { name: shade, kind: cover }'));
  await home.publish('bridge/request/reload', '');
  await ha.until(() => ha.isKnown('tokonoma_x_shade_cover') && !ha.isKnown('tokonoma_x_plug_switch'));
  await ha.until(() => !ha.isKnown('tokonoma_x_Sensor-temperature--hall_reading'));
  await ha.until(() => 'rgb_command_topic' in ha.entity('tokonoma_x_lamp_light'));
  const reading = (): string[] =>
    home.messages.filter(({ topic }) => topic.endsWith('bridge/sensor/temperature/hall')).map(({ text }) => text);
  await ha.until(() => reading().at(-1) === '');
});
