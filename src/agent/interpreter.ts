/** From words to a plan: text pass, prompt, constrained decoding, and the words of the plan as they were said. */
import { TokonomaError } from '../errors.ts';
import { ACTIONS, type ActionSpec, type Args, type PlanCall } from '../grammar/actions.ts';
import { parsePlan } from '../grammar/parse.ts';
import { toolsOf } from '../grammar/tools.ts';
import type { Engine, Prompt } from '../model/types.ts';
import { noPass, sourceRange, textPass, type PassedText } from '../text/passes.ts';
import type { ChatTemplate } from '../tokenizer/template.ts';
import type { Interpretation } from './types.ts';

/** What can be asked for: actions as the declared things narrow them, and declared names. */
export interface PlanVocabulary {
  readonly actions: readonly ActionSpec[];
  readonly names: readonly string[];
}

/** All actions, no declared names: every text of a plan is a span of the command. */
export const openVocabulary: PlanVocabulary = { actions: ACTIONS, names: [] };

const INSTRUCTIONS =
  'You control a home and a robot. Turn what the user says into function calls, in the order in which it is to be ' +
  'done. Copy names, texts and numbers from what the user says; leave out what is not said. Call none when nothing ' +
  'fits.';

export class Interpreter {
  readonly #engine: Engine;
  readonly #template: ChatTemplate;

  constructor(engine: Engine, template: ChatTemplate) {
    this.#engine = engine;
    this.#template = template;
  }

  /**
   * Reads a command. Texts of the plan are what was said, letter by letter, or declared names.
   * @throws TokonomaError `plan-truncated` when the plan outgrew the context, and what Engine.generate throws
   */
  async interpret(said: string, vocabulary: PlanVocabulary, signal?: AbortSignal): Promise<Interpretation> {
    const { info } = this.#engine;
    const { actions } = vocabulary;
    const pass = info.textPasses >= 1 ? textPass : noPass;
    const passed = pass(said);
    const names = new Map(vocabulary.names.map((name) => [pass(name).text, name]));
    const result = await this.#engine.generate(
      {
        prompt: this.#prompt(passed.text, actions),
        plan: { actions, names: [...names.keys()], source: passed.text },
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
    return {
      plan: plan.map((call) => asSaid(call, actions, said, passed, names)),
      confidence: result.confidence,
      model: info.name,
      path: 'model',
      timing: result.timing,
    };
  }

  #prompt(text: string, actions: readonly ActionSpec[]): Prompt {
    const command = { role: 'user', content: text } as const;
    if (this.#engine.info.planFormat === 'tags') return this.#template.render([command]);
    const messages = [{ role: 'system', content: INSTRUCTIONS } as const, command];
    return this.#template.render(messages, { tools: toolsOf(actions) });
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
  const at = findWords(passed.text, value);
  if (at < 0) return names.get(value) ?? value;
  return said.slice(...sourceRange(passed, at, at + value.length));
}

const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;
const BEGINS_WITH_WORD = /^[\p{L}\p{N}]/u;

/** Where `words` stand in `text` as whole words, else where they stand at all; -1: nowhere. */
function findWords(text: string, words: string): number {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length;
    // A character is at most two units.
    const isInside =
      ENDS_IN_WORD.test(text.slice(Math.max(0, at - 2), at)) || BEGINS_WITH_WORD.test(text.slice(end, end + 2));
    if (!isInside) return at;
  }
  return text.indexOf(words);
}
