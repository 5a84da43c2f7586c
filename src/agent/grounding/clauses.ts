/** Clauses that change what a command says: "except the fan", "no, the bedroom light", "don't". */
import { actionSpec, type Args, type PlanCall } from '../../grammar/actions.ts';
import { textPass } from '../../text/passes.ts';
import type { Grounding } from './grounding.ts';
import type { Intent } from '../turn/prepare.ts';
import { contentWords, isPlural, isQuantifier, words } from './words.ts';

/** No model here reads longer commands; patterns would take their time. */
const MAX_LENGTH = 1000;

const VERBS = new Set(
  (
    'turn switch set make dim brighten open close shut lock unlock play pause stop resume start mute unmute go drive ' +
    'move bring pick put take raise lower cancel remind wake tell say what how is are which when where who come follow ' +
    'clean find get give increase decrease reduce change add remove skip activate deactivate enable disable power look ' +
    'return dock undo repeat'
  ).split(' '),
);

export const isVerb = (word: string): boolean => VERBS.has(word);

export const beginsWithVerb = (text: string): boolean =>
  VERBS.has(words(text.replace(/^(?:please|just)\s+/i, ''))[0] ?? '');

/** "All the lights except the kitchen light off": what is said, and what is excepted. */
export function exceptionOf(text: string): { readonly head: string; readonly tail: string } | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match =
    /^(.+?)[,\s]+(?:except(?:ing)?(?:\s+for)?|but(?:\s+not)?|apart\s+from|other\s+than|besides|save\s+for)\s+(.+?)$/i.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const [head, tail] = [match[1]!, match[2]!];
  const said = contentWords(head);
  if (beginsWithVerb(tail) || !said.some((word) => isQuantifier(word) || isPlural(word))) return undefined;
  // "Turn everything except the fan off": the verb's particle stands behind.
  const particle = /\s+(on|off|up|down)[\s.!]*$/i.exec(tail);
  if (particle === null) return { head, tail };
  return { head: `${head} ${particle[1]!}`, tail: tail.slice(0, particle.index) };
}

const CORRECTING =
  /(?:,|\.|;|-|\u2026|\.\.\.)\s*(?:(?:oh|uh|um|er|ah)\s*,?\s*)?(?:no\s*wait|wait\s*,?\s*no|no\s*,?\s*sorry|sorry|no|i\s+mean(?:t)?|i\s+meant\s+to\s+say|actually|rather|make\s+that|scratch\s+that)\s*[,.]?\s+(?:i\s+mean(?:t)?\s+)?/i;

/** "Turn on the kitchen, no, the bedroom light": what was said first, and what is to stand in its place. */
export function correctionOf(text: string): { readonly head: string; readonly fix: string } | undefined {
  const match = text.length > MAX_LENGTH ? null : CORRECTING.exec(text);
  if (match === null || match.index === 0) return undefined;
  const fix = text.slice(match.index + match[0].length).trim();
  return fix === '' ? undefined : { head: text.slice(0, match.index).trim(), fix };
}

/** What is to be done, without who is meant. */
export function withoutNames(args: Args): Args {
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== 'device' && name !== 'area'));
}

/** Whether the command says not to do something. */
export function isNegated(text: string): boolean {
  const said = ` ${words(text).join(' ')} `;
  return (
    / (?:dont|do not|never|must not|mustnt|should not|shouldnt|shall not|not to|no need to|without|stop from) /.test(
      said,
    ) && !/ (?:dont|do not|never) (?:forget|fail|mind|hesitate|worry|you think) /.test(said)
  );
}

/** The intent with its last call changed to what a correction says; undefined when that is not clear. */
export function corrected(intent: Intent, fix: string, grounding: Grounding): Intent | undefined {
  const at = intent.plan.length - 1;
  const call = intent.plan[at];
  if (call === undefined) return undefined;
  const said = contentWords(fix);
  const changed = choiceChanged(call, said) ?? numberChanged(call, fix);
  if (changed !== undefined) return { ...intent, plan: intent.plan.with(at, changed) };
  const args = actionSpec(call.action)?.args.map(({ name }) => name) ?? [];
  const phrase = said.join(' ');
  if (phrase === '') return undefined;
  if (call.action === 'query') {
    const slot = 'device' in call.args ? 'device' : 'area';
    return { ...intent, plan: intent.plan.with(at, { ...call, args: { ...withoutNames(call.args), [slot]: phrase } }) };
  }
  if (args.includes('device')) {
    const named = grounding.named(phrase);
    if (named === undefined) return undefined;
    // Grounded anew: of several lamps in the bedroom, it is asked which.
    const chosen = new Map(intent.chosen);
    chosen.delete(at);
    return {
      plan: intent.plan.with(at, { ...call, args: { ...withoutNames(call.args), device: phrase } }),
      text: fix,
      chosen,
    };
  }
  const slot = ['place', 'object', 'to'].find((name) => name in call.args);
  if (slot === undefined) return undefined;
  return { ...intent, plan: intent.plan.with(at, { ...call, args: { ...call.args, [slot]: phrase } }) };
}

/** "Left", "off", "the other way": another value of a choice that the call has made. */
function choiceChanged(call: PlanCall, said: readonly string[]): PlanCall | undefined {
  const spec = actionSpec(call.action);
  if (spec === undefined || said.length !== 1) return undefined;
  const arg = spec.args.find(
    ({ name, type }) => name in call.args && type.kind === 'enum' && type.values.includes(said[0]!),
  );
  return arg === undefined ? undefined : { ...call, args: { ...call.args, [arg.name]: said[0]! } };
}

/** "22", "to thirty percent": the number of a call that has just one. */
function numberChanged(call: PlanCall, fix: string): PlanCall | undefined {
  const numbers = Object.entries(call.args).filter(([, value]) => typeof value === 'number');
  const match =
    /^(?:to |by |at |for )?(-?\d+(?:\.\d+)?) ?(?:%|°|degrees?|percent|metres?|meters?|minutes?|seconds?|hours?)?$/.exec(
      textPass(fix).text,
    );
  if (match === null || numbers.length !== 1) return undefined;
  return { ...call, args: { ...call.args, [numbers[0]![0]]: Number(match[1]) } };
}
