/** MQTT 5 on a real mosquitto: request/response, correlation data, expiry, and the retained flags of an external broker. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';
import t, { type Test } from 'tap';
import { createAgent } from '../../src/agent/agent.ts';
import type { Response } from '../../src/agent/types.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig } from '../../src/config/load.ts';
import { MqttBridge } from '../../src/mqtt/bridge.ts';
import { FakeInterpreter, call } from '../support/fake-interpreter.ts';
import { connectionTo, silent } from '../support/home.ts';

const installed = !(spawnSync('mosquitto', ['-h']).error instanceof Error);
const skip = installed || process.env['CI'] === 'true' ? false : 'mosquitto is not installed (apt install mosquitto)';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A mosquitto on loopback, gone with the test. */
async function mosquitto(t: Pick<Test, 'testdir' | 'teardown'>): Promise<string> {
  const port = await freePort();
  const file = path.join(t.testdir(), 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`);
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  t.teardown(() => child.kill());
  for (;;) {
    const url = `mqtt://127.0.0.1:${port}`;
    const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 }).catch(() => undefined);
    await client?.endAsync();
    if (client !== undefined) return url;
    if (child.exitCode !== null) throw new Error('mosquitto ended');
    await systemClock.sleep(50);
  }
}

function next(client: MqttClient, topic: string): Promise<IPublishPacket> {
  return new Promise((resolve) => {
    const listener = (at: string, _payload: Buffer, packet: IPublishPacket): void => {
      if (at !== topic) return;
      client.off('message', listener);
      resolve(packet);
    };
    client.on('message', listener);
  });
}

t.test('an agent on mosquitto', { skip }, async (t) => {
  const url = await mosquitto(t);
  const config = demoConfig({});
  const interpreter = new FakeInterpreter({
    'turn on the kitchen light': [call('light.set', { device: 'kitchen light', power: 'on' })],
  });
  const agent = createAgent({
    things: buildThings(config, { clock: systemClock, instant: true }),
    sensors: config.sensors,
    interpreter,
    clock: systemClock,
    log: silent,
    armed: true,
  });
  const base = 'tokonoma/demo';
  const connection = connectionTo(url, base);
  const bridge = new MqttBridge({ agent, connection, clock: systemClock, log: silent, node: 'demo', base });
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 });
  t.teardown(async () => {
    await agent.close();
    await bridge.close();
    await client.endAsync(true);
  });
  await client.publishAsync('tokonoma/demo/command', 'turn on the kitchen light', { retain: true, qos: 1 });
  await client.subscribeAsync(['tokonoma/demo/response', 'tokonoma/demo/bridge/info', 'me/#'], { qos: 1 });

  t.test('a command that was retained before we came is refused', async (t) => {
    const [refused, info] = [next(client, 'tokonoma/demo/response'), next(client, 'tokonoma/demo/bridge/info')];
    await agent.start();
    await bridge.start();
    t.match(JSON.parse((await info).payload.toString()), { mqtt: 5 });
    t.match(JSON.parse((await refused).payload.toString()), { outcome: 'refused', code: 'retained' });
    const cleared = next(client, 'tokonoma/demo/response');
    await client.publishAsync('tokonoma/demo/command', '', { retain: true, qos: 1 });
    t.match(JSON.parse((await cleared).payload.toString()), { code: 'empty' });
  });

  t.test('the answer comes to the response topic with its correlation data, twice the same for the same', async (t) => {
    const properties = { responseTopic: 'me/answers', correlationData: Buffer.from([7, 0, 255]) };
    const answers: Response[] = [];
    for (let i = 0; i < 2; i++) {
      const answered = next(client, 'me/answers');
      await client.publishAsync('tokonoma/demo/command', 'turn on the kitchen light', { qos: 1, properties });
      const packet = await answered;
      t.strictSame(packet.properties?.correlationData, properties.correlationData);
      answers.push(JSON.parse(packet.payload.toString()) as Response);
    }
    t.match(answers[0], { outcome: 'executed' });
    t.strictSame(answers[0], answers[1]);
    t.equal(interpreter.asked.length, 1);
  });

  t.test('a command may expire on its way', async (t) => {
    const answered = next(client, 'me/late');
    await client.publishAsync(
      'tokonoma/demo/command',
      JSON.stringify({ text: 'turn on the kitchen light', ttl_s: 0 }),
      {
        qos: 1,
        properties: { responseTopic: 'me/late', messageExpiryInterval: 60 },
      },
    );
    t.match(JSON.parse((await answered).payload.toString()), { outcome: 'expired' });
  });
});
