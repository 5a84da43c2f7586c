/** From what a model wrote to the calls it means. */
import { TokonomaError } from '../errors.ts';
import { ACTIONS, type ActionSpec, type ArgSpec, type ArgValue, type Args, type PlanCall } from './actions.ts';
import { NONE } from './available.ts';
import { MAX_CALLS } from './automaton.ts';
import type { PlanFormat } from './grammar.ts';
import { CALL_CLOSE, CALL_OPEN, CALL_SEPARATOR } from './hermes.ts';
import { quantitiesOf } from './numbers.ts';

/**
 * The calls of a generated plan, validated against `actions`: known actions and arguments, in order, required ones
 * present, choices as declared, numbers converted. That texts are spans or names is the grammar's part.
 * @param text the generated text without the end of the turn, control tokens as their text
 * @throws TokonomaError `plan-invalid`
 */
export function parsePlan(format: PlanFormat, text: string, actions: readonly ActionSpec[] = ACTIONS): PlanCall[] {
  const calls = format === 'tags' ? parseTags(text) : parseHermes(text);
  if (calls.length === 0 || calls.length > MAX_CALLS) {
    throw invalid(`${calls.length} calls; expected 1 to ${MAX_CALLS}`, text);
  }
  const plan = calls.map((call) => validCall(call, actions, text));
  if (plan.length > 1 && plan.some(({ action }) => action === NONE)) throw invalid('none beside other calls', text);
  return plan;
}

interface RawCall {
  readonly action: string;
  /** In the order in which they were written; in tags all values are text. */
  readonly args: [name: string, value: unknown][];
}

/** `<|action|>`, `<|key=choice|>` or `<|key=|>` with the text up to the next tag. No value contains `<|`. */
const TAG = /<\|([^|=]+)(=?)([^|]*)\|>((?:(?!<\|)[^])*)/y;

function parseTags(text: string): RawCall[] {
  const calls: RawCall[] = [];
  TAG.lastIndex = 0;
  while (TAG.lastIndex < text.length) {
    const match = TAG.exec(text);
    if (match === null) throw invalid('text outside of an argument', text);
    const [, name, equals, choice, value] = match as unknown as [string, string, string, string, string];
    if (equals === '') {
      if (value !== '') throw invalid('text outside of an argument', text);
      calls.push({ action: name, args: [] });
      continue;
    }
    if (calls.length === 0) throw invalid(`argument ${name} before any action`, text);
    if (choice !== '' && value !== '') throw invalid('text outside of an argument', text);
    calls.at(-1)!.args.push([name, choice === '' ? value.trim() : choice]);
  }
  return calls;
}

function parseHermes(text: string): RawCall[] {
  return text
    .split(CALL_CLOSE + CALL_SEPARATOR + CALL_OPEN)
    .map((part, i, all) => (i === 0 ? part : CALL_OPEN + part) + (i === all.length - 1 ? '' : CALL_CLOSE))
    .map((part) => {
      if (!part.startsWith(CALL_OPEN) || !part.endsWith(CALL_CLOSE)) throw invalid('text outside of a call', text);
      let call: { name?: unknown; arguments?: unknown };
      try {
        call = JSON.parse(part.slice(CALL_OPEN.length, -CALL_CLOSE.length)) as typeof call;
      } catch (error) {
        throw invalid('no valid JSON', text, error);
      }
      const { name, arguments: args } = call;
      if (typeof name !== 'string' || typeof args !== 'object' || args === null) {
        throw invalid('a call needs name and arguments', text);
      }
      return { action: name, args: Object.entries(args) };
    });
}

function validCall({ action, args }: RawCall, actions: readonly ActionSpec[], text: string): PlanCall {
  const spec = action === NONE ? { name: NONE, args: [] } : actions.find(({ name }) => name === action);
  if (spec === undefined) throw invalid(`unknown action ${action}`, text);
  const values: Args = {};
  let last = -1;
  for (const [name, value] of args) {
    const at = spec.args.findIndex((arg) => arg.name === name);
    if (at < 0) throw invalid(`${action} has no argument ${name}`, text);
    if (at <= last) throw invalid(`${action}.${name} is out of order or repeated`, text);
    last = at;
    const converted = convert(action, spec.args[at]!, value);
    if (converted === undefined) throw invalid(`${action}.${name} cannot be ${JSON.stringify(value)}`, text);
    values[name] = converted;
  }
  const missing = spec.args.find(({ name, required }) => required && !(name in values));
  if (missing !== undefined) throw invalid(`${action} lacks ${missing.name}`, text);
  return { action, args: values };
}

function convert(action: string, { name, type }: ArgSpec, value: unknown): ArgValue | undefined {
  if (type.kind === 'boolean') return value === 'true' ? true : value === 'false' ? false : isBoolean(value);
  if (type.kind === 'number') {
    const quantities = quantitiesOf(action, name);
    const word = typeof value === 'string' && Object.hasOwn(quantities, value) ? quantities[value] : undefined;
    const number = word ?? (value === '' ? NaN : Number(value));
    return Number.isFinite(number) ? number : undefined;
  }
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return type.kind === 'text' || type.values.includes(value) ? value : undefined;
}

function isBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Enough of a plan to recognize it in a log. */
const SHOWN = 200;

function invalid(what: string, text: string, cause?: unknown): TokonomaError {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return new TokonomaError('plan-invalid', `not a plan (${what}): ${JSON.stringify(shown)}`, { cause });
}
