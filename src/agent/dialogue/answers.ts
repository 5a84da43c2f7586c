/** What was said after a question: yes, no, one of the candidates, or something that has nothing to do with it. */
import { Directory, type Named } from '../grounding/directory.ts';
import { contentWords, words } from '../grounding/words.ts';

export type Answer =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  /** Of the candidates; at least one. */
  | { readonly kind: 'chosen'; readonly ids: readonly string[] }
  /** An answer that fits none of the candidates, or several. */
  | { readonly kind: 'unclear' }
  /** A command of its own. */
  | { readonly kind: 'other' };

const YES = new Set(
  (
    'yes|yeah|yep|yup|sure|ok|okay|go ahead|do it|do that|confirm|confirmed|please do|of course|affirmative|correct|' +
    'right|that is right|thats right|i am sure|im sure|yes i am sure|go for it|absolutely|definitely|exactly'
  ).split('|'),
);
const NO = new Set(
  (
    'no|nope|nah|cancel|cancel that|cancel it|never mind|nevermind|forget it|forget that|dont|do not|dont do it|' +
    'do not do it|dont do that|leave it|abort|no thanks|no thank you|not now|negative|none|neither|none of them|' +
    'neither of them|neither one|nothing|scratch that|rather not|better not|stop it|never'
  ).split('|'),
);
/** Said around an answer without changing it. */
const COURTESY = new Set([
  'please',
  'well',
  'oh',
  'uh',
  'um',
  'hm',
  'hmm',
  'thanks',
  'then',
  'now',
  'actually',
  'just',
]);

const ORDINALS: ReadonlyMap<string, number> = new Map(
  ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'].flatMap((word, i) => [
    [word, i],
    [`${i + 1}${['st', 'nd', 'rd'][i] ?? 'th'}`, i],
  ]),
);
const NUMBERS: ReadonlyMap<string, number> = new Map(
  ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'].flatMap((word, i) => [
    [word, i],
    [String(i + 1), i],
  ]),
);
const EACH = new Set(['all', 'both', 'every', 'everyone', 'each', 'everything']);
/** Words of an answer that name nobody. */
const POINTING = new Set('one ones i mean meant want it its is them number option in on at by with for'.split(' '));
/** How a phrase begins that names something without saying what to do with it. */
const NOMINAL = new Set(['the', 'that', 'this', 'my', 'our', 'your', 'those', 'these', 'in', 'not', 'no', 'i', 'both']);
/** An answer in a phrase is short; what is longer is a sentence of its own. */
const MAX_WORDS = 6;

/** @param candidates what was asked about, in the order in which they were told; none: a question for yes or no */
export function readAnswer(text: string, candidates: readonly Named[]): Answer {
  const said = words(text).filter((word) => !COURTESY.has(word));
  const phrase = said.join(' ');
  if (NO.has(phrase)) return { kind: 'no' };
  if (candidates.length === 0) return isYes(said) ? { kind: 'yes' } : { kind: 'other' };
  if (said.length === 0) return { kind: 'unclear' };
  // "No, the left one" and "the left one, yes" mean the left one.
  const pick = said.filter((word, i) => !((i === 0 || i === said.length - 1) && (YES.has(word) || NO.has(word))));
  const ids = pick.length <= MAX_WORDS + 2 * candidates.length ? chosen(pick, candidates) : [];
  if (ids.length > 0) return { kind: 'chosen', ids };
  const isPhrase = said.length <= MAX_WORDS && (NOMINAL.has(said[0]!) || said.includes('one') || YES.has(phrase));
  return { kind: isPhrase ? 'unclear' : 'other' };
}

/** "Yes", "yes please", "yes, do it", "ok go ahead". */
function isYes(said: readonly string[]): boolean {
  for (let end = said.length; end > 0; end--) {
    if (!YES.has(said.slice(0, end).join(' '))) continue;
    return end === said.length || isYes(said.slice(end));
  }
  return false;
}

function chosen(said: readonly string[], candidates: readonly Named[]): string[] {
  if (said[0] === 'not' || (said[0] === 'all' && ['but', 'except'].includes(said[1] ?? ''))) {
    const without = chosen(said.slice(said[0] === 'not' ? 1 : 2), candidates);
    const left = candidates.map(({ id }) => id).filter((id) => !without.includes(id));
    return without.length > 0 && (said[0] === 'all' || left.length === 1) ? left : [];
  }
  const whole = one(said, candidates);
  if (whole.length > 0) return whole;
  const and = said.indexOf('and');
  if (and <= 0) return [];
  const [first, rest] = [one(said.slice(0, and), candidates), chosen(said.slice(and + 1), candidates)];
  return first.length > 0 && rest.length > 0 ? [...new Set([...first, ...rest])] : [];
}

/** Those that one phrase names: all of them, one by its place in the list, or one by its words. */
function one(said: readonly string[], candidates: readonly Named[]): string[] {
  const telling = contentWords(said.join(' ')).filter((word) => !POINTING.has(word));
  const [only] = telling;
  if (telling.length === 1 && EACH.has(only!)) {
    return only === 'both' && candidates.length !== 2 ? [] : candidates.map(({ id }) => id);
  }
  const named = telling.length === 0 ? [] : byName(telling, candidates);
  if (named.length === 1) return named;
  const at = telling.length <= 1 ? placeOf(said, only, candidates.length) : undefined;
  return at === undefined || candidates[at] === undefined ? [] : [candidates[at].id];
}

function byName(telling: readonly string[], candidates: readonly Named[]): string[] {
  return new Directory(candidates).find(telling.join(' ')).entries.map(({ id }) => id);
}

function placeOf(said: readonly string[], only: string | undefined, count: number): number | undefined {
  if (only === 'last' || (only === 'latter' && count === 2)) return count - 1;
  if (only === 'former' && count === 2) return 0;
  if (only !== undefined) return ORDINALS.get(only) ?? NUMBERS.get(only);
  // "One" and "number one" are the first; in "the one" it names nothing.
  const number = said.at(-1) === 'one' && (said.length === 1 || ['number', 'option'].includes(said.at(-2)!));
  return number ? 0 : undefined;
}
