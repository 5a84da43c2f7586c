/**
 * Who answers chat requests: a chat model by its template, under the grammar of the tools or the schema; a model that
 * knows commands only by a plan (plan-speaker.ts).
 */
import type { JsonConstraint } from '../../grammar/json/json.ts';
import type { Engine, OnText } from '../../model/types.ts';
import { ChatTemplate } from '../../tokenizer/template.ts';
import { finishOf, type Spoken } from './answer.ts';
import { splitCalls, TextBeforeCalls } from './calls.ts';
import { PlanSpeaker } from './plan-speaker.ts';
import { settings, type ChatRequest, type Format } from './request.ts';

/** Calls in one answer. */
const MOST_CALLS = 8;

export class Speaker {
  readonly #engine: Engine;
  readonly #template: ChatTemplate;
  readonly #plans: PlanSpeaker;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#template = new ChatTemplate(engine.info.chatTemplate);
    this.#plans = new PlanSpeaker(engine, this.#template);
  }

  /**
   * @param onText told of the text, calls left out, as it comes
   * @throws TokonomaError `context-full`, `template-error`, `unsupported-schema`, and what Engine.generate throws
   */
  async answer(request: ChatRequest, signal: AbortSignal, onText: OnText): Promise<Spoken> {
    if (this.#engine.info.planFormat !== 'hermes') return this.#plans.answer(request, signal, onText);
    const { messages, toolsAsGiven, sampling } = request;
    const prompt = this.#template.render(messages, { tools: toolsAsGiven, toolsAreData: true });
    const before = new TextBeforeCalls();
    const tell = (text: string): void => {
      if (text !== '') onText(text);
    };
    const json = jsonOf(request);
    const result = await this.#engine.generate(
      { prompt, ...settings(sampling), ...(json && { json }) },
      signal,
      request.calling === 'none' ? onText : (piece) => tell(before.push(piece)),
    );
    if (request.calling === 'none') return { text: result.text, calls: [], finish: finishOf(result), result };
    tell(before.end());
    const { text, calls } = splitCalls(result.text);
    return { text, calls, finish: calls.length > 0 ? 'tool_calls' : finishOf(result), result };
  }
}

/** What the answer has to be; undefined: any text. */
function jsonOf({ calling, tools, parallelCalls, format }: ChatRequest): JsonConstraint | undefined {
  if (calling === 'none') return formatConstraint(format);
  const calls = { kind: 'calls', tools, calls: parallelCalls ? MOST_CALLS : 1 } as const;
  if (calling === 'required') return calls;
  return { ...calls, or: formatConstraint(format) ?? { kind: 'text' } };
}

function formatConstraint(format: Format): { kind: 'value'; schema?: unknown } | undefined {
  if (format.type === 'text') return undefined;
  return { kind: 'value', ...(format.schema !== undefined && { schema: format.schema }) };
}
