/** Brokers that go and come back, with MQTT 3.1.1 and 5 on a real mosquitto: nothing asked or answered is lost. */
import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';
import t, { type Test } from 'tap';
import { createAgent, type Agent } from '../../src/agent/agent.ts';
import { Health } from '../../src/agent/health.ts';
import type { Response } from '../../src/agent/types.ts';
import { systemClock } from '../../src/clock.ts';
import { MqttBridge, willOf } from '../../src/mqtt/bridge.ts';
import { Connection } from '../../src/mqtt/connection.ts';
import { FakeInterpreter, call, type Line } from '../support/fake-interpreter.ts';
import { fakeSwitch } from '../support/fake-thing.ts';
import { silent } from '../support/home.ts';
import { Mosquitto, skipWithoutMosquitto } from '../support/mosquitto.ts';

const BASE = 'tokonoma/x';

interface Node {
  readonly agent: Agent;
  readonly bridge: MqttBridge;
  readonly pump: ReturnType<typeof fakeSwitch>;
  readonly close: () => Promise<void>;
}

/** An agent with a pump, not connected yet. */
async function node(
  url: string,
  protocolVersion: 4 | 5,
  dataDir: string,
  script: Record<string, Line> = {},
): Promise<Node> {
  const on = [call('power.set', { device: 'pump', power: 'on' })];
  const pump = fakeSwitch('pump');
  const interpreter = new FakeInterpreter({ 'pump on': on, ...script });
  const agent = createAgent({ things: [pump], interpreter, clock: systemClock, log: silent, armed: true, dataDir });
  const will = willOf(BASE);
  const connection = new Connection({
    url,
    clientId: 'tokonoma-x',
    protocolVersion,
    will,
    log: silent,
    random: () => 0,
  });
  const health = Health.of(agent, { clock: systemClock });
  const bridge = new MqttBridge({ agent, health, connection, clock: systemClock, log: silent, node: 'x', base: BASE });
  await agent.start();
  return {
    agent,
    bridge,
    pump,
    close: async () => {
      await agent.close();
      await bridge.close();
    },
  };
}

/** Outcomes on the response topic, in the order of their coming. */
async function listen(
  t: Pick<Test, 'teardown'>,
  url: string,
): Promise<{
  client: MqttClient;
  outcomes: Response[];
  packets: IPublishPacket[];
  until: (id: string) => Promise<void>;
}> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 });
  t.teardown(() => client.endAsync(true));
  const outcomes: Response[] = [];
  const packets: IPublishPacket[] = [];
  client.on('message', (topic, payload, packet) => {
    packets.push(packet);
    if (topic === `${BASE}/response`) outcomes.push(JSON.parse(payload.toString()) as Response);
  });
  await client.subscribeAsync(['me/#', `${BASE}/#`], { qos: 1 });
  return {
    client,
    outcomes,
    packets,
    until: async (id) => {
      while (!outcomes.some((one) => one.id === id)) await systemClock.sleep(5);
    },
  };
}

for (const version of [4, 5] as const) {
  t.test(`MQTT ${version === 4 ? '3.1.1' : '5'}`, { skip: skipWithoutMosquitto }, async (t) => {
    t.test('outcomes of an outage are told in order when it is over', async (t) => {
      const broker = await Mosquitto.start(t);
      let go!: () => void;
      const gate = new Promise<void>((resolve) => (go = resolve));
      const slow = async (): Promise<[]> => (await gate, []);
      const { agent, bridge, pump, close } = await node(broker.url, version, t.testdir(), { wait: slow });
      t.teardown(close);
      await bridge.start();
      const { client } = await listen(t, broker.url);
      const properties = { responseTopic: 'me/answers', correlationData: Buffer.from('c7') };
      await client.publishAsync(`${BASE}/command`, '{"text":"wait","id":"one"}', { qos: 1, properties });
      await client.publishAsync(`${BASE}/command`, '{"text":"pump on","id":"two"}', { qos: 1 });
      while (agent.queued === 0) await systemClock.sleep(5);
      await broker.kill();
      go();
      while (pump.driver.invoked.length === 0) await systemClock.sleep(5);
      await agent.handle('{"text":"","id":"three"}');
      await broker.start();
      const after = await listen(t, broker.url);
      await after.until('three');
      t.strictSame(
        after.outcomes.map(({ id, outcome }) => [id, outcome]),
        [
          ['one', 'not-understood'],
          ['two', 'executed'],
          ['three', 'refused'],
        ],
      );
      const reply = after.packets.find(({ topic }) => topic === 'me/answers');
      t.equal(reply !== undefined, version === 5);
      if (version === 5) t.equal(reply?.properties?.correlationData?.toString(), 'c7');
      t.equal(agent.untold.length, 0);
    });

    t.test('an outcome that a dead process owed is told by the next one', async (t) => {
      const broker = await Mosquitto.start(t);
      const dataDir = t.testdir();
      const before = await node(broker.url, version, dataDir);
      await before.agent.handle('{"text":"pump on","id":"owed"}');
      // It never reached its broker.
      await before.agent.close();
      const { outcomes, until } = await listen(t, broker.url);
      const after = await node(broker.url, version, dataDir);
      t.teardown(after.close);
      await after.bridge.start();
      await until('owed');
      t.match(outcomes, [{ id: 'owed', outcome: 'executed' }]);
      t.equal(after.pump.driver.invoked.length, 0, 'told, not done again');
      while (after.agent.untold.length > 0) await systemClock.sleep(5);
    });

    t.test('a command for a node that is away waits in the session of a broker that is killed meanwhile', async (t) => {
      const broker = await Mosquitto.persistent(t);
      const dataDir = t.testdir();
      const before = await node(broker.url, version, dataDir);
      await before.bridge.start();
      await before.close();
      const { client } = await listen(t, broker.url);
      await client.publishAsync(`${BASE}/command`, '{"text":"pump on","id":"later"}', { qos: 1 });
      // mosquitto writes its database as it ends; when it is killed, only what it had written by then is there.
      await broker.kill('SIGTERM');
      await broker.start();
      const { outcomes, until } = await listen(t, broker.url);
      const after = await node(broker.url, version, dataDir);
      t.teardown(after.close);
      await after.bridge.start();
      await until('later');
      t.match(outcomes, [{ id: 'later', outcome: 'executed' }]);
      t.equal(after.pump.driver.invoked.length, 1);
    });

    t.test('a node that is lost and one that comes: will and birth', async (t) => {
      const broker = await Mosquitto.start(t);
      const { packets } = await listen(t, broker.url);
      const states = (): string[] =>
        packets.filter(({ topic }) => topic === `${BASE}/bridge/state`).map(({ payload }) => payload.toString());
      const { bridge, close } = await node(broker.url, version, t.testdir());
      t.teardown(close);
      await bridge.start();
      while (states().length < 1) await systemClock.sleep(5);
      // Somebody with our client id throws us out; the broker publishes our will, and we come back.
      const thief = await connectAsync(broker.url, {
        protocolVersion: version,
        clientId: 'tokonoma-x',
        reconnectPeriod: 0,
      });
      await thief.endAsync(true);
      while (states().length < 3) await systemClock.sleep(5);
      t.strictSame(states(), ['{"state":"online"}', '{"state":"offline"}', '{"state":"online"}']);
    });
  });
}
