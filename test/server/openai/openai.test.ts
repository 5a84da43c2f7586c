/** OpenAI's interface as its own client sees it: against the seedling, and against a chat model of Bonsai's kind. */
import { execFile, spawnSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { APIError } from 'openai';
import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionTool } from 'openai/resources/chat/completions';
import t, { type Test } from 'tap';
import { writeToyModel } from '../../support/toy-model.ts';
import { checkArguments, serve, TOOL } from './served.ts';

const LIGHT: ChatCompletionTool = {
  type: 'function',
  function: { name: 'light.set', parameters: { type: 'object', properties: {} } },
};

const said = (content: string) => [{ role: 'user' as const, content }];

const toy = writeToyModel(t.testdir(), { planFormat: 'hermes', contextLength: 2048 });
const chat = await serve(t, { model: toy, context: 2048 });
const seedling = await serve(t);

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

t.test('the seedling reads a command into the actions that are offered as tools', async (t) => {
  const { client } = seedling;
  const ask = (content: string) =>
    client.chat.completions.create({ model: 'seedling', messages: said(content), tools: [LIGHT] });
  const { choices } = await ask('please turn on the kitchen light');
  const [call] = choices[0]!.message.tool_calls!;
  t.ok(call?.type === 'function' && call.function.name === 'light.set');
  t.match(JSON.parse(call?.type === 'function' ? call.function.arguments : ''), { power: 'on' });
  const other = await ask('tell me a story about a dragon');
  t.equal(other.choices[0]!.finish_reason, 'stop');
  t.equal(other.choices[0]!.message.tool_calls, undefined);
});

t.test('the seedling calls functions of others with what was said, and only where it knows all of it', async (t) => {
  const { client } = seedling;
  const weather: ChatCompletionTool = {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Get the current weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  };
  const drive: ChatCompletionTool = {
    type: 'function',
    function: {
      name: 'driveRobot',
      parameters: {
        type: 'object',
        properties: { way: { enum: ['forward', 'back'] }, metres: { type: 'number' }, fast: { type: 'boolean' } },
        required: ['way', 'metres'],
      },
    },
  };
  const ask = async (content: string, choice: 'auto' | 'required' = 'auto') => {
    const { choices } = await client.chat.completions.create({
      model: 'seedling',
      messages: said(content),
      tools: [weather, drive, TOOL],
      tool_choice: choice,
    });
    const { tool_calls: calls = [], content: text } = choices[0]!.message;
    const made = calls.map((call): [string, unknown] => {
      if (call.type !== 'function') throw new Error('no function was called');
      return [call.function.name, JSON.parse(call.function.arguments)];
    });
    return { made, text };
  };
  t.same((await ask('set the hall light to forty percent')).made, [['set_light', { room: 'hall', level: 40 }]]);
  t.same((await ask('kitchen light to 30 and then drive 2 m forward')).made, [
    ['set_light', { room: 'kitchen', level: 30 }],
    ['driveRobot', { way: 'forward', metres: 2 }],
  ]);
  const unsaid = await ask('turn on the hall light');
  t.same(unsaid.made, [], 'how bright was not said');
  t.same(JSON.parse(unsaid.text!), { action: 'light.set', args: { area: 'hall', power: 'on' } });
  t.same((await ask('tell me a story about a dragon')).made, []);
  const cut = await client.chat.completions.create({
    model: 'seedling',
    messages: said('set the hall light to forty percent'),
    tools: [TOOL],
    stop: 'hall',
  });
  t.equal(cut.choices[0]!.message.tool_calls, undefined, 'what a stop string has cut off is no call');
  const [[name, args]] = (await ask('what is the weather in Paris', 'required')).made as [[string, { city: string }]];
  t.equal(name, 'get_weather');
  t.ok('what is the weather in paris'.includes(args.city), `"${args.city}" was said`);
});

