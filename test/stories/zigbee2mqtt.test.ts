/** A zigbee2mqtt-shaped network on a real mosquitto: discovered, adopted, commanded by words, acknowledged. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import t from 'tap';
import { tokonoma } from '../support/cli.ts';
import { ZIGBEE_DEVICES } from '../support/announcements.ts';
import { mosquitto, skipWithoutMosquitto } from '../support/mosquitto.ts';
import { homeOn } from '../support/seedling-home.ts';

t.test('from a network nobody has configured to a lamp that burns red', { skip: skipWithoutMosquitto }, async (t) => {
  const folder = t.testdir();
  const url = await mosquitto(t);
  const network = await connectAsync(url);
  t.teardown(() => network.endAsync(true));
  await network.publishAsync('zigbee2mqtt/bridge/state', '{"state":"online"}', { retain: true });
  await network.publishAsync('zigbee2mqtt/bridge/devices', JSON.stringify(ZIGBEE_DEVICES), { retain: true });
  // The lamp: takes what it is told, then tells its state, as zigbee2mqtt does.
  const lamp: Record<string, unknown> = { state: 'OFF', brightness: 254, linkquality: 90 };
  const heard: string[] = [];
  network.on('message', (topic, payload) => {
    if (topic !== 'zigbee2mqtt/hall lamp/set') return;
    heard.push(payload.toString());
    Object.assign(lamp, JSON.parse(payload.toString()));
    network.publish('zigbee2mqtt/hall lamp', JSON.stringify(lamp));
  });
  await network.subscribeAsync('zigbee2mqtt/+/set');

  const file = join(folder, 'tokonoma.yaml');
  writeFileSync(file, `version: 1 # mine\nnode: { name: test }\nmqtt:\n  url: ${url} # the house\nthings: []\n`);
  const found = await tokonoma(['devices', '--discover', '--seconds', '1', '--config', file, '--json']);
  t.equal(found.code, 0, found.stderr);
  const { devices } = JSON.parse(found.stdout) as { devices: { id: string; adopted: boolean }[] };
  t.same(
    devices.map(({ id, adopted }) => [id, adopted]).sort(),
    [2, 3, 4, 5, 6].map((n) => [`zigbee2mqtt-0x00158d0001aa000${n}`, false]),
    'all but the coordinator',
  );

  const adopted = await tokonoma([
    'devices',
    '--adopt',
    'all',
    '--seconds',
    '1',
    '--area',
    'hallway',
    '--config',
    file,
  ]);
  t.equal(adopted.code, 0, adopted.stderr);
  const text = readFileSync(file, 'utf8');
  t.ok(text.includes('# mine') && text.includes('# the house'), 'comments are kept');
  t.match(text, /name: hall lamp\n {4}kind: light\n {4}area: hallway\n/);

  const home = await homeOn(t, file);
  const on = await home.agent.handle('turn on the hall lamp');
  t.match(on, { outcome: 'executed', actions: [{ device: 'hall-lamp', action: 'light.set', outcome: 'executed' }] });
  t.ok(on.actions[0]!.ack_ms! >= 0);
  t.strictSame(JSON.parse(heard.at(-1)!), { state: 'ON' });
  const red = await home.agent.handle('make the hall lamp red');
  t.match(red, { outcome: 'executed' });
  t.match(JSON.parse(heard.at(-1)!), { color: { x: /^0\.6/, y: 0.33 } });
  t.match(home.agent.thing('hall-lamp')?.driver.state(), { state: 'ON', color: 'red' });

  network.removeAllListeners('message');
  await network.publishAsync('zigbee2mqtt/hall lamp/availability', '{"state":"offline"}');
  for (let i = 0; i < 100 && home.agent.thing('hall-lamp')!.driver.online !== false; i++) await home.tick();
  const gone = await home.agent.handle('turn off the hall lamp');
  t.match(gone, { outcome: 'failed', code: 'device-offline' });
});
