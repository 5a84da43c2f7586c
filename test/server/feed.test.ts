/** The dashboard's feed: everything first, then what changes; requests in, answers out; nothing without a limit. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { WebSocket } from 'ws';
import { FeedClient } from '../../src/server/feed/client.ts';
import { MAX_CLIENTS, MAX_UNDER_WAY } from '../../src/server/feed/feed.ts';
import type { FeedMessage } from '../../src/server/feed/messages.ts';
import { MAX_MESSAGE_BYTES } from '../../src/server/feed/requests.ts';
import { FakeClock, settled } from '../devices/fake-clock.ts';
import { call } from '../support/fake-interpreter.ts';
import { feedHome, type Page } from '../support/feed-home.ts';

const script = {
  'light on': [call('light.set', { device: 'kitchen light', power: 'on' })],
  'put on a light': [call('light.set', { device: 'light', power: 'on' })],
  'turn on the fan': [call('power.set', { device: 'fan', power: 'on' })],
};

t.test('the whole state first', async (t) => {
  const { page, agent } = await feedHome(t);
  const [state] = (await page()).messages;
  t.match(state, {
    type: 'state',
    node: 'demo',
    version: '1.2.3',
    model: { name: 'fake', parameters: 1e6 },
    armed: true,
    outcomes: [],
    rules: [],
    schedule: [],
    health: { queue: 0 },
  });
  if (state?.type !== 'state') throw new Error('no state');
  t.equal(state.things.length, agent.things.length);
  const robot = state.things.find(({ description }) => description.id === 'robot')!;
  t.match(robot, { state: { x: 0, y: 0, heading: 0, battery: 100 }, online: true });
  t.match(robot.description['tk:floor'], { bounds: [[-10, -8], [10, 8]], places: { kitchen: [4, 3] } }); // prettier-ignore
  const kitchen = state.sensors.find(({ name }) => name === 'temperature/kitchen');
  t.match(kitchen, { kind: 'temperature', area: 'kitchen', unit: '°C', value: 21.5, stale: false });
  t.equal(kitchen!.at, undefined, 'what was never measured has no time');
});

t.test('then what changes, to every page', async (t) => {
  const { page, agent } = await feedHome(t, script);
  const [one, other] = [await page(), await page()];
  t.match(await one.ask({ type: 'set', thing: 'desk-lamp', payload: { state: 'ON', color: 'red' } }), {
    result: { outcome: 'executed' },
  });
  for (const each of [one, other]) {
    t.match(await each.next('thing', ({ id, state }) => id === 'desk-lamp' && state['color'] === 'red'), {
      state: { state: 'ON' },
      online: true,
    });
  }
  agent.sensors.receiveNamed('temperature/kitchen', Buffer.from('18'));
  t.match(await other.next('sensor'), { sensor: { name: 'temperature/kitchen', value: 18, at: Number } });
  agent.sensors.receiveNamed('humidity/cellar', Buffer.from('70'));
  t.match(await other.next('sensor', ({ sensor }) => sensor.name === 'humidity/cellar'), {
    sensor: { area: 'cellar' },
  });
  t.match(await one.ask({ type: 'command', text: 'light on', site: 'tab' }), { result: { outcome: 'executed' } });
  t.match(await other.next('outcome'), {
    response: { text: 'light on', outcome: 'executed' },
    source: 'http',
    site: 'tab',
    at: Number,
  });
  t.match(await other.next('health'), { health: { queue: 0, rss_bytes: Number } });
  const late = await page();
  t.match(
    late.messages[0],
    { outcomes: [{ response: { text: 'light on' } }] },
    'who comes later is told the last ones',
  );
});

t.test('a question and its answer belong to a conversation', async (t) => {
  const { page } = await feedHome(t, script);
  const one = await page();
  const { result } = await one.ask({ type: 'command', text: 'put on a light', site: 'tab' });
  t.match(result, { outcome: 'ambiguous', candidates: Array });
  t.match(await one.ask({ type: 'command', text: 'kitchen light', site: 'another' }), {
    result: { outcome: 'not-understood' },
  });
  t.match(await one.ask({ type: 'command', text: 'kitchen light', site: 'tab' }), { result: { outcome: 'executed' } });
});

t.test('stop and arm', async (t) => {
  const { page, agent } = await feedHome(t, script);
  const one = await page();
  t.match(await one.ask({ type: 'stop' }), { result: { armed: false, actions: Array } });
  t.match(await one.next('armed'), { armed: false });
  t.equal(agent.armed, false);
  t.match(await one.ask({ type: 'command', text: 'light on' }), { result: { outcome: 'refused', code: 'disarmed' } });
  t.match(await one.ask({ type: 'arm', armed: 'yes' }), { error: { code: 'bad-request' } });
  t.match(await one.ask({ type: 'arm', armed: true }), { result: { armed: true } });
});

t.test('rules and schedule', async (t) => {
  const { page } = await feedHome(t, script);
  const one = await page();
  await one.ask({ type: 'command', text: 'if the kitchen is below 18 degrees turn on the fan', site: 'tab' });
  await one.ask({ type: 'command', text: 'yes', site: 'tab' });
  const { rules } = await one.next('rules', (message) => message.rules.length === 1);
  t.match(rules[0], { number: 1, enabled: true, rule: /fan/ });
  t.match(await one.ask({ type: 'request', op: 'rules/enable', data: { number: 1, enabled: false } }), {
    result: { enabled: false },
  });
  t.ok(await one.next('rules', (message) => message.rules[0]?.enabled === false));
  t.match(await one.ask({ type: 'request', op: 'rules/remove', data: { number: 7 } }), {
    error: { code: 'unknown-rule' },
  });
  await one.ask({ type: 'request', op: 'rules/remove', data: { number: 1 } });
  t.match(await one.ask({ type: 'request', op: 'rules/list' }), { result: { rules: [] } });
  t.match(await one.ask({ type: 'command', text: 'at half past one turn on the fan', site: 'tab' }), {
    result: { outcome: 'executed' },
  });
  t.match(await one.next('schedule'), { schedule: [{ number: 1, entry: /fan/ }] });
  t.match(await one.ask({ type: 'request', op: 'schedule/remove', data: { number: 1 } }), { result: { number: 1 } });
});

t.test('what is no request is told so', async (t) => {
  const { page } = await feedHome(t);
  const one = await page();
  const cases: [unknown, string][] = [
    [{ type: 'fly' }, 'bad-request'],
    [{ type: 'toString' }, 'bad-request'],
    [{ type: 'set', payload: 'ON' }, 'bad-request'],
    [{ type: 'request', op: 'constructor' }, 'bad-request'],
    [{ type: 'request' }, 'bad-request'],
  ];
  for (const [request, code] of cases) {
    t.match(await one.ask(request as Record<string, unknown>), { error: { code } }, JSON.stringify(request));
  }
  t.match(await one.ask({ type: 'command', text: 7 }), { result: { outcome: 'refused', code: 'bad-json' } });
  t.match(await one.ask({ type: 'set', thing: 'nobody', payload: 'ON' }), { result: { outcome: 'unknown-device' } });
  t.match(await one.ask({ type: 'set', thing: 'desk-lamp' }), { result: { code: 'bad-argument' } });
  for (const nonsense of ['{', '[]', '7', 'null', '{"type":"stop"}', `{"type":"stop","id":"${'x'.repeat(200)}"}`]) {
    one.messages.length = 0;
    one.socket.send(nonsense);
    t.match(await one.next('answer'), { id: '', error: { code: /^bad-/ } }, nonsense);
  }
  one.messages.length = 0;
  one.socket.send(Buffer.from('{"type":"stop","id":"1"}'), { binary: true });
  t.match(await one.next('answer'), { error: { code: 'bad-request' } });
});

t.test('a message too long ends the connection, not the feed', async (t) => {
  const { page } = await feedHome(t);
  const [one, other] = [await page(), await page()];
  one.socket.send(JSON.stringify({ type: 'command', id: '1', text: 'x'.repeat(MAX_MESSAGE_BYTES) }));
  t.equal(await one.closed, 1009);
  t.match(await other.ask({ type: 'request', op: 'rules/list' }), { result: { rules: [] } });
});

t.test('so many pages and no more, until one goes', async (t) => {
  const { page, server } = await feedHome(t);
  const pages: Page[] = [];
  for (let i = 0; i < MAX_CLIENTS; i++) pages.push(await page());
  const refused = new WebSocket(`${server.url.replace('http', 'ws')}/feed`);
  const error = await new Promise<Error>((resolve) => refused.on('error', resolve));
  t.match(error.message, /503/);
  pages[0]!.socket.close();
  await pages[0]!.closed;
  t.ok(await page());
});

t.test('so many requests under way and no more; a stop goes past them', async (t) => {
  const begun: (() => void)[] = [];
  const endless = (signal?: AbortSignal) =>
    new Promise<never>((_, reject) => {
      begun.shift()?.();
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  const { page, agent } = await feedHome(t, { endless });
  const one = await page();
  const started = new Promise<void>((resolve) => begun.push(resolve));
  const answers = Array.from({ length: MAX_UNDER_WAY }, () => one.ask({ type: 'command', text: 'endless' }));
  t.match(await one.ask({ type: 'command', text: 'one more' }), { error: { code: 'queue-full' } });
  await started;
  t.match(await one.ask({ type: 'stop' }), { result: { armed: false } });
  t.equal(agent.armed, false);
  for (const { result } of await Promise.all(answers)) t.match(result, { code: 'stopped' });
});

/** A socket that takes what the test lets it take. */
class Socket {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: FeedMessage[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as FeedMessage);
  }

  terminate(): void {
    this.readyState = 3;
  }
}

