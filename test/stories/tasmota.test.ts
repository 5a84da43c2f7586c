/** A Tasmota-shaped device on a real mosquitto: discovered, adopted, commanded by words, acknowledged. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import t from 'tap';
import { TASMOTA_PLUG, TASMOTA_SENSORS } from '../support/announcements.ts';
import { tokonoma } from '../support/cli.ts';
import { mosquitto, skipWithoutMosquitto } from '../support/mosquitto.ts';
import { homeOn } from '../support/seedling-home.ts';

t.test('a plug that announces itself makes coffee', { skip: skipWithoutMosquitto }, async (t) => {
  const folder = t.testdir();
  const url = await mosquitto(t);
  const device = await connectAsync(url);
  t.teardown(() => device.endAsync(true));
  const at = 'tasmota/discovery/DC4F22A1B2C3';
  await device.publishAsync(`${at}/config`, JSON.stringify(TASMOTA_PLUG), { retain: true });
  await device.publishAsync(`${at}/sensors`, JSON.stringify(TASMOTA_SENSORS), { retain: true });
  await device.publishAsync('tele/tasmota_A1B2C3/LWT', 'Online', { retain: true });
  const heard: string[] = [];
  device.on('message', (topic, payload) => {
    const command = topic.split('/').at(-1)!;
    heard.push(`${command} ${payload.toString()}`.trim());
    if (command !== 'POWER1') return;
    device.publish('stat/tasmota_A1B2C3/RESULT', JSON.stringify({ POWER: payload.toString() }));
    device.publish('stat/tasmota_A1B2C3/POWER', payload.toString());
  });
  await device.subscribeAsync('cmnd/tasmota_A1B2C3/+');

  const file = join(folder, 'tokonoma.yaml');
  writeFileSync(file, `version: 1\nnode: { name: test }\nmqtt: { url: "${url}" }\n`, { mode: 0o600 });
  const args = ['--adopt', 'tasmota-dc4f22a1b2c3', '--seconds', '1', '--area', 'kitchen', '--config', file];
  const adopted = await tokonoma(['devices', ...args, '--json']);
  t.equal(adopted.code, 0, adopted.stderr);
  t.match(JSON.parse(adopted.stdout), {
    things: ['Coffee Machine'],
    sensors: ['temperature/coffee-machine', 'humidity/coffee-machine'],
  });
  t.equal(readdirSync(folder).filter((name) => name.endsWith('.bak')).length, 1);
  const text = readFileSync(file, 'utf8');
  const again = await tokonoma(['devices', ...args]);
  t.match(again.stdout, 'nothing new');
  t.equal(readFileSync(file, 'utf8'), text, 'once is enough');

  const home = await homeOn(t, file);
  const on = await home.agent.handle('turn on the coffee machine');
  t.match(on, { outcome: 'executed', actions: [{ device: 'coffee-machine', outcome: 'executed' }] });
  t.ok(heard.includes('POWER1 ON'));
  device.removeAllListeners('message');
  const silent = await home.agent.set('coffee-machine', Buffer.from('OFF'));
  t.match(silent, { outcome: 'failed', code: 'device-timeout' }, 'a device that does not answer has not done it');
});
