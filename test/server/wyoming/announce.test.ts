/** mDNS, searched as Home Assistant does. */
import { createSocket } from 'node:dgram';
import { createRequire } from 'node:module';
import t from 'tap';
import type * as Library from 'bonjour-service';
import { announce } from '../../../src/server/wyoming/announce.ts';
import { silent } from '../../support/home.ts';

/** Whether this machine's network brings multicast back to it. */
async function hasMulticast(): Promise<boolean> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.on('error', () => resolve(false));
      socket.on('message', () => resolve(true));
      socket.bind(0, () => {
        try {
          socket.addMembership('224.0.0.251');
          socket.send('?', socket.address().port, '224.0.0.251');
        } catch {
          resolve(false);
        }
        setTimeout(() => resolve(false), 1000);
      });
    });
  } finally {
    socket.close();
  }
}

const skip = (await hasMulticast()) ? false : 'this network has no multicast';

t.test('announced under the name of the node, until it says goodbye', { skip }, async (t) => {
  const { Bonjour } = createRequire(import.meta.url)('bonjour-service') as typeof Library;
  const name = `test-${process.pid}`;
  const bonjour = new Bonjour();
  t.teardown(() => new Promise<void>((resolve) => bonjour.destroy(() => resolve())));
  const goodbye = await announce({ name, port: 12345, host: '0.0.0.0', log: silent });
  const browser = bonjour.find({ type: 'wyoming' });
  const found = await new Promise<Library.Service>((resolve) =>
    browser.on('up', (service: Library.Service) => {
      if (service.name === name) resolve(service);
    }),
  );
  t.match(found, { port: 12345, protocol: 'tcp', fqdn: `${name}._wyoming._tcp.local` });
  const down = new Promise<void>((resolve) =>
    browser.on('down', (service: Library.Service) => {
      if (service.name === name) resolve();
    }),
  );
  await goodbye();
  await down;
});
