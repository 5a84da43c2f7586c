/** docs/node-red/flow.json: a flow that Node-RED can import, run here against the demo as far as its nodes are simple. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { connectAsync } from 'mqtt';
import t from 'tap';
import { Topics } from '../../src/mqtt/topics.ts';
import { startDemo } from '../support/cli.ts';

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly name?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly topic?: string;
  readonly broker?: string;
  readonly client?: string;
  readonly func?: string;
  readonly payload?: string;
  readonly payloadType?: string;
  readonly property?: string;
  readonly rules?: readonly { readonly t: string; readonly v?: string }[];
  readonly outputs?: number;
}

interface Message {
  readonly _msgid: string;
  readonly topic?: string;
  readonly payload: unknown;
}

const flow = JSON.parse(
  readFileSync(new URL('../../../docs/node-red/flow.json', import.meta.url), 'utf8'),
) as readonly FlowNode[];
const byId = new Map(flow.map((node) => [node.id, node]));
const node = (id: string): FlowNode => byId.get(`tokonoma-${id}`)!;

/** What Node-RED brings along (its packages/node_modules/@node-red/nodes/core). */
const CORE = new Set([
  ...['tab', 'comment', 'inject', 'debug', 'function', 'switch', 'json', 'mqtt in', 'mqtt out', 'mqtt-broker'],
  ...['http request', 'websocket in', 'websocket-client'],
]);

t.test('a flow that can be imported', (t) => {
  t.equal(byId.size, flow.length, 'every id once');
  const tabs = new Set(flow.filter(({ type }) => type === 'tab').map(({ id }) => id));
  const reached = new Set(flow.flatMap(({ wires = [] }) => wires.flat()));
  for (const { id, type, z, wires = [], outputs, broker, client } of flow) {
    t.ok(CORE.has(type), `${id} is a ${type}`);
    if (type !== 'tab' && !['mqtt-broker', 'websocket-client'].includes(type)) t.ok(tabs.has(z!), `${id} is on a tab`);
    for (const wire of wires.flat()) t.equal(byId.get(wire)?.z, z, `${id} leads to ${wire}`);
    if (outputs !== undefined) t.equal(wires.length, outputs, `${id} has an end for every output`);
    if (type.startsWith('mqtt ')) t.equal(byId.get(broker!)?.type, 'mqtt-broker');
    if (type === 'websocket in') t.equal(byId.get(client!)?.type, 'websocket-client');
    if (['mqtt out', 'debug', 'function', 'switch', 'json', 'http request'].includes(type))
      t.ok(reached.has(id), `${id} is reached`);
  }
  t.end();
});

t.test('its topics are those of the demo', (t) => {
  const topics = new Topics('tokonoma/demo');
  for (const { type, topic = '' } of flow) {
    if (type === 'mqtt out') t.ok(topics.route(topic) !== undefined, `${topic} goes in`);
    if (type === 'mqtt in') {
      t.equal(topics.route(topic), undefined, `${topic} comes out`);
      t.ok([topics.response, topics.armed, topics.state('desk-lamp')].includes(topic), topic);
    }
  }
  t.end();
});

/** What an inject node sends when its button is pressed. */
function pressed({ payload = '', payloadType }: FlowNode): Message {
  const value =
    payloadType === 'json' ? (JSON.parse(payload) as unknown) : payloadType === 'num' ? Number(payload) : payload;
  return { _msgid: randomUUID(), payload: value };
}

/** What comes out of the outputs of a node. */
function through({ type, func = '', rules = [], property = '' }: FlowNode, message: Message): (Message | undefined)[] {
  if (type === 'function') {
    const sandbox = createContext({ msg: structuredClone(message) });
    return [JSON.parse(JSON.stringify(runInContext(`(function () {${func}\n})()`, sandbox))) as Message];
  }
  if (type === 'json') return [{ ...message, payload: JSON.parse(message.payload as string) as unknown }];
  if (type !== 'switch') return [message];
  const value = property.split('.').reduce((at, name) => (at as Record<string, unknown>)[name], message as unknown);
  const taken = rules.findIndex((rule) => rule.t === 'else' || rule.v === value);
  return rules.map((_, i) => (i === taken ? message : undefined));
}

