/** MQTT 5 on a real mosquitto: request/response, correlation data, expiry, and the retained flags of an external broker. */
import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';
import t from 'tap';
import { createAgent } from '../../src/agent/agent.ts';
import { Health } from '../../src/agent/health.ts';
import type { Response } from '../../src/agent/types.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig } from '../../src/config/load.ts';
import { MqttBridge } from '../../src/mqtt/bridge.ts';
import { FakeInterpreter, call } from '../support/fake-interpreter.ts';
import { connectionTo, silent } from '../support/home.ts';
import { Mosquitto, skipWithoutMosquitto } from '../support/mosquitto.ts';

const skip = skipWithoutMosquitto;

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
  const { url } = await Mosquitto.start(t);
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
  const health = Health.of(agent, { clock: systemClock });
  const bridge = new MqttBridge({ agent, health, connection, clock: systemClock, log: silent, node: 'demo', base });
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

  t.test('an outcome says in its properties which and what it is', async (t) => {
    const answered = next(client, 'me/answers');
    await client.publishAsync('tokonoma/demo/command', '{"text":"turn on the kitchen light","id":"ümläut 7"}', {
      qos: 1,
      properties: { responseTopic: 'me/answers' },
    });
    const { properties } = await answered;
    t.match(properties, {
      contentType: 'application/json',
      payloadFormatIndicator: true,
      userProperties: { id: 'ümläut 7', outcome: 'executed' },
    });
    const sly = next(client, 'me/answers');
    await client.publishAsync('tokonoma/demo/command', '{"text":"no","id":"\\u0000\\ud800"}', {
      qos: 1,
      properties: { responseTopic: 'me/answers' },
    });
    t.strictSame(
      { ...(await sly).properties?.userProperties },
      { outcome: 'not-understood' },
      'what MQTT forbids is left out',
    );
  });

  t.test('a request is answered where the requester wants it', async (t) => {
    const [answered, plain] = [next(client, 'me/ops'), next(client, 'tokonoma/demo/bridge/response/health')];
    await client.subscribeAsync('tokonoma/demo/bridge/response/#');
    const properties = { responseTopic: 'me/ops', correlationData: Buffer.from('x') };
    await client.publishAsync('tokonoma/demo/bridge/request/health', '', { properties });
    const packet = await answered;
    t.equal(packet.properties?.correlationData?.toString(), 'x');
    t.match(JSON.parse(packet.payload.toString()), { status: 'ok', data: { queue: 0 } });
    t.match(JSON.parse((await plain).payload.toString()), { status: 'ok' });
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