t.test('the seedling answers a schema with what was said', async (t) => {
  const { client } = seedling;
  const ask = async (format: object, stop: string[] = []) =>
    (
      await client.chat.completions.create({
        model: 'seedling',
        messages: said('kitchen light to 30'),
        response_format: format as { type: 'json_object' },
        stop,
      })
    ).choices[0]!.message.content!;
  const schema = { name: 'light', schema: TOOL.function.parameters! };
  t.same(JSON.parse(await ask({ type: 'json_schema', json_schema: schema })), { room: 'kitchen', level: 30 });
  const plan = [{ action: 'light.set', args: { area: 'kitchen', brightness: 30 } }];
  t.same(JSON.parse(await ask({ type: 'json_object' })), { plan });
  t.equal(await ask({ type: 'text' }, ['light', ',']), '{"action":"', 'up to a stop string');
  const wanted = client.chat.completions.create({ model: 'seedling', messages: said('turn left'), logprobs: true });
  await t.rejects(wanted, { status: 400, code: 'bad-request' });
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

t.test('several prompts, each with its answer, and the prompt before it', async (t) => {
  const { client } = chat;
  const ask = { model: 'any', prompt: ['hello', 'good bye'], max_tokens: 5, seed: 5, echo: true };
  const { choices, usage } = await client.completions.create(ask);
  t.same(
    choices.map(({ index, text }) => [index, text.startsWith(ask.prompt[index]!)]),
    [
      [0, true],
      [1, true],
    ],
  );
  const alone = await client.completions.create({ ...ask, prompt: 'good bye', echo: false });
  t.equal(choices[1]!.text, `good bye${alone.choices[0]!.text}`);
  t.equal(usage!.prompt_tokens, 'hello'.length + 'good bye'.length);
  const texts = ['', ''];
  let counted: object | null | undefined;
  const stream = await client.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } });
  for await (const { choices, usage } of stream) {
    for (const { index, text } of choices) texts[index] += text;
    counted = usage ?? counted;
  }
  t.same(
    texts,
    choices.map(({ text }) => text),
  );
  t.same(counted, usage);
});

t.test('the model, by its name', async (t) => {
  for (const { client } of [chat, seedling]) {
    const { data } = await client.models.list();
    t.equal(data.length, 1);
    t.match(await client.models.retrieve(data[0]!.id), { id: data[0]!.id, object: 'model', owned_by: 'tokonoma' });
    await t.rejects(client.models.retrieve('gpt-4'), {
      status: 404,
      code: 'model-unknown',
      type: 'invalid_request_error',
    });
  }
});

t.test('what is not supported is refused, and so is too long a prompt', async (t) => {
  const { client } = chat;
  const messages = [{ role: 'user', content: 'hi' }] as const;
  const refused: [object, RegExp][] = [
    [{ n: 2 }, /n must be/],
    [{ n: 0 }, /n must be/],
    [{ functions: [{ name: 'a' }] }, /functions/],
    [{ logprobs: 3 }, /logprobs/],
    [{ top_logprobs: 3 }, /needs logprobs/],
    [{ tools: [7] }, /tools/],
    [{ tool_choice: { type: 'function', function: { name: 'nobody' } } }, /names one of the tools/],
    [{ max_tokens: 0 }, /max_tokens/],
    [{ max_completion_tokens: 1.5, max_tokens: 5 }, /max_completion_tokens/],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, /stop/],
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
    const error = await ask.then(
      () => undefined,
      (error: unknown) => error as APIError,
    );
    const [field] = Object.keys(change);
    const param = error?.code === 'bad-request' ? field : null;
    t.match(error, { status: 400, message, type: 'invalid_request_error', param }, JSON.stringify(change).slice(0, 60));
  }
});