t.test('changes of one thing are told at a pace, the last always', async (t) => {
  const [socket, clock] = [new Socket(), new FakeClock()];
  const client = new FeedClient(socket as unknown as WebSocket, clock);
  const change = (x: number): void => client.change('thing robot', thing(x));
  for (let x = 0; x < 1000; x++) {
    change(x);
    if (x % 10 === 0) await clock.advance(10);
  }
  await clock.advance(100);
  t.match(socket.sent[0], { state: { x: 0 } }, 'the first at once');
  t.match(socket.sent.at(-1), { state: { x: 999 } });
  t.ok(socket.sent.length <= 22, `20 a second: ${socket.sent.length}`);
});

t.test('who does not keep up gets the newest, and is let go in the end', async (t) => {
  const [socket, clock] = [new Socket(), new FakeClock()];
  const client = new FeedClient(socket as unknown as WebSocket, clock);
  socket.bufferedAmount = 200_000;
  for (let x = 0; x < 50; x++) {
    client.change('thing robot', thing(x));
    await clock.advance(100);
  }
  t.same(socket.sent, [], 'nothing is piled up for it');
  socket.bufferedAmount = 0;
  await clock.advance(100);
  t.match(socket.sent, [{ state: { x: 49 } }]);
  socket.bufferedAmount = 200_000;
  client.change('thing robot', thing(50));
  await clock.advance(11_000);
  t.equal(socket.readyState, 3);
  const other = new Socket();
  other.bufferedAmount = 3 << 20;
  new FeedClient(other as unknown as WebSocket, clock).send({ type: 'armed', armed: false });
  await settled();
  t.equal(other.readyState, 3, 'nor is what cannot be left out');
});

