/** OpenAI's interface: chat and text completions, streamed or whole, and the one model that answers them. */
import { TokonomaError } from '../../errors.ts';
import { perModel, type ModelPlace } from '../../model/slot.ts';
import type { Engine, GenerateResult, OnText } from '../../model/types.ts';
import { failure } from '../failure.ts';
import { sendJson, type Exchange, type Routes } from '../http.ts';
import { EventStream } from '../sse.ts';
import type { Turns } from '../turns.ts';
import { chatLogprobs, finishOf, newId, textLogprobs, usageOf } from './answer.ts';
import { chatRequest, completionRequest, settings, type ChatRequest, type CompletionRequest } from './request.ts';
import { Speaker } from './speaker.ts';

export interface OpenAiOptions {
  readonly engine: ModelPlace;
  readonly turns: Turns;
  /** Milliseconds since the epoch: when the model was made available. */
  readonly created: number;
}

/** Chat and completions take any name of a model: there is one, and answers say which. */
export function openAiRoutes(options: OpenAiOptions): Routes {
  const { engine, turns } = options;
  const created = Math.floor(options.created / 1000);
  const speakerOf = perModel((model) => new Speaker(model));

  return {
    'GET /v1/models': async ({ response }) => sendJson(response, 200, { object: 'list', data: [described()] }),
    'GET /v1/models/*': async ({ response, path }) => {
      const asked = decoded(path.slice('/v1/models/'.length));
      const { id } = described();
      if (asked !== id) throw new TokonomaError('model-unknown', `the model here is "${id}"`);
      sendJson(response, 200, described());
    },
    'POST /v1/chat/completions': async (exchange) => {
      const request = chatRequest(await exchange.json());
      await inTurn(exchange, request, (model) =>
        request.stream ? streamChat(model, request, exchange) : chat(model, request, exchange),
      );
    },
    'POST /v1/completions': async (exchange) => {
      const request = completionRequest(await exchange.json());
      await inTurn(exchange, request, (model) =>
        request.stream ? streamText(model, request, exchange) : complete(model, request, exchange),
      );
    },
  };

  function described(): { id: string; object: string; created: number; owned_by: string; context_length: number } {
    const { name, contextLength } = engine.info;
    return { id: name, object: 'model', created, owned_by: 'tokonoma', context_length: contextLength };
  }

  /** While another model is being loaded, the request waits for that one. */
  function inTurn(
    exchange: Exchange,
    request: ChatRequest | CompletionRequest,
    work: (model: Engine) => Promise<void>,
  ): Promise<void> {
    const { signal } = exchange;
    return turns.run(asker(exchange, request), signal, () => engine.use(work, signal));
  }

  async function chat(model: Engine, request: ChatRequest, { response, signal }: Exchange): Promise<void> {
    const { text, calls, finish, result } = await speakerOf(model).answer(request, signal, () => undefined);
    const message = {
      role: 'assistant',
      content: calls.length > 0 && text === '' ? null : text,
      refusal: null,
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    sendJson(response, 200, {
      ...head(model, 'chatcmpl', 'chat.completion'),
      choices: [{ index: 0, message, logprobs: chatLogprobs(result), finish_reason: finish }],
      usage: usageOf(result),
    });
  }

  async function streamChat(model: Engine, request: ChatRequest, { response, signal }: Exchange): Promise<void> {
    const stream = new EventStream(response);
    const chunk = head(model, 'chatcmpl', 'chat.completion.chunk');
    const usage = request.includeUsage ? { usage: null } : {};
    const send = (delta: object, finish: string | null = null, logprobs: object | null = null): void =>
      stream.send({ ...chunk, choices: [{ index: 0, delta, logprobs, finish_reason: finish }], ...usage });
    send({ role: 'assistant', content: '' });
    await streamed(stream, async () => {
      const { calls, finish, result } = await speakerOf(model).answer(request, signal, (content) => send({ content }));
      calls.forEach((call, index) => send({ tool_calls: [{ index, ...call }] }));
      send({}, finish, chatLogprobs(result));
      if (request.includeUsage) stream.send({ ...chunk, choices: [], usage: usageOf(result) });
    });
  }

  async function complete(model: Engine, request: CompletionRequest, { response, signal }: Exchange): Promise<void> {
    const results: GenerateResult[] = [];
    for (const prompt of request.prompts) results.push(await continued(model, prompt, request, signal));
    const choices = results.map((result, index) => {
      const text = (request.echo ? request.prompts[index]! : '') + result.text;
      return { index, text, logprobs: textLogprobs(result), finish_reason: finishOf(result) };
    });
    sendJson(response, 200, { ...head(model, 'cmpl', 'text_completion'), choices, usage: usageOf(...results) });
  }

  async function streamText(model: Engine, request: CompletionRequest, { response, signal }: Exchange): Promise<void> {
    const stream = new EventStream(response);
    const chunk = head(model, 'cmpl', 'text_completion');
    const usage = request.includeUsage ? { usage: null } : {};
    await streamed(stream, async () => {
      const results: GenerateResult[] = [];
      for (const [index, prompt] of request.prompts.entries()) {
        const send = (text: string, finish: string | null = null, logprobs: object | null = null): void =>
          stream.send({ ...chunk, choices: [{ index, text, logprobs, finish_reason: finish }], ...usage });
        if (request.echo) send(prompt);
        const result = await continued(model, prompt, request, signal, send);
        send('', finishOf(result), textLogprobs(result));
        results.push(result);
      }
      if (request.includeUsage) stream.send({ ...chunk, choices: [], usage: usageOf(...results) });
    });
  }

  function continued(
    model: Engine,
    text: string,
    { sampling }: CompletionRequest,
    signal: AbortSignal,
    onText?: OnText,
  ): Promise<GenerateResult> {
    const prompt = { text, data: [[0, text.length]] as const };
    return model.generate({ prompt, ...settings(sampling) }, signal, onText);
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

  function head(
    { info }: Engine,
    kind: string,
    object: string,
  ): { id: string; object: string; created: number; model: string } {
    return { id: newId(kind), object, created: Math.floor(Date.now() / 1000), model: info.name };
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