t.test('a client that goes away frees the model, whatever it is doing', async (t) => {
  const { client, turns, engine } = chat;
  const generated: Promise<unknown>[] = [];
  const generate = engine.generate.bind(engine);
  engine.generate = (...asked) => {
    const result = generate(...asked);
    generated.push(result);
    return result;
  };
  t.teardown(() => (engine.generate = generate));
  const ask = { model: 'any', messages: said('hi'), max_tokens: 1900 };
  const expected = await client.chat.completions.create({ ...ask, max_tokens: 2, seed: 1 });

  const gone = new AbortController();
  const stream = await client.chat.completions.create({ ...ask, stream: true }, { signal: gone.signal });
  const waiting = client.chat.completions.create({ ...ask, max_tokens: 2, seed: 1 });
  await stream[Symbol.asyncIterator]().next();
  gone.abort();
  t.same((await waiting).choices, expected.choices, 'while it answers');
  await t.rejects(generated[1]!, { code: 'cancelled' });

  const left = new AbortController();
  const long = { ...ask, messages: said('long '.repeat(300)), max_tokens: 400, stream: true } as const;
  // The head of a stream comes when its turn has come, the first word of it before the prompt is read.
  await client.chat.completions.create(long, { signal: left.signal });
  left.abort();
  const next = await client.chat.completions.create({ ...ask, max_tokens: 2, seed: 1 });
  t.same(next.choices, expected.choices, 'while the prompt is read');
  await t.rejects(generated[3]!, { code: 'cancelled' });
  t.equal(turns.waiting, 0);
});

t.test('one client waits for itself, and not for ever', async (t) => {
  const { client, turns } = chat;
  const ask = { model: 'any', messages: said('hi'), max_tokens: 1900 };
  const order: string[] = [];
  const of = (user: string) =>
    client.chat.completions.create({ ...ask, max_tokens: 1, user }).then(() => order.push(user));
  const stream = await client.chat.completions.create({ ...ask, user: 'a', stream: true });
  const others = [];
  for (const user of ['a', 'a', 'b', 'c']) {
    others.push(of(user));
    while (turns.waiting < others.length) await setImmediate();
  }
  await t.rejects(client.chat.completions.create({ ...ask, user: 'd' }), {
    status: 429,
    code: 'queue-full',
    type: 'rate_limit_error',
  });
  stream.controller.abort();
  await Promise.all(others);
  t.same(order, ['a', 'b', 'c', 'a']);
});

const hasCurl = spawnSync('curl', ['--version']).error === undefined;
const noCurl = hasCurl || process.env['CI'] === 'true' ? false : 'curl is not installed';

t.test('curl gets the same', { skip: noCurl }, async (t) => {
  const { url } = seedling;
  const run = promisify(execFile);
  const curl = async (path: string, ...args: string[]): Promise<string> =>
    (await run('curl', ['-s', `${url}${path}`, '-H', 'Authorization: Bearer sesame', ...args])).stdout;
  const body = { messages: said('turn left') };
  const whole = JSON.parse(await curl('/v1/chat/completions', '-d', JSON.stringify(body))) as {
    choices: { message: { content: string } }[];
  };
  t.match(whole.choices[0]!.message.content, /robot\.turn/);

  const streamed = await curl('/v1/chat/completions', '-N', '-d', JSON.stringify({ ...body, stream: true }));
  const events = streamed.trimEnd().split('\n\n');
  t.equal(events.at(-1), 'data: [DONE]');
  const pieces = events.slice(0, -1).map((event) => {
    const { choices } = JSON.parse(event.slice('data: '.length)) as { choices: [{ delta: { content?: string } }] };
    return choices[0].delta.content ?? '';
  });
  t.equal(pieces.join(''), whole.choices[0]!.message.content);

  const { id } = (JSON.parse(await curl('/v1/models')) as { data: [{ id: string }] }).data[0];
  t.match(JSON.parse(await curl(`/v1/models/${encodeURIComponent(id)}`)), { id });
  t.match(JSON.parse(await curl('/v1/chat/completions', '-d', '{"messages":')), { error: { code: 'bad-json' } });
  t.match(JSON.parse(await curl('/v1/chat/completions')), { error: { code: 'method-not-allowed' } });
  t.match(JSON.parse(await curl('/v1/embeddings', '-d', '{}')), { error: { code: 'not-found' } });
  const refused = await run('curl', ['-s', '-w', '%{http_code}', `${url}/v1/models`]);
  t.match(refused.stdout, /"code":"unauthorized".*401$/);
});
