import t from 'tap';
import { answerRequest } from '../../src/mqtt/requests.ts';
import { Home } from '../support/home.ts';

const ops = {
  echo: (data: unknown) => ({ data }),
  'rules/list': async () => [],
  nothing: () => undefined,
  fail: () => Promise.reject(new Error('no')),
};
const ask = (name: string, payload = '') => answerRequest(ops, name, Buffer.from(payload));

t.test('requests and their answers', async (t) => {
  t.strictSame(await ask('echo'), { data: { data: undefined }, status: 'ok' });
  t.strictSame(await ask('echo', '{"a":1,"transaction":"t7"}'), {
    data: { data: { a: 1, transaction: 't7' } },
    status: 'ok',
    transaction: 't7',
  });
  t.strictSame(await ask('echo', 'bare word'), { data: { data: 'bare word' }, status: 'ok' });
  t.strictSame(await ask('rules/list'), { data: [], status: 'ok' });
  t.strictSame(await ask('nothing'), { data: {}, status: 'ok' });
  t.strictSame(await ask('fail', '{"transaction":1}'), {
    data: {},
    status: 'error',
    error: 'no',
    code: 'internal',
    transaction: 1,
  });
  for (const name of ['nope', 'toString', '']) {
    t.match(await ask(name), { status: 'error', code: 'unknown-operation', error: /echo, fail/ });
  }
  t.match(await ask('echo', '{"a"'), { status: 'error', code: 'bad-json' });
  t.match(await ask('echo', 'x'.repeat(20_000)), { status: 'error', code: 'too-large' });
});

t.test('over a broker', async (t) => {
  const home = await Home.start({ armed: false });
  t.teardown(() => home.close());
  t.match(await home.json('bridge/health'), { queue: 0, armed: false });
  await home.publish('bridge/request/armed', '{"armed":true,"transaction":9}');
  t.strictSame(await home.json('bridge/response/armed'), { data: { armed: true }, status: 'ok', transaction: 9 });
  t.equal(home.agent.armed, true);
  await home.publish('bridge/request/armed', 'soon');
  t.match(await home.json('bridge/response/armed', (r) => r['status'] === 'error'), { code: 'bad-argument' });
  await home.publish('bridge/request/devices', '');
  const { data } = await home.json<{ data: unknown[] }>('bridge/response/devices');
  const { things, sensors } = home.agent;
  t.equal(data.length, things.length + sensors.configs.length, 'things, then sensors');
  await home.publish('bridge/request/cancel', '');
  t.strictSame(await home.json('bridge/response/cancel'), { data: { cancelled: [] }, status: 'ok' });
});
