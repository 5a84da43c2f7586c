/** The connection as the drivers' bus, and what becomes of it when the broker goes, refuses, or lets another one in. */
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import { Backoff } from '../../src/mqtt/backoff.ts';
import { Broker } from '../../src/mqtt/broker.ts';
import { Connection, REASON, type ConnectionOptions } from '../../src/mqtt/connection.ts';
import { silent } from '../support/home.ts';

function connection(t: Pick<Test, 'teardown'>, url: string, more: Partial<ConnectionOptions> = {}): Connection {
  const will = { topic: 'state', payload: 'gone' };
  const made = new Connection({
    url,
    clientId: 'test',
    protocolVersion: 4,
    will,
    log: silent,
    random: () => 0,
    ...more,
  });
  t.teardown(() => made.close());
  return made;
}

async function aedes(t: Pick<Test, 'teardown'>, port = 0): Promise<Broker> {
  const broker = await Broker.start({ host: '127.0.0.1', port, log: silent });
  t.teardown(() => broker.close());
  return broker;
}

const changed = (bus: Connection, wanted: boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop = bus.onConnection((connected) => {
      if (connected !== wanted) return;
      stop();
      resolve();
    });
  });

t.test('the back-off doubles up to a minute and is never the same for all', async (t) => {
  const [least, most] = [new Backoff(() => 0), new Backoff(() => 0.999999)];
  t.strictSame(
    Array.from({ length: 8 }, () => least.next()),
    [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000],
  );
  t.strictSame(
    Array.from({ length: 8 }, () => most.next()),
    [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000],
  );
  least.reset();
  t.equal(least.next(), 500);
});

t.test('a bus: filters, retained messages, unsubscribing', async (t) => {
  const broker = await aedes(t);
  const bus = connection(t, broker.url);
  const heard: string[] = [];
  let told!: () => void;
  const listen = (name: string) => (topic: string, payload: Uint8Array, retained: boolean) => {
    heard.push(`${name} ${topic} ${Buffer.from(payload).toString()}${retained ? ' retained' : ''}`);
    told?.();
  };
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      told = () => {
        if (heard.length >= count) resolve();
      };
      told();
    });
  t.equal(bus.connected, false);
  await t.rejects(bus.publish('lamp/set', 'on'), { code: 'not-connected' });
  const stopPlain = bus.subscribe('lamp', listen('plain'));
  bus.subscribe('lamp', () => {
    throw new Error('a listener that fails harms nobody');
  });
  bus.subscribe('+/+', listen('wild'));
  await bus.start();
  t.equal(bus.connected, true);
  await bus.publish('lamp', 'on', { qos: 1, retain: true });
  await bus.publish('lamp/set', 'off');
  await until(2);
  t.strictSame(heard.splice(0).sort(), ['plain lamp on', 'wild lamp/set off']);
  const stopLate = bus.subscribe('lamp', listen('late'));
  await until(2);
  t.ok(heard.splice(0).includes('late lamp on retained'));
  stopLate();
  stopPlain();
  await bus.publish('lamp', 'again', { qos: 1 });
  await bus.publish('a/b', 'c');
  await until(1);
  t.strictSame(heard, ['wild a/b c']);
});

t.test('what was not acknowledged when the connection went is not sent later', async (t) => {
  const broker = await aedes(t);
  const bus = connection(t, broker.url);
  await bus.start();
  const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
  t.teardown(() => client.endAsync(true));
  await client.subscribeAsync('#');
  const seen: string[] = [];
  client.on('message', (_topic, payload) => seen.push(payload.toString()));
  const [gone, back] = [changed(bus, false), changed(bus, true)];
  // The same client id: the broker throws the bus out, with what it has just written unread or unacknowledged.
  const sent = Promise.allSettled(Array.from({ length: 60 }, (_, i) => bus.publish('x', `early ${i}`, { qos: 1 })));
  const thief = await connectAsync(broker.url, { protocolVersion: 4, clientId: 'test', reconnectPeriod: 0 });
  await gone;
  await thief.endAsync(true);
  const results = await sent;
  await t.rejects(bus.publish('x', 'meanwhile', { qos: 1 }), { code: 'not-connected' });
  for (const result of results) {
    if (result.status === 'rejected') t.match(result.reason, { code: 'not-connected' });
  }
  await back;
  const before = seen.length;
  await bus.publish('x', 'late', { qos: 1 });
  while (!seen.includes('late')) await new Promise((resolve) => setTimeout(resolve, 5));
  t.strictSame(seen.slice(before), ['late']);
});

