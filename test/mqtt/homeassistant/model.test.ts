/** Another model is chosen in Home Assistant while commands come in: a real node, the seedling and a small model. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import t from 'tap';
import type { Response } from '../../../src/agent/types.ts';
import type { OpResponse } from '../../../src/mqtt/requests.ts';
import { startDemo } from '../../support/cli.ts';
import { gguf, writeGguf } from '../../support/gguf-writer.ts';
import { FakeHomeAssistant } from '../../support/home-assistant.ts';
import { writeSizedModel } from '../../support/sized-model.ts';
import { makeToyModel, writeToyModel } from '../../support/toy-model.ts';

const BASE = 'tokonoma/demo';
const TOY = 'hf:tests/toys/toy.gguf';
const DAMAGED = 'hf:tests/toys/damaged.gguf';
const GIANT = 'hf:tests/toys/giant.gguf';

/** As Hugging Face's cache has them. */
const hub = t.testdir();
const folder = join(hub, 'models--tests--toys', 'snapshots', '0'.repeat(40));
mkdirSync(folder, { recursive: true });
writeToyModel(folder);
const { source } = makeToyModel();
// A header that says nothing wrong: it is found out when the old model has made room.
const metadata = { ...source.metadata, 'tokenizer.ggml.model': gguf.string('unknown') };
writeFileSync(join(folder, 'damaged.gguf'), writeGguf({ ...source, metadata }));
// 19 MB of weights, and with 512 positions 270 MB of keys and values.
writeSizedModel(join(folder, 'giant.gguf'), { layers: 16, dim: 128, ffn: 256, heads: 128, headDim: 128, context: 512 });

const node = await startDemo(['--demo', '--memory', '300M'], { HF_HUB_CACHE: hub, XDG_CACHE_HOME: join(hub, 'own') });
t.teardown(() => node.end('SIGTERM'));
const client = await connectAsync(node.url, { protocolVersion: 4 });
t.teardown(() => client.endAsync(true));
const responses: Response[] = [];
const answers: OpResponse[] = [];
let health: { readonly model?: string } = {};
client.on('message', (topic, payload) => {
  const read = <T>(): T => JSON.parse(payload.toString()) as T;
  if (topic === `${BASE}/response`) responses.push(read());
  if (topic === `${BASE}/bridge/response/model`) answers.push(read());
  if (topic === `${BASE}/bridge/health`) health = read();
});
const ha = new FakeHomeAssistant({ client, messages: [] });
await client.subscribeAsync('#', { qos: 1 });
const select = 'tokonoma_demo_model';
await ha.until(() => ha.isAvailable(select));

/** Says it, and does not wait. */
async function tell(text: string, id: string): Promise<void> {
  await client.publishAsync(`${BASE}/command`, JSON.stringify({ text, id }), { qos: 1 });
}

async function answerTo(id: string): Promise<Response> {
  const find = (): Response | undefined => responses.find((response) => response.id === id);
  await ha.until(() => find() !== undefined);
  return find()!;
}

async function ask(payload: unknown): Promise<OpResponse> {
  const before = answers.length;
  await client.publishAsync(`${BASE}/bridge/request/model`, JSON.stringify(payload));
  await ha.until(() => answers.length > before);
  return answers[before]!;
}

/** The small model's plans are noise: nothing is to move by them. */
async function arm(armed: boolean): Promise<void> {
  const armedSwitch = ha.entity('tokonoma_demo_armed');
  await ha.send(armedSwitch, String(armed));
  await ha.reads(armedSwitch, String(armed));
}

const PHRASE = 'would you switch the kitchen light on for me';

t.test('the models that are installed may be chosen, as they are called for --model', async (t) => {
  t.same(ha.entity(select)['options'], ['seedling', DAMAGED, GIANT, TOY]);
  await ha.reads(ha.entity(select), 'seedling');
  await tell(PHRASE, 'first');
  t.match(await answerTo('first'), { outcome: 'executed', model: 'seedling', path: 'model' });
});

t.test('commands that come meanwhile are answered, each by the model that it says', async (t) => {
  await arm(false);
  const ids = Array.from({ length: 12 }, (_, i) => `during-${i}`);
  for (const [i, id] of ids.entries()) {
    if (i === 4) await ha.send(ha.entity(select), TOY);
    await tell(`please put desk lamp number ${i} to ${i} percent or so`, id);
  }
  await ha.reads(ha.entity(select), TOY);
  const models: unknown[] = [];
  for (const id of ids) models.push((await answerTo(id)).model);
  t.equal(models[0], 'seedling');
  t.equal(models.at(-1), 'toy');
  t.same(models, [...models].sort(), 'the seedling until there is another, and not after');
  t.equal(responses.filter(({ id }) => ids.includes(id)).length, ids.length, 'none twice');
  t.match(answers.at(-1), { status: 'ok', data: { chosen: TOY } });
});

t.test('everybody knows the new one, and nobody what the old one had read', async (t) => {
  await tell(PHRASE, 'again');
  t.match(await answerTo('again'), { model: 'toy', path: 'model' });
  await ha.until(() => health.model === 'toy');
  const models = await fetch(`${node.dashboard}v1/models`);
  t.match(await models.json(), { data: [{ id: 'toy', context_length: 256 }] });
  const chat = await fetch(`${node.dashboard}v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: 'light on' }] }),
  });
  t.match(await chat.json(), { model: 'toy' });
});

t.test('what cannot be had leaves the model that is there', async (t) => {
  for (const [payload, code] of [
    [{ model: DAMAGED }, 'tokenizer-unsupported'],
    [{ model: GIANT }, 'memory-budget'],
    [{ model: 'bonsai-8b' }, 'model-not-installed'],
    [{ model: 'bonsay' }, 'model-unknown'],
    // Installed models and nothing else of this machine.
    [{ model: join(folder, 'toy.gguf') }, 'model-unknown'],
    [{ model: 7 }, 'bad-argument'],
  ] as const) {
    t.match(await ask(payload), { status: 'error', code }, JSON.stringify(payload));
    await tell(`what about ${code}`, code);
    t.match(await answerTo(code), { model: 'toy' });
  }
  t.match(await ask({ model: 'bonsay' }), { error: /installed are seedling, / });
  t.match(await ask({}), { status: 'ok', data: { chosen: TOY, installed: ['seedling', DAMAGED, GIANT, TOY] } });
  t.equal(ha.read(ha.entity(select)), TOY);
});

t.test('and back', async (t) => {
  t.match(await ask('seedling'), { status: 'ok', data: { chosen: 'seedling' } });
  await arm(true);
  await ha.reads(ha.entity(select), 'seedling');
  await tell(PHRASE, 'back');
  t.match(await answerTo('back'), { outcome: 'executed', model: 'seedling', path: 'model' });
});
