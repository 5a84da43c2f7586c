/** TLS, passwords and websockets on a real mosquitto, with certificates made here. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Aedes } from 'aedes';
import t, { type Test } from 'tap';
import { WebSocketServer, createWebSocketStream } from 'ws';
import { Connection, type ConnectionOptions } from '../../src/mqtt/connection.ts';
import { readTls } from '../../src/mqtt/tls.ts';
import { silent } from '../support/home.ts';
import { Mosquitto, skipWithoutMosquitto, skipWithoutOpenssl } from '../support/mosquitto.ts';

const DAYS = ['-days', '2'];

function openssl(folder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

/** An authority, a broker's certificate for `localhost` and a client's, and one that nobody trusts. */
function certificates(folder: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other']) {
    openssl(
      folder,
      'req',
      '-x509',
      ...key,
      ...DAYS,
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
  }
  for (const [name, subject] of [
    ['broker', 'localhost'],
    ['client', 'node-7'],
  ] as const) {
    openssl(folder, 'req', ...key, '-subj', `/CN=${subject}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(path.join(folder, `${name}.ext`), `subjectAltName=DNS:${subject}\n`);
    openssl(
      folder,
      'x509',
      '-req',
      ...DAYS,
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  }
}

function connection(t: Pick<Test, 'teardown'>, url: string, more: Partial<ConnectionOptions> = {}): Connection {
  const will = { topic: 'state', payload: 'gone' };
  const made = new Connection({ url, clientId: 'test', will, log: silent, ...more });
  t.teardown(() => made.close());
  return made;
}

/** Something published comes back. */
async function echoes(bus: Connection): Promise<boolean> {
  const heard = new Promise<boolean>((resolve) => bus.subscribe('echo', () => resolve(true)));
  await bus.start();
  await bus.publish('echo', 'hello', { qos: 1 });
  return heard;
}

t.test('TLS', { skip: skipWithoutOpenssl }, async (t) => {
  const folder = t.testdir();
  certificates(folder);
  const at = (name: string): string => path.join(folder, name);
  const listener = [`cafile ${at('ca.pem')}`, `certfile ${at('broker.pem')}`, `keyfile ${at('broker.key')}`];
  const { port } = await Mosquitto.start(t, [...listener, 'require_certificate true', 'use_identity_as_username true']);
  const plain = await Mosquitto.start(t, listener);
  const own = { cert: at('client.pem'), key: at('client.key') };

  t.test('an authority of our own, and a certificate for us', async (t) => {
    const tls = readTls({ ca: at('ca.pem'), ...own });
    t.ok(await echoes(connection(t, `mqtts://localhost:${port}`, { tls })));
  });

  t.test('MQTT 3.1.1 as well', async (t) => {
    const tls = readTls({ ca: at('ca.pem'), ...own });
    t.ok(await echoes(connection(t, `mqtts://localhost:${port}`, { tls, protocolVersion: 4 })));
  });

  t.test('by address, the name of the certificate is given', async (t) => {
    const tls = readTls({ ca: at('ca.pem'), servername: 'localhost' });
    t.ok(await echoes(connection(t, `mqtts://127.0.0.1:${plain.port}`, { tls })));
  });

  t.test('a broker that is not who it says it is', async (t) => {
    for (const tls of [
      undefined,
      readTls({ ca: at('other.pem') }),
      readTls({ ca: at('ca.pem'), servername: 'elsewhere' }),
    ]) {
      const bus = connection(t, `mqtts://localhost:${plain.port}`, { tls });
      await t.rejects(bus.start(), { code: 'mqtt-certificate', message: /localhost/ });
    }
  });

  t.test('without the certificate that it asks for, it lets nobody in', async (t) => {
    const bus = connection(t, `mqtts://localhost:${port}`, { tls: readTls({ ca: at('ca.pem') }) });
    let settled = false;
    void bus.start().finally(() => (settled = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    t.equal(settled, false);
    t.equal(bus.connected, false);
  });

  t.test('a file that is not there is said', async (t) => {
    t.throws(() => readTls({ ca: at('nowhere.pem') }), { code: 'tls-file', message: /mqtt\.ca.*nowhere\.pem.*ENOENT/ });
  });
});

t.test('a password', { skip: skipWithoutMosquitto }, async (t) => {
  const file = path.join(t.testdir(), 'passwords');
  const { status } = spawnSync('mosquitto_passwd', ['-b', '-c', file, 'me', 'hunter2']);
  t.equal(status, 0);
  const { url } = await Mosquitto.start(t, [], ['allow_anonymous false', `password_file ${file}`]);
  for (const protocolVersion of [4, 5] as const) {
    t.ok(await echoes(connection(t, url, { username: 'me', password: 'hunter2', protocolVersion })));
    for (const password of ['hunter3', undefined]) {
      const bus = connection(t, url, { username: 'me', password, protocolVersion });
      await t.rejects(bus.start(), { code: 'mqtt-refused', message: /check user and password/ });
    }
  }
});

/** An aedes behind a web server: mosquitto's websockets do not start on every machine. */
async function overWebsockets(t: Pick<Test, 'teardown'>, server: HttpServer): Promise<number> {
  const broker = await Aedes.createBroker();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => broker.handle(createWebSocketStream(socket)));
  t.teardown(async () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    server.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

t.test('websockets', async (t) => {
  const port = await overWebsockets(t, createServer());
  t.ok(await echoes(connection(t, `ws://127.0.0.1:${port}`)));
});

t.test('websockets over TLS', { skip: skipWithoutOpenssl }, async (t) => {
  const folder = t.testdir();
  certificates(folder);
  const at = (name: string): string => path.join(folder, name);
  const own = { cert: readFileSync(at('broker.pem')), key: readFileSync(at('broker.key')) };
  const port = await overWebsockets(
    t,
    createSecureServer({ ...own, ca: readFileSync(at('ca.pem')), requestCert: true, rejectUnauthorized: true }),
  );
  const tls = readTls({ ca: at('ca.pem'), cert: at('client.pem'), key: at('client.key'), servername: 'localhost' });
  t.ok(await echoes(connection(t, `wss://127.0.0.1:${port}/mqtt`, { tls })));
  const strange = connection(t, `wss://localhost:${port}/mqtt`, { tls: readTls({ ca: at('other.pem') }) });
  await t.rejects(strange.start(), { code: 'mqtt-certificate' });
});
