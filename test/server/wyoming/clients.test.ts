import t from 'tap';
import { admits, networkOf } from '../../../src/server/wyoming/clients.ts';

t.test('addresses and networks', async (t) => {
  t.same(networkOf('192.168.1.7'), { address: '192.168.1.7', prefix: 32, family: 'ipv4' });
  t.same(networkOf('fd00::/8'), { address: 'fd00::', prefix: 8, family: 'ipv6' });
  for (const wrong of ['', 'home', '192.168.1', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '1.2.3.4/x']) {
    t.equal(networkOf(wrong), undefined, wrong);
  }
});

t.test('who comes from where', async (t) => {
  t.ok(admits([])('203.0.113.9'));
  const some = admits(['192.168.1.0/24', 'fd00::/8', '10.0.0.1']);
  for (const address of ['192.168.1.200', '::ffff:192.168.1.200', 'fd12::1', '10.0.0.1']) t.ok(some(address), address);
  for (const address of ['192.168.2.1', '::ffff:192.168.2.1', 'fe80::1', '10.0.0.2', '', undefined]) {
    t.notOk(some(address), String(address));
  }
});
