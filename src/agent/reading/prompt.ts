/**
 * What a model is asked. The seedling reads the command and nothing else; a model that writes tool calls is first told
 * what it may call. All of that stands before the command and never changes, so that its KV state can be kept.
 */
import { TokonomaError } from '../../errors.ts';
import type { ActionSpec, PlanCall } from '../../grammar/actions.ts';
import type { PlanFormat } from '../../grammar/grammar.ts';
import { AFTER_ARGS, BEFORE_ARGS, BEFORE_NAME, CALL_CLOSE, CALL_OPEN } from '../../grammar/hermes.ts';
import { signatureOf } from '../../grammar/tools.ts';
import type { Prompt } from '../../model/types.ts';
import type { ChatMessage, ChatTemplate, MixedText } from '../../tokenizer/template.ts';
import type { Vocabulary } from './capabilities.ts';

/**
 * How much a prompt tells, most first: `home`, signatures with their choices, the things that take them and an example;
 * `choices`, the same without things, for homes of many; `names`, names of actions and arguments, for the smallest
 * contexts. The grammar knows all of it in any case.
 */
export const DETAILS = ['home', 'choices', 'names'] as const;
export type Detail = (typeof DETAILS)[number];

const INSTRUCTIONS =
  'You control a home and a robot. Call functions in the order in which things are to be done. Copy names, words and ' +
  'numbers as they are said; leave out what is not said. Call none when nothing fits.';

// The sentences around the signatures are those of the tools block in Qwen's and Bonsai's chat templates, by which
// these models were trained to call functions; see docs/decisions/bonsai-prompt.md.
const BEFORE_SIGNATURES =
  '# Tools\n\nYou may call one or more functions to assist with the user query.\n\n' +
  'You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n';
const AFTER_SIGNATURES =
  '\n</tools>\n\nFor each function call, return a json object with function name and arguments within ' +
  `${CALL_OPEN}${CALL_CLOSE} XML tags:\n` +
  `${CALL_OPEN}${BEFORE_NAME}<function-name>, "arguments": <args-json-object>}\n${CALL_CLOSE}`;

interface Example {
  readonly said: string;
  readonly call: PlanCall;
}

/** The first whose action can be taken is told: what is to be done later is what no model would guess. */
const EXAMPLES: readonly Example[] = [
  {
    said: 'turn off the fan in 10 minutes',
    call: { action: 'timer.do', args: { op: 'start', minutes: 10, command: 'turn off the fan' } },
  },
  { said: 'set the lamp to 40', call: { action: 'light.set', args: { device: 'lamp', brightness: 40 } } },
];

/** The prompts of one model for one vocabulary. */
export class PromptBuilder {
  readonly #template: ChatTemplate;
  readonly #system: readonly ChatMessage[];

  constructor(
    template: ChatTemplate,
    format: PlanFormat,
    vocabulary: Pick<Vocabulary, 'actions' | 'things'>,
    detail: Detail = 'home',
  ) {
    this.#template = template;
    this.#system = format === 'tags' ? [] : [{ role: 'system', content: systemText(vocabulary, detail) }];
  }

  /** @throws TokonomaError `template-error` */
  render(command: string): Prompt {
    return this.#template.render([...this.#system, { role: 'user', content: command }]);
  }

  /**
   * What every prompt begins with, whatever is said. Its tokens are the first tokens of every prompt: it ends before
   * the blanks in front of the command, for the tokenizer joins those with blanks that the command begins with.
   * @throws TokonomaError `template-error`, also when the template leaves out what is said
   */
  prefix(): Prompt {
    const one = this.render('a');
    const other = this.render('b').text;
    let same = 0;
    while (same < one.text.length && one.text[same] === other[same]) same++;
    if (same === one.text.length) {
      throw new TokonomaError('template-error', "the model's chat template leaves out what the user says");
    }
    const text = one.text.slice(0, same).trimEnd();
    const data = one.data
      .filter(([start]) => start < text.length)
      .map(([start, end]) => [start, Math.min(end, text.length)] as const);
    return { text, data };
  }
}

function systemText({ actions, things = [] }: Pick<Vocabulary, 'actions' | 'things'>, detail: Detail): MixedText {
  if (detail === 'names') {
    return [`${INSTRUCTIONS}\n\n${actions.map((action) => signatureOf(action, { values: false })).join('\n')}`];
  }
  const signatures = actions.map((action): MixedText => {
    return [signatureOf(action), ...(detail === 'home' ? takersOf(action, things) : [])];
  });
  return [
    `${INSTRUCTIONS}\n\n${BEFORE_SIGNATURES}`,
    ...signatures.flatMap((signature, i) => (i === 0 ? signature : ['\n', ...signature])),
    AFTER_SIGNATURES,
    exampleFor(actions),
  ];
}

/** ` # desk lamp (office), …` where the action has to be told which thing is meant. */
function takersOf({ name, args }: ActionSpec, things: NonNullable<Vocabulary['things']>): MixedText {
  if (!args.some((arg) => arg.name === 'device')) return [];
  const takers = things.filter((thing) => thing.actions[name] !== undefined);
  return takers.flatMap(({ title, 'tk:area': area }, i): MixedText => {
    const label = [i === 0 ? ' # ' : ', ', { data: oneLine(title) }];
    const isTold = area === undefined || title.toLowerCase().includes(area.toLowerCase());
    return isTold ? label : [...label, ' (', { data: oneLine(area) }, ')'];
  });
}

function exampleFor(actions: readonly ActionSpec[]): string {
  const example = EXAMPLES.find(({ call }) => takes(actions, call));
  if (example === undefined) return '';
  const { said, call } = example;
  const args = Object.entries(call.args).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const json = JSON.stringify(call.action) + BEFORE_ARGS + args.join(', ') + AFTER_ARGS;
  return `\n\nExample: ${said}\n${CALL_OPEN}${BEFORE_NAME}${json}${CALL_CLOSE}`;
}

function takes(actions: readonly ActionSpec[], { action, args }: PlanCall): boolean {
  const spec = actions.find(({ name }) => name === action);
  return spec !== undefined && Object.keys(args).every((arg) => spec.args.some(({ name }) => name === arg));
}

/** A name is no way out of its line. */
function oneLine(name: string): string {
  return name.replace(/\p{White_Space}+/gu, ' ').trim();
}
