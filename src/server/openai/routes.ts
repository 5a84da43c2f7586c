/** OpenAI's interface: chat and text completions, streamed or whole, and the one model that answers them. */
import { TokonomaError } from '../../errors.ts';
import type { Engine, GenerateResult, OnText } from '../../model/types.ts';
import { failure } from '../failure.ts';
import { sendJson, type Exchange, type Routes } from '../http.ts';
import { EventStream } from '../sse.ts';
import type { Turns } from '../turns.ts';
import { chatLogprobs, finishOf, newId, textLogprobs, usageOf } from './answer.ts';
import { chatRequest, completionRequest, settings, type ChatRequest, type CompletionRequest } from './request.ts';
import { Speaker } from './speaker.ts';

export interface OpenAiOptions {
  readonly engine: Engine;
  readonly turns: Turns;
  /** Milliseconds since the epoch: when the model was made available. */
  readonly created: number;
}

/** Chat and completions take any name of a model: there is one, and answers say which. */
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
    'GET /v1/models/*': async ({ response, path }) => {
      const asked = decoded(path.slice('/v1/models/'.length));
      if (asked !== model) throw new TokonomaError('model-unknown', `the model here is "${model}"`);
      sendJson(response, 200, described);
    },
    'POST /v1/chat/completions': async (exchange) => {
      const request = chatRequest(await exchange.json());
      await turns.run(asker(exchange, request), exchange.signal, () =>
        request.stream ? streamChat(request, exchange) : chat(request, exchange),
      );
    },
    'POST /v1/completions': async (exchange) => {
      const request = completionRequest(await exchange.json());
      await turns.run(asker(exchange, request), exchange.signal, () =>
        request.stream ? streamText(request, exchange) : complete(request, exchange),
      );
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
    const results: GenerateResult[] = [];
    for (const prompt of request.prompts) results.push(await continued(prompt, request, signal));
    const choices = results.map((result, index) => {
      const text = (request.echo ? request.prompts[index]! : '') + result.text;
      return { index, text, logprobs: textLogprobs(result), finish_reason: finishOf(result) };
    });
    sendJson(response, 200, { ...head('cmpl', 'text_completion'), choices, usage: usageOf(...results) });
  }

  async function streamText(request: CompletionRequest, { response, signal }: Exchange): Promise<void> {
    const stream = new EventStream(response);
    const chunk = head('cmpl', 'text_completion');
    const usage = request.includeUsage ? { usage: null } : {};
    await streamed(stream, async () => {
      const results: GenerateResult[] = [];
      for (const [index, prompt] of request.prompts.entries()) {
        const send = (text: string, finish: string | null = null, logprobs: object | null = null): void =>
          stream.send({ ...chunk, choices: [{ index, text, logprobs, finish_reason: finish }], ...usage });
        if (request.echo) send(prompt);
        const result = await continued(prompt, request, signal, send);
        send('', finishOf(result), textLogprobs(result));
        results.push(result);
      }
      if (request.includeUsage) stream.send({ ...chunk, choices: [], usage: usageOf(...results) });
    });
  }

  function continued(
    text: string,
    { sampling }: CompletionRequest,
    signal: AbortSignal,
    onText?: OnText,
  ): Promise<GenerateResult> {
    const prompt = { text, data: [[0, text.length]] as const };
    return engine.generate({ prompt, ...settings(sampling) }, signal, onText);
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

  /** Whose turn it is: of an address, each of the users that it asks for. */
  function asker({ client }: Exchange, { user }: ChatRequest | CompletionRequest): string {
    return `${client} ${user}`;
  }

  function head(kind: string, object: string): { id: string; object: string; created: number; model: string } {
    return { id: newId(kind), object, created: Math.floor(Date.now() / 1000), model };
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
