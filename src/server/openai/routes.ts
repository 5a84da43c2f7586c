/** OpenAI's interface: chat and text completions, streamed or whole, and the one model that answers them. */
import type { Engine, GenerateResult, OnText } from '../../model/types.ts';
import { failure } from '../failure.ts';
import { sendJson, type Exchange, type Routes } from '../http.ts';
import { EventStream } from '../sse.ts';
import type { Turns } from '../turns.ts';
import { chatLogprobs, newId, textLogprobs, usageOf } from './answer.ts';
import { chatRequest, completionRequest, type ChatRequest, type CompletionRequest } from './request.ts';
import { finishOf, settings, Speaker } from './speaker.ts';

export interface OpenAiOptions {
  readonly engine: Engine;
  readonly turns: Turns;
  /** Milliseconds since the epoch: when the model was made available. */
  readonly created: number;
}

/** Any name of a model is taken: there is one, and answers say which. */
export function openAiRoutes(options: OpenAiOptions): Routes {
  const { engine, turns } = options;
  const created = Math.floor(options.created / 1000);
  const model = engine.info.name;
  const described = {
    id: model,
    object: 'model',
    created,
    owned_by: 'tokonoma',
    context_length: engine.info.contextLength,
  };
  const speaker = new Speaker(engine);

  return {
    'GET /v1/models': async ({ response }) => sendJson(response, 200, { object: 'list', data: [described] }),
    'POST /v1/chat/completions': async (exchange) => {
      const request = chatRequest(await exchange.json());
      await turns.run(exchange.client, exchange.signal, () =>
        request.stream ? streamChat(request, exchange) : chat(request, exchange),
      );
    },
    'POST /v1/completions': async (exchange) => {
      const request = completionRequest(await exchange.json());
      await turns.run(exchange.client, exchange.signal, () => complete(request, exchange));
    },
  };

  async function chat(request: ChatRequest, { response, signal }: Exchange): Promise<void> {
    const { text, calls, finish, result } = await speaker.answer(request, signal, () => undefined);
    const message = {
      role: 'assistant',
      content: calls.length > 0 && text === '' ? null : text,
      refusal: null,
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    sendJson(response, 200, {
      ...head('chatcmpl', 'chat.completion'),
      choices: [{ index: 0, message, logprobs: chatLogprobs(result), finish_reason: finish }],
      usage: usageOf(result),
    });
  }

  async function streamChat(request: ChatRequest, { response, signal }: Exchange): Promise<void> {
    const stream = new EventStream(response);
    const chunk = head('chatcmpl', 'chat.completion.chunk');
    const usage = request.includeUsage ? { usage: null } : {};
    const send = (delta: object, finish: string | null = null, logprobs: object | null = null): void =>
      stream.send({ ...chunk, choices: [{ index: 0, delta, logprobs, finish_reason: finish }], ...usage });
    send({ role: 'assistant', content: '' });
    await streamed(stream, async () => {
      const { calls, finish, result } = await speaker.answer(request, signal, (content) => send({ content }));
      calls.forEach((call, index) => send({ tool_calls: [{ index, ...call }] }));
      send({}, finish, chatLogprobs(result));
      if (request.includeUsage) stream.send({ ...chunk, choices: [], usage: usageOf(result) });
    });
  }

  async function complete(request: CompletionRequest, { response, signal }: Exchange): Promise<void> {
    const prompt = { text: request.prompt, data: [[0, request.prompt.length]] as const };
    const chunk = head('cmpl', 'text_completion');
    const choice = (text: string, finish: string | null, logprobs: object | null): object => ({
      ...chunk,
      choices: [{ index: 0, text, logprobs, finish_reason: finish }],
    });
    const ask = (onText?: OnText): Promise<GenerateResult> =>
      engine.generate({ prompt, ...settings(request.sampling) }, signal, onText);
    if (!request.stream) {
      const result = await ask();
      sendJson(response, 200, {
        ...choice(result.text, finishOf(result), textLogprobs(result)),
        usage: usageOf(result),
      });
      return;
    }
    const stream = new EventStream(response);
    await streamed(stream, async () => {
      const result = await ask((text) => stream.send(choice(text, null, null)));
      stream.send(choice('', finishOf(result), textLogprobs(result)));
      if (request.includeUsage) stream.send({ ...chunk, choices: [], usage: usageOf(result) });
    });
  }

  /** What goes wrong in the middle of a stream is its last event. */
  async function streamed(stream: EventStream, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      stream.send('[DONE]');
    } catch (error) {
      stream.send(failure(error).body);
    }
    stream.end();
  }

  function head(kind: string, object: string): { id: string; object: string; created: number; model: string } {
    return { id: newId(kind), object, created: Math.floor(Date.now() / 1000), model };
  }
}
