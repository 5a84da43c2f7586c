/** OpenAI's interface as its own client sees it: against the seedling, and against a chat model of Bonsai's kind. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionTool } from 'openai/resources/chat/completions';
import t, { type Test } from 'tap';
import { createLogger } from '../../src/log.ts';
import { openEngine } from '../../src/model/engine.ts';
import { HttpServer } from '../../src/server/http.ts';
import { openAiRoutes } from '../../src/server/openai/routes.ts';
import { Turns } from '../../src/server/turns.ts';
import { writeToyModel } from '../support/toy-model.ts';

const TOOL: ChatCompletionTool & { type: 'function' } = {
  type: 'function',
  function: {
    name: 'set_light',
    description: 'Switches a light <|im_end|>',
    parameters: {
      type: 'object',
      properties: { room: { enum: ['kitchen', 'hall'] }, level: { type: 'integer', minimum: 0, maximum: 100 } },
      required: ['room', 'level'],
      additionalProperties: false,
    },
  },
};

const LIGHT: ChatCompletionTool = {
  type: 'function',
  function: { name: 'light.set', parameters: { type: 'object', properties: {} } },
};

interface Served {
  readonly client: OpenAI;
  readonly url: string;
  readonly turns: Turns;
}

async function serve(model?: string): Promise<Served> {
  const engine = await openEngine({ ...(model !== undefined && { model }), threads: 1 });
  const server = await HttpServer.start({ port: 0, token: 'sesame', log: createLogger('silent') });
  const turns = new Turns(4);
  server.add(openAiRoutes({ engine, turns, created: Date.now() }));
  t.teardown(async () => {
    await server.close();
    await engine.close();
  });
  return {
    client: new OpenAI({ apiKey: 'sesame', baseURL: `${server.url}/v1`, maxRetries: 0 }),
    url: server.url,
    turns,
  };
}

const chat = await serve(writeToyModel(t.testdir(), { planFormat: 'hermes', contextLength: 512 }));
const seedling = await serve();

for (const [name, { client }] of Object.entries({ seedling, chat })) {
  t.test(`${name}: chat, streamed and whole, are the same`, async (t) => {
    const ask: ChatCompletionCreateParamsNonStreaming = {
      model: 'any',
      messages: [{ role: 'user', content: 'turn on the kitchen light' }],
      seed: 3,
      max_tokens: 24,
    };
    const whole = await client.chat.completions.create(ask);
    const stream = await client.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finish: string | null = null;
    let usage: object | null | undefined;
    for await (const { choices, usage: counted } of stream) {
      text += choices[0]?.delta.content ?? '';
      finish = choices[0]?.finish_reason ?? finish;
      usage = counted ?? usage;
    }
    const [choice] = whole.choices;
    t.equal(text, choice!.message.content);
    t.equal(finish, choice!.finish_reason);
    t.same(usage, whole.usage);
    t.ok(text.length > 0);
    t.ok(whole.usage!.prompt_tokens > 3 && whole.usage!.completion_tokens > 0);
    t.equal((await client.models.list()).data[0]!.id, whole.model);
  });

  t.test(`${name}: a tool that has to be called is, with arguments that fit its schema`, async (t) => {
    for (const choice of ['required', { type: 'function', function: { name: 'set_light' } }] as const) {
      const ask: ChatCompletionCreateParamsNonStreaming = {
        model: 'any',
        messages: [{ role: 'user', content: 'kitchen to 30' }],
        tools: [TOOL],
        tool_choice: choice,
      };
      const { choices } = await client.chat.completions.create({ ...ask, parallel_tool_calls: false, temperature: 0 });
      t.equal(choices[0]!.finish_reason, 'tool_calls');
      const [call] = choices[0]!.message.tool_calls!;
      if (call?.type !== 'function') throw new Error('no function was called');
      checkCall(t, call);
      const stream = await client.chat.completions.create({
        ...ask,
        parallel_tool_calls: false,
        temperature: 0,
        stream: true,
      });
      const calls = [];
      for await (const { choices } of stream) calls.push(...(choices[0]?.delta.tool_calls ?? []));
      t.equal(calls.length, 1);
      t.same(calls[0]!.function, call.function, 'streamed, the same');
    }
  });

  t.test(`${name}: an object of a schema`, async (t) => {
    const { choices } = await client.chat.completions.create({
      model: 'any',
      messages: [{ role: 'user', content: 'hello' }],
      response_format: { type: 'json_schema', json_schema: { name: 'light', schema: TOOL.function.parameters! } },
    });
    checkArguments(t, JSON.parse(choices[0]!.message.content!));
  });
}

function checkCall(t: Test, call: { function: { name: string; arguments: string } }): void {
  t.equal(call.function.name, 'set_light');
  checkArguments(t, JSON.parse(call.function.arguments));
}

function checkArguments(t: Test, value: unknown): void {
  const { room, level, ...others } = value as { room: string; level: number };
  t.match(room, /^(kitchen|hall)$/);
  t.ok(Number.isInteger(level) && level >= 0 && level <= 100);
  t.same(others, {});
}

t.test('the seedling reads a command into the actions that are offered as tools', async (t) => {
  const { client } = seedling;
  const ask = (content: string) =>
    client.chat.completions.create({ model: 'seedling', messages: [{ role: 'user', content }], tools: [LIGHT] });
  const { choices } = await ask('please turn on the kitchen light');
  const [call] = choices[0]!.message.tool_calls!;
  t.ok(call?.type === 'function' && call.function.name === 'light.set');
  t.match(JSON.parse(call?.type === 'function' ? call.function.arguments : ''), { power: 'on' });
  const other = await ask('tell me a story about a dragon');
  t.equal(other.choices[0]!.finish_reason, 'stop');
  t.equal(other.choices[0]!.message.tool_calls, undefined);
});

t.test('a chat model may also just talk, and control tokens that it is told are text', async (t) => {
  const { client } = chat;
  const { choices } = await client.chat.completions.create({
    model: 'any',
    messages: [
      { role: 'system', content: 'You are <|im_start|>' },
      { role: 'user', content: 'hi <|im_end|>' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: '1', type: 'function', function: { name: 'set_light', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: '1', content: 'done' },
      { role: 'user', content: [{ type: 'text', text: 'and now?' }] },
    ],
    tools: [TOOL],
    max_tokens: 20,
  });
  t.match(choices[0]!.finish_reason, /^(stop|length|tool_calls)$/);
});

t.test('text completions, stop, seed and probabilities', async (t) => {
  const { client } = chat;
  const ask = { model: 'any', prompt: 'hello', max_tokens: 12, seed: 5, temperature: 2 } as const;
  const first = await client.completions.create(ask);
  const again = await client.completions.create(ask);
  t.equal(first.choices[0]!.text, again.choices[0]!.text, 'the same seed');
  const stop = first.choices[0]!.text.slice(2, 4);
  const stopped = await client.completions.create({ ...ask, stop });
  t.equal(stopped.choices[0]!.text, first.choices[0]!.text.slice(0, first.choices[0]!.text.indexOf(stop)));
  t.equal(stopped.choices[0]!.finish_reason, 'stop');
  const { choices } = await client.chat.completions.create({
    model: 'any',
    messages: [{ role: 'user', content: 'hello' }],
    logprobs: true,
    top_logprobs: 2,
    max_tokens: 4,
  });
  const { content } = choices[0]!.logprobs!;
  t.equal(content!.length, 4);
  for (const { token, logprob, top_logprobs: top } of content!) {
    t.equal(typeof token, 'string');
    t.ok(logprob <= 0 && top.length === 2 && top[0]!.logprob >= top[1]!.logprob);
  }
  const streamed = await client.completions.create({ ...ask, stream: true });
  let text = '';
  for await (const { choices } of streamed) text += choices[0]?.text ?? '';
  t.equal(text, first.choices[0]!.text);
});

t.test('what is not supported is refused, and so is too long a prompt', async (t) => {
  const { client } = chat;
  const messages = [{ role: 'user', content: 'hi' }] as const;
  const refused: [object, RegExp][] = [
    [{ n: 2 }, /n must be/],
    [{ frequency_penalty: 1 }, /frequency_penalty/],
    [{ logit_bias: { 5: 1 } }, /logit_bias/],
    [{ temperature: 3 }, /temperature/],
    [{ messages: [] }, /messages/],
    [{ messages: [{ role: 'robot', content: '' }] }, /role/],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, /text parts/],
    [{ tool_choice: 'required' }, /needs tools/],
    [{ tools: [{ type: 'function', function: { name: 'a b' } }] }, /name of a function/],
    [{ response_format: { type: 'json_schema', json_schema: { schema: { type: 'x' } } } }, /type "x"/],
    [{ messages: [{ role: 'user', content: 'long '.repeat(600) }] }, /prompt takes/],
  ];
  for (const [change, message] of refused) {
    const ask = client.chat.completions.create({ model: 'any', messages: [...messages], ...change } as never);
    await t.rejects(ask, { status: 400, message }, JSON.stringify(change).slice(0, 60));
  }
});

t.test('a client that goes away frees the model', async (t) => {
  const { client, turns } = chat;
  const ask = { model: 'any', messages: [{ role: 'user' as const, content: 'hi' }], max_tokens: 400 };
  const gone = new AbortController();
  const stream = await client.chat.completions.create({ ...ask, stream: true }, { signal: gone.signal });
  const waiting = client.chat.completions.create({ ...ask, max_tokens: 2 });
  await stream[Symbol.asyncIterator]().next();
  gone.abort();
  t.ok((await waiting).choices.length === 1);
  t.equal(turns.waiting, 0);
});

const noCurl = spawnSync('curl', ['--version']).error === undefined ? false : 'curl is not installed';

t.test('curl gets the same', { skip: noCurl }, async (t) => {
  const { url } = seedling;
  const run = promisify(execFile);
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'turn left' }] });
  const args = ['-s', `${url}/v1/chat/completions`, '-H', 'Authorization: Bearer sesame', '-d', body];
  const { stdout } = await run('curl', args);
  const { choices } = JSON.parse(stdout) as { choices: { message: { content: string } }[] };
  t.match(choices[0]!.message.content, /robot\.turn/);
});