t.test('two clients of one id do not throw each other out for ever', async (t) => {
  const broker = await aedes(t);
  const [one, two] = [connection(t, broker.url), connection(t, broker.url)];
  let takeovers = 0;
  for (const bus of [one, two]) bus.onConnection((connected) => (takeovers += connected ? 0 : 1));
  await one.start();
  await two.start();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  // Waits of 0.5, 1, 2 … seconds, and not of nothing.
  t.ok(takeovers >= 1 && takeovers <= 6, `${takeovers} in 2.5 s`);
});

/** As much of a broker of MQTT 5 as one packet needs: what it got is in `pubacks`. */
async function oneCommandBroker(t: Pick<Test, 'teardown'>): Promise<{ url: string; puback: Promise<Buffer> }> {
  let done!: (packet: Buffer) => void;
  const puback = new Promise<Buffer>((resolve) => (done = resolve));
  const server: Server = createServer((socket: Socket) => {
    socket.on('data', (data: Buffer) => {
      for (let at = 0; at < data.length; at += 2 + data[at + 1]!) {
        const packet = data.subarray(at, at + 2 + data[at + 1]!);
        const type = packet[0]! >> 4;
        if (type === 1) socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
        if (type === 8) {
          socket.write(Buffer.from([0x90, 4, packet[2]!, packet[3]!, 0, 1]));
          // QoS 1, topic "in", packet identifier 7, no properties, payload "x"
          socket.write(Buffer.from([0x32, 8, 0, 2, 0x69, 0x6e, 0, 7, 0, 0x78]));
        }
        if (type === 4) done(Buffer.from(packet));
      }
    });
    socket.on('error', () => undefined);
    t.teardown(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, puback };
}

for (const [name, reason] of Object.entries(REASON)) {
  t.test(`the reason code of a PUBACK: ${name}`, async (t) => {
    const { url, puback } = await oneCommandBroker(t);
    const bus = connection(t, url, { protocolVersion: 5 });
    await bus.start({
      subscriptions: { in: { qos: 1 } },
      onPacket: async () => reason,
      onAcknowledged: () => undefined,
      onSession: () => undefined,
      onConnect: () => undefined,
    });
    const packet = await puback;
    t.strictSame([packet[2], packet[3]], [0, 7]);
    // MQTT-3.4.2.1: without the byte it is success.
    t.equal(packet[4] ?? 0, reason);
  });
}

t.test(
  'things reach the broker before anybody takes packets; the receiver comes later, and may change its filters',
  async (t) => {
    const broker = await aedes(t);
    const bus = connection(t, broker.url);
    await bus.start();
    const other = await connectAsync(broker.url, { protocolVersion: 4 });
    t.teardown(() => other.endAsync(true));
    const heard: string[] = [];
    const emitter = new EventEmitter();
    const [first, second] = [once(emitter, 'a'), once(emitter, 'c')];
    let connects = 0;
    await bus.start({
      subscriptions: { a: { qos: 1 }, b: { qos: 1 } },
      onPacket: async ({ topic }) => {
        heard.push(topic);
        emitter.emit(topic);
        return REASON.success;
      },
      onAcknowledged: () => undefined,
      onSession: () => undefined,
      onConnect: () => void connects++,
    });
    t.equal(connects, 1, 'told that it is connected, once');
    await other.publishAsync('a', '1', { qos: 1 });
    await first;
    bus.resubscribe({ a: { qos: 1 }, c: { qos: 1 } });
    // The broker answers in order: once this is back, it has taken both.
    const answered = new Promise<void>((resolve) => bus.subscribe('d', () => resolve()));
    const publishing = setInterval(() => other.publish('d', '1'), 50);
    await answered;
    clearInterval(publishing);
    await other.publishAsync('b', '1', { qos: 1 });
    await other.publishAsync('c', '1', { qos: 1 });
    await second;
    t.notOk(heard.includes('b'), 'what is gone brings nothing any more');
  },
);
