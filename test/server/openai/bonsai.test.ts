/** OpenAI's client against a model of Bonsai 1.7B's shape: what it says is noise, what it may say is not. */
import t from 'tap';
import { bonsaiShape, LAYERS } from '../../support/bonsai-shape.ts';
import { checkArguments, serve, TOOL } from './served.ts';

t.test('a streamed chat and a tool call with a JSON schema', async (t) => {
  const { client, engine } = await serve(t, { model: bonsaiShape(), context: 1024, threads: 1 });
  t.equal(engine.info.planFormat, 'hermes');
  // Of Bonsai 1.7B: the embedding, which is also the head, and 50 million weights a layer.
  t.ok(engine.info.parameters > 310e6 + LAYERS * 50e6, `${engine.info.parameters} parameters`);
  const ask = {
    model: engine.info.name,
    messages: [{ role: 'user' as const, content: 'the kitchen light to 30 percent' }],
  };

  const stream = await client.chat.completions.create({
    ...ask,
    stream: true,
    max_tokens: 6,
    stream_options: { include_usage: true },
  });
  let chunks = 0;
  let text = '';
  let usage: { completion_tokens: number } | null | undefined;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) chunks++;
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  t.ok(text.length > 0 && chunks > 1, `${chunks} pieces as they came`);
  t.equal(usage!.completion_tokens, 6);

  const whole = await client.chat.completions.create({
    ...ask,
    tools: [TOOL],
    tool_choice: 'required',
    parallel_tool_calls: false,
    seed: 7,
  });
  const [call, ...others] = whole.choices[0]!.message.tool_calls!;
  if (call?.type !== 'function') throw new Error('no function was called');
  t.same(others, []);
  t.equal(call.function.name, 'set_light');
  checkArguments(t, JSON.parse(call.function.arguments));
  t.equal(whole.choices[0]!.finish_reason, 'tool_calls');
});
