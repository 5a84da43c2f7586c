/**
 * Who answers chat requests for a model that knows commands and nothing else: the last thing a user said is read into a
 * plan, and the plan is the answer, as lines of JSON or as calls of the functions that it can mean.
 */
import { Interpreter, openVocabulary, type PlanVocabulary } from '../../agent/reading/interpreter.ts';
import { TokonomaError } from '../../errors.ts';
import { ACTIONS, type PlanCall } from '../../grammar/actions.ts';
import type { Engine, GenerateResult, GenerateTiming, OnText } from '../../model/types.ts';
import { textPass } from '../../text/passes.ts';
import type { ChatTemplate } from '../../tokenizer/template.ts';
import { call, finishOf, type Call, type Spoken } from './answer.ts';
import { fit, toolFor, type Understood } from './fitting.ts';
import { settings, type ChatRequest } from './request.ts';

const NOTHING: PlanCall = { action: 'none', args: {} };

export class PlanSpeaker {
  readonly #engine: Engine;
  readonly #template: ChatTemplate;
  readonly #interpreter: Interpreter;

  constructor(engine: Engine, template: ChatTemplate) {
    this.#engine = engine;
    this.#template = template;
    this.#interpreter = new Interpreter(engine, template);
  }

  async answer(request: ChatRequest, signal: AbortSignal, onText: OnText): Promise<Spoken> {
    const { calling, format, sampling } = request;
    const user = request.messages.findLast(({ role }) => role === 'user');
    const said = typeof user?.content === 'string' ? user.content : '';
    const { plan, timing } = await this.#interpreter.interpret(said, vocabularyFor(request), signal);
    const understood = plan.filter(({ action }) => action !== 'none');
    const told = this.#engine.info.textPasses >= 1 ? textPass(said).text : said;

    if (calling !== 'none') {
      const spoken = await this.#calls(request, understood, told, signal);
      if (spoken !== undefined) return { ...spoken, result: { ...spoken.result, timing: sum(timing, spoken.result) } };
    }
    if (format.type === 'json' && format.schema !== undefined) {
      const { schema } = fit(format.schema, { said: told, call: understood[0] ?? NOTHING });
      const result = await this.#json(request, schema, told, signal, onText);
      const { text } = result;
      return { text, calls: [], finish: finishOf(result), result: { ...result, timing: sum(timing, result) } };
    }
    if (sampling.logprobs !== undefined) {
      throw new TokonomaError(
        'bad-request',
        'this model answers with a plan, whose tokens are no text: leave logprobs out',
      );
    }
    const pieces = format.type === 'json' ? [JSON.stringify({ plan: understood })] : linesOf(understood);
    const text = tell(pieces, sampling.stop, onText);
    return { text, calls: [], finish: 'stop', result: { timing } };
  }

  /** Calls of the functions that the plan can mean; undefined: there are none, and none are needed. */
  async #calls(
    request: ChatRequest,
    plan: readonly PlanCall[],
    said: string,
    signal: AbortSignal,
  ): Promise<Spoken | undefined> {
    const { tools, calling, parallelCalls } = request;
    const calls: Call[] = [];
    let timing: GenerateTiming = NO_TIME;
    let last: GenerateResult | undefined;
    const make = async (tool: ChatRequest['tools'][number], understood: Understood): Promise<boolean> => {
      const { schema, complete } = fit(tool.parameters, understood);
      if (!complete && calling === 'auto') return false;
      last = await this.#json(request, schema, said, signal);
      timing = sum(timing, last);
      const args = compact(last.text);
      if (args !== undefined) calls.push(call(tool.name, args));
      return args !== undefined;
    };
    for (const one of plan) {
      const understood = { said, call: one };
      const tool = toolFor(tools, understood);
      if (tool !== undefined && (await make(tool, understood)) && !parallelCalls) break;
    }
    if (calls.length === 0 && calling === 'required') {
      const understood = { said, call: plan[0] ?? NOTHING };
      await make(toolFor(tools, understood) ?? tools[0]!, understood);
    }
    if (last === undefined || (calls.length === 0 && calling === 'auto')) return undefined;
    const finish = calls.length > 0 ? 'tool_calls' : finishOf(last);
    return { text: calls.length > 0 ? '' : last.text, calls, finish, result: { ...last, timing } };
  }

  /** A value of a schema, which leaves open as little as it can: what is open a command model fills with noise. */
  #json(
    { sampling }: ChatRequest,
    schema: unknown,
    said: string,
    signal: AbortSignal,
    onText?: OnText,
  ): Promise<GenerateResult> {
    const prompt = this.#template.render([{ role: 'user', content: said }]);
    return this.#engine.generate({ prompt, ...settings(sampling), json: { kind: 'value', schema } }, signal, onText);
  }
}

/** The functions are the actions that can be meant where they are all of ours. */
function vocabularyFor({ tools, calling }: ChatRequest): PlanVocabulary {
  const actions = ACTIONS.filter(({ name }) => tools.some((tool) => tool.name === name));
  return calling !== 'none' && actions.length === tools.length ? { actions, names: [] } : openVocabulary;
}

/** Without blanks; undefined for what was cut off. */
function compact(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function linesOf(plan: readonly PlanCall[]): string[] {
  if (plan.length === 0) return ['This is no command that I know.'];
  return plan.map((one, i) => (i === 0 ? '' : '\n') + JSON.stringify(one));
}

/** Tells a text that is known, up to a stop string; returns it. */
function tell(pieces: readonly string[], stops: readonly string[], onText: OnText): string {
  const whole = pieces.join('');
  const ends = stops.filter((stop) => stop !== '').map((stop) => whole.indexOf(stop));
  const end = Math.min(whole.length, ...ends.filter((at) => at >= 0));
  let at = 0;
  for (const piece of pieces) {
    const part = whole.slice(at, Math.min(end, (at += piece.length)));
    if (part !== '') onText(part);
  }
  return whole.slice(0, end);
}

const NO_TIME: GenerateTiming = { prefill_ms: 0, decode_ms: 0, tokens_in: 0, tokens_out: 0, forced: 0 };

function sum(a: GenerateTiming, { timing: b }: Pick<GenerateResult, 'timing'>): GenerateTiming {
  return {
    prefill_ms: a.prefill_ms + b.prefill_ms,
    decode_ms: a.decode_ms + b.decode_ms,
    tokens_in: a.tokens_in + b.tokens_in,
    tokens_out: a.tokens_out + b.tokens_out,
    forced: a.forced + b.forced,
  };
}
