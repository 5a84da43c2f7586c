/** Broker and connection: ports, versions, acknowledgement, will. */
import { once, type EventEmitter } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Socket } from 'node:net';
import { connectAsync } from 'mqtt';
import t from 'tap';
import { arrivalOf, deliveryOf } from '../../src/mqtt/handlers/handler.ts';
import { Broker } from '../../src/mqtt/broker.ts';
import {
  Connection,
  REASON,
  withoutSecrets,
  type ConnectionOptions,
  type Receiver,
} from '../../src/mqtt/connection.ts';
import { Topics } from '../../src/mqtt/topics.ts';
import { Home, silent } from '../support/home.ts';

function connection(url: string, more: Partial<ConnectionOptions> = {}): Connection {
  return new Connection({
    url,
    clientId: 'test',
    will: { topic: 'state', payload: 'gone' },
    log: silent,
    random: () => 0,
    ...more,
  });
}

function receiver(more: Partial<Receiver> = {}): Receiver {
  return {
    subscriptions: { 'in/#': { qos: 1 } },
    onPacket: async () => REASON.success,
    onAcknowledged: () => undefined,
    onSession: () => undefined,
    onConnect: () => undefined,
    ...more,
  };
}

t.test('a taken port is no error: the next one', async (t) => {
  const first = await Broker.start({ host: '127.0.0.1', port: 0, log: silent });
  t.teardown(() => first.close());
  const second = await Broker.start({ host: '127.0.0.1', port: first.port, log: silent });
  t.teardown(() => second.close());
  t.ok(second.port > first.port && second.port <= first.port + 20);
  t.equal(second.url, `mqtt://127.0.0.1:${second.port}`);
});

t.test('a host that is not here', async (t) => {
  await t.rejects(Broker.start({ host: '203.0.113.1', port: 0, log: silent }), {
    code: 'broker-failed',
    message: /203/,
  });
});

t.test('MQTT 5 first, 3.1.1 where the broker knows no better', async (t) => {
  const broker = await Broker.start({ host: '127.0.0.1', port: 0, log: silent });
  t.teardown(() => broker.close());
  const ours = connection(broker.url);
  t.equal(ours.protocolVersion, 5);
  await ours.start();
  t.teardown(() => ours.close());
  t.equal(ours.protocolVersion, 4);
  t.equal(ours.connected, true);
});

t.test('a wrong password is said, not tried for ever', async (t) => {
  // CONNACK of MQTT 3.1.1 with return code 4, bad user name or password
  const server = createServer(
    (socket: Socket) => void socket.once('data', () => socket.end(Buffer.from([0x20, 2, 0, 4]))),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ours = connection(`mqtt://user:hunter2@127.0.0.1:${port}`, { protocolVersion: 4 });
  const error = await ours.start().then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  t.match(error, { code: 'mqtt-refused', message: /127\.0\.0\.1/ });
  t.notMatch(error?.message, /hunter2/);
  t.equal(withoutSecrets('mqtts://user:hunter2@broker.example:8883'), 'mqtts://broker.example:8883');
});

t.test('a packet is acknowledged when its handler is done, and not when it fails', async (t) => {
  const broker = await Broker.start({ host: '127.0.0.1', port: 0, log: silent });
  t.teardown(() => broker.close());
  const acknowledged: string[] = [];
  let finish!: () => void;
  const gate = new Promise<void>((resolve) => (finish = resolve));
  let seen!: () => void;
  const arrived = new Promise<void>((resolve) => (seen = resolve));
  const both: string[] = [];
  let all!: () => void;
  const finished = new Promise<void>((resolve) => (all = resolve));
  const ours = connection(broker.url, { protocolVersion: 4 });
  await ours.start(
    receiver({
      onPacket: async (packet) => {
        seen();
        await gate;
        if (packet.payload.toString() === 'bad') throw new Error('no room');
        return REASON.success;
      },
      onAcknowledged: (packet) => {
        acknowledged.push(packet.payload.toString());
        both.push('x');
        if (both.length === 2) all();
      },
    }),
  );
  t.teardown(() => ours.close());
  const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
  t.teardown(() => client.endAsync(true));
  for (const payload of ['one', 'bad', 'two']) await client.publishAsync('in/x', payload, { qos: 1 });
  await arrived;
  t.strictSame(acknowledged, []);
  finish();
  await finished;
  t.strictSame(acknowledged, ['one', 'two']);
});

t.test('whoever goes says so, and so do the things', async (t) => {
  const home = await Home.start({});
  t.teardown(() => home.close());
  await home.message('bridge/state', (text) => text === '{"state":"online"}');
  await home.leave();
  await home.message('bridge/state', (text) => text === '{"state":"offline"}');
  await home.message('robot/availability', (text) => text === '{"state":"offline"}');
});

t.test('a lost connection leaves its will and comes back', async (t) => {
  const broker = await Broker.start({ host: '127.0.0.1', port: 0, log: silent });
  t.teardown(() => broker.close());
  const cables = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connectTo(broker.port, '127.0.0.1');
    for (const socket of [near, far]) {
      cables.add(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.teardown(() => proxy.close());
  const watcher = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
  t.teardown(() => watcher.endAsync(true));
  await watcher.subscribeAsync('state');
  let connects = 0;
  let again!: () => void;
  const back = new Promise<void>((resolve) => (again = resolve));
  const ours = connection(`mqtt://127.0.0.1:${(proxy.address() as AddressInfo).port}`, {
    protocolVersion: 4,
  });
  await ours.start(
    receiver({
      onConnect: () => {
        if (++connects === 2) again();
      },
    }),
  );
  t.teardown(() => ours.close());
  const will = once(watcher as unknown as EventEmitter, 'message');
  for (const cable of cables) cable.destroy();
  const [topic, payload] = (await will) as [string, Buffer];
  t.equal(topic, 'state');
  t.equal(payload.toString(), 'gone');
  await back;
  t.equal(ours.connected, true);
});

t.test('request/response and expiry of MQTT 5', async (t) => {
  const context = { topics: new Topics('base'), clock: { now: () => 5000 }, log: silent } as never;
  const packet = {
    cmd: 'publish',
    topic: 'base/command',
    payload: Buffer.from('x'),
    qos: 1,
    dup: true,
    retain: false,
    messageId: 7,
    properties: { responseTopic: 'me/answers', correlationData: Buffer.from([1, 2, 255]), messageExpiryInterval: 3 },
  } as const;
  const arrival = arrivalOf(context, packet);
  t.match(arrival, {
    receivedAt: 5000,
    expiresAt: 8000,
    reply: { topic: 'me/answers', correlation: 'AQL/' },
    id: /^[0-9a-f]{32}$/,
    delivery: { key: /^7:/, again: true },
  });
  const other = { ...packet, properties: { ...packet.properties, responseTopic: 'you/answers' } };
  t.not(arrivalOf(context, other).id, arrival.id, 'the same correlation data of another requester');
  const sly = { ...packet, properties: { ...packet.properties, responseTopic: 'base/stop' } };
  t.equal(arrivalOf(context, sly as never).reply, undefined);
  t.equal(deliveryOf({ ...packet, qos: 0 } as never), undefined);
});
