/** docs/protocol.md: its examples are run against the demo, its tables held to the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import t, { type Test } from 'tap';
import { OUTCOMES } from '../../src/agent/types.ts';
import { Topics } from '../../src/mqtt/topics.ts';
import { startDemo } from '../support/cli.ts';
import { column, exchangesOf, matches, pageOf, parsed, type Exchange } from './page.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BASE = 'tokonoma/demo';
const page = pageOf(`${ROOT}docs/protocol.md`);

const demo = await startDemo();
const http = /http:\/\/[\w.:]+/.exec(demo.greeting)![0];
t.teardown(() => demo.end('SIGTERM'));

/** What arrives at a client, by topic below the base, in order. */
class Ear {
  readonly client: MqttClient;
  readonly #heard = new Map<string, string[]>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** @param retained whether it hears what is there already, or only what comes */
  constructor(client: MqttClient, retained: boolean) {
    this.client = client;
    client.on('message', (topic, payload, { retain }) => {
      if (retain && !retained) return;
      const below = topic.slice(BASE.length + 1);
      this.#heard.set(below, [...(this.#heard.get(below) ?? []), payload.toString()]);
      for (const wake of this.#waiting.get(below)?.splice(0) ?? []) wake();
    });
  }

  static async open(t: Pick<Test, 'teardown'>, retained: boolean): Promise<Ear> {
    const client = await connectAsync(demo.url, { protocolVersion: 4 });
    t.teardown(() => client.endAsync(true));
    const ear = new Ear(client, retained);
    await client.subscribeAsync(`${BASE}/#`, { qos: 1 });
    return ear;
  }

  /** The first message on a topic that was not taken yet, gone or to come. */
  async next(topic: string): Promise<string> {
    for (;;) {
      const message = this.#heard.get(topic)?.shift();
      if (message !== undefined) return message;
      await new Promise<void>((wake) => this.#waiting.set(topic, [...(this.#waiting.get(topic) ?? []), wake]));
    }
  }

  forget(): void {
    this.#heard.clear();
  }
}

/** Everything that was published before has come through. */
async function settled(ear: Ear): Promise<void> {
  await ear.client.publishAsync(`${BASE}/timer/get`, '', { qos: 1 });
  await ear.next('timer');
  ear.forget();
}

async function overMqtt(t: Test, exchanges: readonly Exchange[]): Promise<void> {
  // Without anything sent, it is what whoever subscribes is told.
  const asks = exchanges[0]!.sends;
  const ear = await Ear.open(t, !asks);
  if (asks) await settled(ear);
  for (const { sends, head, body } of exchanges) {
    if (sends) {
      ear.forget();
      await ear.client.publishAsync(`${BASE}/${head}`, body, { qos: 1 });
      continue;
    }
    const message = await ear.next(head);
    t.same(matches(parsed(message), parsed(body)), [], `${head} ${message.slice(0, 300)}`);
  }
}

async function overHttp(t: Test, exchanges: readonly Exchange[]): Promise<void> {
  let answer: Response | undefined;
  for (const { sends, head, body } of exchanges) {
    if (sends) {
      const [path = '', ...text] = body.split(' ');
      const payload = text.join(' ');
      answer = await fetch(http + path, { method: head, ...(payload !== '' && { body: payload }) });
      continue;
    }
    const text = await answer!.text();
    t.equal(String(answer!.status), head, text.slice(0, 300));
    t.same(matches(parsed(text), parsed(body)), [], text.slice(0, 300));
  }
}

for (const [i, { kind, heading, text }] of page.fences.entries()) {
  t.test(`${heading}, example ${i + 1}`, async (t) => {
    const exchanges = exchangesOf(text);
    t.ok(exchanges.some(({ sends }) => !sends));
    await (kind === 'mqtt' ? overMqtt(t, exchanges) : overHttp(t, exchanges));
  });
}

t.test('every topic', async (t) => {
  const topics = new Topics('');
  const own = Object.entries(topics).flatMap(([name, topic]) =>
    typeof topic === 'string' && name !== 'base' ? [topic] : [],
  );
  const made = [
    topics.state('<thing>'),
    topics.availability('<thing>'),
    topics.bridgeResponse('<op>'),
    topics.reading('<name>'),
  ];
  const heard = Object.keys(topics.subscriptions).map((filter) =>
    filter.replace('sensor/#', 'sensor/<name>').replace('request/#', 'request/<op>').replace('+', '<thing>'),
  );
  const all = new Set([...own, ...made, ...heard, '/armed/set'].map((topic) => topic.slice(1)));
  t.same(column(page, 'topics').sort(), [...all].sort());
  for (const [topic, direction] of page.tables.get('topics')!) {
    const incoming = direction!.startsWith('in');
    const name = topic!.replaceAll('`', '').replace(/<(\w+)>/g, 'some-$1');
    t.equal(topics.route(`/${name}`) !== undefined, incoming, `${name} goes ${incoming ? 'in' : 'out'}`);
  }
});

t.test('every field of a response, every outcome', async (t) => {
  const types = readFileSync(`${ROOT}src/agent/types.ts`, 'utf8');
  const [, body = ''] = /export interface Response \{\n(.*?)\n\}/s.exec(types) ?? [];
  const fields = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name!);
  t.same(column(page, 'response'), fields);
  t.same(column(page, 'outcomes'), [...OUTCOMES]);
});

t.test('every operation', async (t) => {
  const ear = await Ear.open(t, false);
  await ear.client.publishAsync(`${BASE}/bridge/request/nothing`, '', { qos: 1 });
  const { error } = JSON.parse(await ear.next('bridge/response/nothing')) as { error: string };
  // The demo has no file to read again.
  const known = [...error.split('known are ')[1]!.split(', '), 'reload'];
  t.same(column(page, 'operations').sort(), known.sort());
});

t.test('every route, every field of a request, every metric', async (t) => {
  const served = sources('src/server').flatMap(({ text }) => [...text.matchAll(/'((?:GET|POST) \/[\w/*-]*)'/g)]);
  const upgrades = sources('src/server').flatMap(({ text }) => [...text.matchAll(/\.upgrade\(\s*'([\w/-]+)'/g)]);
  const routes = [...served.map(([, route]) => route!), ...upgrades.map(([, path]) => `GET ${path}`)];
  t.same(column(page, 'routes').sort(), [...new Set(routes)].sort());

  const request = readFileSync(`${ROOT}src/server/openai/request.ts`, 'utf8');
  const [, refused = ''] = /NOT_SUPPORTED[^=]*= \{\n(.*?)\n\};/s.exec(request) ?? [];
  const read = [/\bbody\['(\w+)'\]/g, /\b(?:optional|integer|number)\(body, '(\w+)'/g, /\? '(max_\w+)' : '(max_\w+)'/g];
  const fields = [
    ...read.flatMap((pattern) => [...request.matchAll(pattern)].flatMap(([, ...names]) => names)),
    ...[...refused.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name!),
  ];
  t.same(column(page, 'fields').sort(), [...new Set(fields)].sort());

  const metrics = sources('src/server/metrics.ts').flatMap(({ text }) => [
    ...text.matchAll(/(?:gauge\(\s*|name: )'(\w+)'/g),
  ]);
  t.same(column(page, 'metrics').sort(), metrics.map(([, name]) => `tokonoma_${name}`).sort());
  const told = await (await fetch(`${http}/metrics`)).text();
  for (const [, name = ''] of told.matchAll(/^# TYPE (\w+)/gm)) t.ok(column(page, 'metrics').includes(name), name);
});

/** Rooms whose errors come to whoever asked something, or stand in the log with a code. */
const ROOMS = [
  ...['src/agent', 'src/server', 'src/mqtt/handlers', 'src/mqtt/ops.ts', 'src/mqtt/requests.ts', 'src/gpio', 'devices'],
  ...[
    'src/model/engine.ts',
    'src/model/slot.ts',
    'src/model/plan.ts',
    'src/model/generate.ts',
    'src/model/forward.ts',
    'src/grammar/json',
    'src/grammar/hermes.ts',
  ],
  ...['src/tokenizer/template.ts', 'src/cli/run/reload.ts', 'src/cli/run/models.ts', 'src/config'],
];
/** Told in docs/voice.md: they belong to protocols of others. */
const ELSEWHERE = ['src/server/wyoming'];

t.test('every code', async (t) => {
  const word = "'([a-z]+(?:-[a-z]+)*)'";
  const patterns = [
    `TokonomaError\\(\\s*${word}`,
    `TokonomaError\\([^']{1,40}\\? ${word} : ${word}`,
    `\\bcode(?:: string)?\\s*[:=]\\s*${word}`,
    `\\bcode: [\\w.]+ \\? ${word} : ${word}`,
    `\\b(?:refused|refuse|unclear|lost|gone|#fail)\\(\\s*${word}\\s*,`,
    `\\bproblem\\(\\s*'[a-z-]+',\\s*${word}`,
    `\\bnotSo\\([^;]*?,\\s*${word}\\)`,
    `\\bsuper\\(${word}`,
  ].map((pattern) => new RegExp(pattern, 'g'));
  const made = new Set(['internal']);
  for (const { path, text } of ROOMS.flatMap(sources)) {
    if (ELSEWHERE.some((room) => path.startsWith(ROOT + room))) continue;
    for (const pattern of patterns) {
      for (const [, ...codes] of text.matchAll(pattern)) for (const code of codes) made.add(code);
    }
  }
  t.ok(made.size > 80, `${made.size} codes`);
  const told = column(page, 'codes');
  t.equal(new Set(told).size, told.length, 'none of them twice');
  t.same(
    told.filter((code) => !made.has(code)),
    [],
    'none that nobody says',
  );
  t.same([...made].filter((code) => !told.includes(code)).sort(), [], 'none is left out');
});

interface Source {
  readonly path: string;
  readonly text: string;
}

function sources(room: string): Source[] {
  const path = ROOT + room;
  if (path.endsWith('.ts')) return [{ path, text: readFileSync(path, 'utf8') }];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: `${path}/${name}`, text: readFileSync(`${path}/${name}`, 'utf8') }));
}
