/** "List the rules", "forget the rule about the porch light", "pause rule 2", "cancel the schedule". */
import { textPass } from '../../text/passes.ts';
import { contentWords, singular } from '../grounding/words.ts';

export interface Managing {
  readonly verb: 'list' | 'remove' | 'pause' | 'resume';
  readonly noun: 'rule' | 'schedule';
  readonly which: Which;
}

/** Which of them is meant. */
export type Which =
  | { readonly kind: 'all' }
  | { readonly kind: 'last' }
  | { readonly kind: 'number'; readonly number: number }
  /** The only one, or all when it is about listing. */
  | { readonly kind: 'only' }
  /** Words that must be in it. */
  | { readonly kind: 'about'; readonly words: readonly string[] };

const NOUN =
  '(rules?|automations?|routines?|schedules?|scheduled (?:commands?|actions?|tasks?|things?)|everything scheduled|planned (?:commands?|actions?))';
const LIST = new RegExp(
  `^(?:(?:list|show|read|tell|give)(?: me)?(?: out)?(?: all)?|what are|which are|do i have(?: any)?|are there(?: any)?)(?: of)?(?: the| my| your| all)*(?: active| current)? ${NOUN}(?: (?:do i have|are there|there are|i have|do you have))?$`,
);
const WHAT = new RegExp(`^(?:what|which) ${NOUN}(?: .*)?$`);
const WHAT_IS = /^what(?: is|'s| have i) (?:scheduled|planned|on the schedule)(?: .*)?$/;
const CHANGE = new RegExp(
  `^(forget|delete|remove|cancel|drop|erase|clear|pause|disable|suspend|deactivate|turn off|switch off|stop|enable|resume|activate|reactivate|unpause|continue|turn on|switch on)` +
    `((?: about)?(?: all)?(?: of)?(?: the| my| your| that| this| every)*(?: (?:last|latest|newest|first|second|third|fourth|fifth|\\d+(?:st|nd|rd|th)?))?) ${NOUN}(?: again)?(.*)$`,
);
const REMOVES = new Set(['forget', 'delete', 'remove', 'cancel', 'drop', 'erase', 'clear']);
const RESUMES = new Set(['enable', 'resume', 'activate', 'reactivate', 'unpause', 'continue', 'turn on', 'switch on']);
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];
const ABOUT = /^ ?(?:about|for|with|of|on|that|which|to|when|if|at|where|named|called|concerning|,)?\b ?/;
const NUMBERED = /^ ?(?:number |no |#)? ?(\d+)$/;
const POLITE = /^(?:(?:please|can you|could you|would you|will you|hey|ok|okay),? )+| please$/g;
/** Words of a description that are in every rule. */
const EMPTY = new Set([
  'when',
  'if',
  'that',
  'which',
  'is',
  'for',
  'to',
  'rule',
  'schedule',
  'about',
  'in',
  'on',
  'at',
]);

/** Undefined when it is not about rules or the schedule. */
export function readManaging(said: string): Managing | undefined {
  const text = textPass(said)
    .text.replace(POLITE, '')
    .replace(/# (\d)/, '#$1');
  const list = LIST.exec(text) ?? WHAT.exec(text);
  if (list !== null) return { verb: 'list', noun: nounOf(list[1]!), which: { kind: 'all' } };
  if (WHAT_IS.test(text)) return { verb: 'list', noun: 'schedule', which: { kind: 'all' } };
  const change = CHANGE.exec(text);
  if (change === null) return undefined;
  const [, verb, before, noun, after] = change;
  return {
    verb: REMOVES.has(verb!) ? 'remove' : RESUMES.has(verb!) ? 'resume' : 'pause',
    noun: nounOf(noun!),
    which: whichOf(before!, noun!, after!),
  };
}

const nounOf = (noun: string): Managing['noun'] =>
  /^(?:schedule|scheduled|everything|planned)/.test(noun) ? 'schedule' : 'rule';

function whichOf(before: string, noun: string, after: string): Which {
  const numbered = NUMBERED.exec(after) ?? /(\d+)(?:st|nd|rd|th)?$/.exec(before);
  if (numbered !== null) return { kind: 'number', number: Number(numbered[1]) };
  if (/(?:last|latest|newest)$/.test(before)) return { kind: 'last' };
  const ordinal = ORDINALS.findIndex((word) => before.endsWith(word));
  if (ordinal >= 0) return { kind: 'number', number: ordinal + 1 };
  const words = contentWords(after.replace(ABOUT, ''))
    .filter((word) => !EMPTY.has(word))
    .map(singular);
  if (words.length > 0) return { kind: 'about', words };
  const isPlural = noun.endsWith('s') || noun === 'everything scheduled';
  if (/ (?:all|every)\b/.test(before) || isPlural) return { kind: 'all' };
  return / (?:that|this)$/.test(before) ? { kind: 'last' } : { kind: 'only' };
}

/** Whether all the words are somewhere in it. */
export function isAbout(words: readonly string[], text: string): boolean {
  const has = new Set(contentWords(text.replace(/[/_.-]/g, ' ')).map(singular));
  return words.every((word) => has.has(word));
}