const thing = (x: number): FeedMessage => ({ type: 'thing', id: 'robot', state: { x }, online: true });

t.test('docs/dashboard.md has every message and field, and no others', async (t) => {
  const { page, agent } = await feedHome(t, script);
  const one = await page();
  await one.ask({ type: 'set', thing: 'desk-lamp', payload: 'ON' });
  await one.ask({ type: 'command', text: 'if the kitchen is below 18 degrees turn on the fan', site: 'tab' });
  await one.ask({ type: 'command', text: 'yes', site: 'tab' });
  await one.ask({ type: 'command', text: 'at half past one turn on the fan' });
  await one.ask({ type: 'fly' });
  await one.ask({ type: 'stop' });
  agent.sensors.receiveNamed('temperature/kitchen', Buffer.from('18'));
  one.socket.send('{');
  for (const type of ['thing', 'sensor', 'outcome', 'rules', 'schedule', 'health', 'armed'] as const)
    await one.next(type);
  const sent = new Map<string, Set<string>>();
  for (const message of one.messages) {
    const fields = sent.get(message.type) ?? new Set();
    for (const name of Object.keys(message)) if (name !== 'type') fields.add(name);
    sent.set(message.type, fields);
  }
  const told = [...rows('messages')].map(([, type, rest]) => {
    const [fields] = rest!.split('|');
    return [type!, [...fields!.matchAll(/`(\w+)`/g)].map(([, name]) => name!).sort()];
  });
  t.same(Object.fromEntries(told), Object.fromEntries([...sent].map(([type, fields]) => [type, [...fields].sort()])));
});

t.test('docs/dashboard.md has an example of every request, and each works', async (t) => {
  const { page } = await feedHome(t, { 'turn on the kitchen light': script['light on'] });
  const one = await page();
  const types: string[] = [];
  for (const [, type, rest] of rows('requests')) {
    const request = JSON.parse(/`(\{.*\})`/.exec(rest!)![1]!) as { type: string };
    t.equal(request.type, type);
    types.push(request.type);
    const answer = await one.ask({ ...request });
    t.equal(answer.error, undefined, type!);
    t.ok(answer.result);
  }
  const { error } = await one.ask({ type: 'fly' });
  t.same(error!.message.replace('"type" is one of ', '').split(', ').sort(), types.sort());
});

/** Rows of a table of docs/dashboard.md: type, and what stands behind it. */
function rows(table: string): RegExpStringIterator<RegExpExecArray> {
  const text = readFileSync(new URL('../../../docs/dashboard.md', import.meta.url), 'utf8');
  const begin = text.indexOf(`<!-- ${table} -->`);
  return text.slice(begin, text.indexOf('<!-- end -->', begin)).matchAll(/^\| `(\w+)` +\|(.+)\|$/gm);
}
