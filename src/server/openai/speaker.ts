/**
 * Who answers chat requests: a chat model by its template, under the grammar of the tools or the schema; the seedling,
 * which knows commands and nothing else, by a plan.
 */
import { Interpreter, type PlanVocabulary } from '../../agent/reading/interpreter.ts';
import { ACTIONS, type ActionSpec, type PlanCall } from '../../grammar/actions.ts';
import type { JsonConstraint } from '../../grammar/json/json.ts';
import type { Engine, GenerateRequest, GenerateResult, OnText } from '../../model/types.ts';
import { ChatTemplate } from '../../tokenizer/template.ts';
import { call, type Call, type Finish } from './answer.ts';
import { callOf, splitCalls, TextBeforeCalls } from './calls.ts';
import type { ChatRequest, Format, Sampling } from './request.ts';

export interface Spoken {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly finish: Finish;
  readonly result: Pick<GenerateResult, 'timing' | 'chances' | 'bytes'>;
}

/** Calls in one answer. */
const MOST_CALLS = 8;

export class Speaker {
  readonly #engine: Engine;
  readonly #template: ChatTemplate;
  readonly #interpreter: Interpreter;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#template = new ChatTemplate(engine.info.chatTemplate);
    this.#interpreter = new Interpreter(engine, this.#template);
  }

  /**
   * @param onText told of the text, calls left out, as it comes
   * @throws TokonomaError `context-full`, `template-error`, `unsupported-schema`, and what Engine.generate throws
   */
  async answer(request: ChatRequest, signal: AbortSignal, onText: OnText): Promise<Spoken> {
    if (this.#engine.info.planFormat === 'hermes') return this.#chat(request, signal, onText);
    const constraint = jsonOf(request);
    if (constraint === undefined) return this.#plan(request, ACTIONS, signal, onText);
    const actions = ACTIONS.filter(({ name }) => request.tools.some((tool) => tool.name === name));
    if (constraint.kind === 'calls' && actions.length === request.tools.length) {
      return this.#plan(request, actions, signal, onText);
    }
    return this.#json(request, constraint, signal, onText);
  }

  async #chat(request: ChatRequest, signal: AbortSignal, onText: OnText): Promise<Spoken> {
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

  /** JSON from a model that was trained to write something else: of the right form, and no more is promised. */
  async #json(request: ChatRequest, json: JsonConstraint, signal: AbortSignal, onText: OnText): Promise<Spoken> {
    const { messages, tools, sampling } = request;
    const prompt = this.#template.render(messages);
    const constraint: JsonConstraint = json.kind === 'calls' ? { kind: 'value', schema: callSchema(tools) } : json;
    const wantsText = json.kind === 'value';
    const result = await this.#engine.generate(
      { prompt, ...settings(sampling), json: constraint },
      signal,
      wantsText ? onText : undefined,
    );
    const made = wantsText ? undefined : callOf(result.text);
    if (made !== undefined) return { text: '', calls: [made], finish: 'tool_calls', result };
    return { text: result.text, calls: [], finish: finishOf(result), result };
  }

  /** The last thing a user said, read as a command. */
  async #plan(
    { messages, calling }: ChatRequest,
    actions: readonly ActionSpec[],
    signal: AbortSignal,
    onText: OnText,
  ): Promise<Spoken> {
    const { content } = messages.findLast(({ role }) => role === 'user') ?? { content: '' };
    const said = typeof content === 'string' ? content : '';
    const vocabulary: PlanVocabulary = { actions, names: [] };
    const { plan, timing } = await this.#interpreter.interpret(said, vocabulary, signal);
    const understood = plan.filter(({ action }) => action !== 'none');
    if (calling !== 'none' && understood.length > 0) {
      const calls = understood.map(({ action, args }) => call(action, JSON.stringify(args)));
      return { text: '', calls, finish: 'tool_calls', result: { timing } };
    }
    const text = planText(understood);
    onText(text);
    return { text, calls: [], finish: 'stop', result: { timing } };
  }
}

function planText(plan: readonly PlanCall[]): string {
  return plan.length === 0 ? 'This is no command that I know.' : plan.map((one) => JSON.stringify(one)).join('\n');
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

function callSchema(tools: ChatRequest['tools']): object {
  const anyOf = tools.map(({ name, parameters }) => ({
    type: 'object',
    properties: { name: { const: name }, arguments: parameters ?? { type: 'object' } },
    required: ['name', 'arguments'],
  }));
  return { anyOf };
}

export function settings(sampling: Sampling): Omit<GenerateRequest, 'prompt'> {
  const { temperature, topP, seed, maxTokens, stop, logprobs } = sampling;
  return {
    temperature,
    topP,
    seed,
    stop,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(logprobs !== undefined && { logprobs }),
  };
}

export const finishOf = ({ stop }: Pick<GenerateResult, 'stop'>): Finish => (stop === 'end' ? 'stop' : 'length');