/** Where a message ends that leaves a node: nodes without wires, and what they get. */
function ends(from: FlowNode, outputs: readonly (Message | undefined)[]): [FlowNode, Message][] {
  return outputs.flatMap((message, i) =>
    message === undefined
      ? []
      : (from.wires?.[i] ?? []).flatMap((id): [FlowNode, Message][] => {
          const next = byId.get(id)!;
          return (next.wires ?? []).length === 0 ? [[next, message]] : ends(next, through(next, message));
        }),
  );
}

t.test('pressed and heard, it does what its groups say', async (t) => {
  const demo = await startDemo();
  const http = /http:\/\/[\w.:]+/.exec(demo.greeting)![0];
  const client = await connectAsync(demo.url, { protocolVersion: 4 });
  t.teardown(async () => {
    await client.endAsync(true);
    await demo.end('SIGTERM');
  });
  const heard: { topic: string; text: string }[] = [];
  let wake = (): void => undefined;
  client.on('message', (topic, payload) => {
    heard.push({ topic, text: payload.toString() });
    wake();
  });
  const hears = flow.filter(({ type }) => type === 'mqtt in');
  await client.subscribeAsync(hears.map(({ topic }) => topic!));
  /** The next message that an mqtt-in node gets, and where it ends. */
  const next = async (id: string): Promise<[string, unknown][]> => {
    const { topic } = node(id);
    for (;;) {
      const at = heard.findIndex((message) => message.topic === topic);
      if (at >= 0) {
        const [{ text } = { text: '' }] = heard.splice(at, 1);
        const message = { _msgid: '0', topic: topic!, payload: JSON.parse(text) as unknown };
        return ends(node(id), [message]).map(([{ id: end }, { payload }]) => [end.replace('tokonoma-', ''), payload]);
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const press = async (id: string): Promise<void> => {
    for (const [{ type, topic }, { payload }] of ends(node(id), [pressed(node(id))])) {
      t.equal(type, 'mqtt out');
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      await client.publishAsync(topic!, text, { qos: 1 });
    }
  };
  t.same(await next('armed'), [['debug-armed', true]], 'what is retained comes first');
  await next('lamp');

  await press('say-light');
  t.same(await next('response'), [['debug-done', 'The kitchen light is on.']]);
  await press('say-unlock');
  t.same(await next('response'), [['debug-question', 'Unlock the front door?']]);
  await press('say-no');
  t.match(await next('response'), [['debug-why', /^refused \(cancelled\): /]]);
  await press('reading');
  await press('say-warm');
  t.same(await next('response'), [['debug-done', 'The kitchen is 21.5 °C.']]);
  await press('lamp-on');
  t.match(await next('lamp'), [['debug-lamp', { state: 'ON', brightness: 40 }]]);
  await press('lamp-off');
  t.match(await next('lamp'), [['debug-lamp', { state: 'OFF' }]]);
  await press('stop-button');
  t.same(await next('armed'), [['debug-armed', false]]);
  await press('say-light');
  t.match(await next('response'), [['debug-why', /^refused \(disarmed\): /]]);
  await press('arm-button');
  t.same(await next('armed'), [['debug-armed', true]]);

  const { url, method } = node('post') as unknown as { url: string; method: string };
  const { pathname } = new URL(url);
  const asked = await fetch(http + pathname, { method, body: node('ask').payload! });
  t.match(await asked.json(), { outcome: 'executed', say: /\d/ });
});

t.test('the feed of the dashboard, by kind', (t) => {
  const message = (payload: object) => [{ _msgid: '0', payload: JSON.stringify(payload) }];
  const where = (payload: object) => ends(node('feed'), message(payload)).map(([{ id }]) => id);
  t.same(where({ type: 'outcome', response: {} }), ['tokonoma-debug-outcome']);
  t.same(where({ type: 'thing', id: 'fan' }), ['tokonoma-debug-thing']);
  t.same(where({ type: 'health', health: {} }), []);
  t.end();
});
