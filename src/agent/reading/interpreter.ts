/** From words to a plan: text pass, prompt, constrained decoding, and the words of the plan as they were said. */
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import { ACTIONS, type ActionSpec, type Args, type DeclaredName, type PlanCall } from '../../grammar/actions.ts';
import { parsePlan } from '../../grammar/parse.ts';
import type { Engine, GenerateRequest, GenerateResult, Prompt } from '../../model/types.ts';
import { noPass, sourceRange, textPass, type PassedText } from '../../text/passes.ts';
import { wordsAt } from '../../text/find.ts';
import type { ChatTemplate } from '../../tokenizer/template.ts';
import type { Vocabulary } from './capabilities.ts';
import type { FastPath } from '../fast/fast.ts';
import { DETAILS, PromptBuilder } from './prompt.ts';
import type { Interpretation } from '../types.ts';

/** What can be asked for: actions as the declared things narrow them, and declared names. */
export type PlanVocabulary = Vocabulary;

/** All actions, no declared names: every text of a plan is a span of the command. */
export const openVocabulary: PlanVocabulary = { actions: ACTIONS, names: [] };

/** Declared names as the model reads them, and from there to how they were declared. */
interface ReadNames {
  readonly read: readonly DeclaredName[];
  readonly declared: ReadonlyMap<string, string>;
}

export interface InterpreterOptions {
  /** Tokens of the context that are kept for the plan. Default: 128; 32 for plans in control tokens. */
  readonly planTokens?: number;
  /** The way past the model; absent: every command goes through it. */
  readonly fast?: FastPath | undefined;
}

const NO_TIMING = { prefill_ms: 0, decode_ms: 0, tokens_in: 0, tokens_out: 0, forced: 0 };
/** JSON takes about 30 tokens for a call, control tokens 5. */
const PLAN_TOKENS = { hermes: 128, tags: 32 } as const;
/** A prompt that leaves less for the command beside the plan tells too much for the context. */
const COMMAND_TOKENS = 64;

export class Interpreter {
  readonly #engine: Engine;
  readonly #template: ChatTemplate;
  readonly #planTokens: number;
  readonly #fast: FastPath | undefined;
  readonly #prompts = new WeakMap<PlanVocabulary, PromptBuilder>();
  readonly #names = new WeakMap<PlanVocabulary, ReadNames>();

  constructor(engine: Engine, template: ChatTemplate, options: InterpreterOptions = {}) {
    this.#engine = engine;
    this.#template = template;
    this.#planTokens = options.planTokens ?? PLAN_TOKENS[engine.info.planFormat];
    this.#fast = options.fast;
  }

  /**
   * Reads a command. Texts of the plan are what was said, letter by letter, or declared names.
   * @throws TokonomaError `too-long` when command and plan do not fit the context together (the model has not been
   * asked then), `plan-truncated` when the plan outgrew the context, and what Engine.generate throws
   */
  async interpret(said: string, vocabulary: PlanVocabulary, signal?: AbortSignal): Promise<Interpretation> {
    const { info } = this.#engine;
    const { actions } = vocabulary;
    const passed = this.#pass(said);
    const names = this.#namesOf(vocabulary);
    const asWasSaid = (plan: readonly PlanCall[]): PlanCall[] =>
      plan.map((call) => asSaid(call, actions, said, passed, names.declared));
    // Models that take texts as they are know repeats by their plain form all the same.
    const key = info.textPasses >= 1 ? passed.text : textPass(said).text;
    const known = this.#fast?.find(key, vocabulary);
    if (known !== undefined) {
      const plan = asWasSaid(known.plan);
      return { plan, ...this.#sureness(known.confidence), model: info.name, path: 'fast', timing: NO_TIMING };
    }
    const prompts = await this.#promptsFor(vocabulary, signal);
    const result = await this.#ask(
      {
        prompt: prompts.render(passed.text),
        plan: { actions, names: names.read, source: passed.text },
        reserve: this.#planTokens,
      },
      signal,
    );
    if (result.stop === 'length') {
      throw new TokonomaError(
        'plan-truncated',
        `the plan did not fit in the context of ${info.contextLength} tokens; raise --context or say less at once`,
      );
    }
    const plan = parsePlan(info.planFormat, result.text, actions);
    this.#fast?.remember(key, vocabulary, { plan, confidence: result.confidence });
    return {
      plan: asWasSaid(plan),
      ...this.#sureness(result.confidence),
      model: info.name,
      path: 'model',
      timing: result.timing,
    };
  }

  /**
   * What stands before every command, the same from one to the next.
   * @throws what Engine.generate throws, but for `context-full`
   */
  async prefix(vocabulary: PlanVocabulary, signal?: AbortSignal): Promise<Prompt> {
    return (await this.#promptsFor(vocabulary, signal)).prefix();
  }

  #sureness(confidence: number): Pick<Interpretation, 'confidence' | 'threshold'> {
    const { info } = this.#engine;
    return { confidence, ...(info.confidence && { threshold: info.confidence.threshold }) };
  }

  #pass(text: string): PassedText {
    return this.#engine.info.textPasses >= 1 ? textPass(text) : noPass(text);
  }

  /** The declared names as the model reads them, and as they were declared: worked out once per vocabulary. */
  #namesOf(vocabulary: PlanVocabulary): ReadNames {
    let names = this.#names.get(vocabulary);
    if (names === undefined) {
      const read = vocabulary.names.map(({ text, roles }) => ({ text: this.#pass(text).text, roles }));
      names = { read, declared: new Map(read.map(({ text }, i) => [text, vocabulary.names[i]!.text])) };
      this.#names.set(vocabulary, names);
    }
    return names;
  }

  async #ask(request: GenerateRequest, signal?: AbortSignal): Promise<GenerateResult> {
    try {
      return await this.#engine.generate(request, signal);
    } catch (error) {
      if (codeOf(error) !== 'context-full') throw error;
      throw new TokonomaError('too-long', messageOf(error), { cause: error });
    }
  }

  /** Tells as much as the context has room for; decided once per vocabulary, for the prefix must stay the same. */
  async #promptsFor(vocabulary: PlanVocabulary, signal?: AbortSignal): Promise<PromptBuilder> {
    const known = this.#prompts.get(vocabulary);
    if (known !== undefined) return known;
    let prompts: PromptBuilder | undefined;
    for (const detail of DETAILS) {
      prompts = new PromptBuilder(this.#template, this.#engine.info.planFormat, vocabulary, detail);
      if (this.#engine.info.planFormat === 'tags' || (await this.#hasRoom(prompts, signal))) break;
    }
    this.#prompts.set(vocabulary, prompts!);
    return prompts!;
  }

  async #hasRoom(prompts: PromptBuilder, signal?: AbortSignal): Promise<boolean> {
    const reserve = this.#planTokens + COMMAND_TOKENS;
    try {
      await this.#engine.generate({ prompt: prompts.prefix(), maxTokens: 0, reserve }, signal);
      return true;
    } catch (error) {
      if (codeOf(error) === 'context-full') return false;
      throw error;
    }
  }
}

/** The call with its free texts as they stand in what was said. */
function asSaid(
  { action, args }: PlanCall,
  actions: readonly ActionSpec[],
  said: string,
  passed: PassedText,
  names: ReadonlyMap<string, string>,
): PlanCall {
  const spec = actions.find(({ name }) => name === action);
  const isText = new Set(spec?.args.filter(({ type }) => type.kind === 'text').map(({ name }) => name));
  const back: Args = {};
  for (const [name, value] of Object.entries(args)) {
    back[name] = typeof value === 'string' && isText.has(name) ? textAsSaid(value, said, passed, names) : value;
  }
  return { action, args: back };
}

function textAsSaid(value: string, said: string, passed: PassedText, names: ReadonlyMap<string, string>): string {
  const whole = wordsAt(passed.text, value);
  const at = whole < 0 ? passed.text.indexOf(value) : whole;
  if (at < 0) return names.get(value) ?? value;
  return said.slice(...sourceRange(passed, at, at + value.length));
}
