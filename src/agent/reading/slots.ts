/** The arguments of a plan, each with the words that said it. */
import type { Args, ArgValue, PlanCall } from '../../grammar/actions.ts';
import { quantitiesOf, saidNumbers } from '../../grammar/numbers.ts';
import { Alignment } from '../../text/align.ts';
import { wordsAt } from '../../text/find.ts';
import { sourceRange, textPass } from '../../text/passes.ts';

/** [start, end) of what was said, UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Slot {
  readonly name: string;
  readonly value: ArgValue;
  /** The words that said it: what stands at `range`, else the value. */
  readonly raw: string;
  /** Absent where no words of their own say it: "how warm is it" asks for a temperature. */
  readonly range?: Range;
}

/**
 * @param plan made from `heard`: what was said with slips corrected, pronouns resolved and the like
 * @returns the slots of each call
 */
export function slotsOf(plan: readonly PlanCall[], said: string, heard: string): Slot[][] {
  const texts = [new Heard(said, heard), ...(heard === said ? [] : [new Heard(said, said)])];
  // Calls are in the order in which they were said.
  let from = 0;
  return plan.map(({ action, args }) => {
    const taken: Range[] = [];
    const slots = Object.entries(args).map(([name, value]): Slot => {
      const range = texts
        .map((text) => nearest(text.find(action, name, value), from, taken))
        .find((found) => found !== undefined);
      if (range === undefined) return { name, value, raw: String(value) };
      taken.push(range);
      return { name, value, raw: said.slice(range.start, range.end), range };
    });
    from = Math.max(from, ...taken.map(({ end }) => end));
    return slots;
  });
}

/** The first that stands behind what the calls before were about, else the first; no words say two arguments of a call. */
function nearest(found: readonly Range[], from: number, taken: readonly Range[]): Range | undefined {
  const free = found.filter((range) => taken.every(({ start, end }) => range.end <= start || range.start >= end));
  return free.find(({ start }) => start >= from) ?? free[0];
}

/** A wording, and the way from it to what was said. */
class Heard {
  readonly #passed: ReturnType<typeof textPass>;
  readonly #alignment: Alignment | undefined;

  constructor(said: string, heard: string) {
    this.#passed = textPass(heard);
    this.#alignment = heard === said ? undefined : new Alignment(said, heard);
  }

  /** Everywhere it may have been said, in order. */
  find(action: string, name: string, value: ArgValue): Range[] {
    const { text } = this.#passed;
    const found = typeof value === 'number' ? numbersAt(text, value, action, name) : everywhere(text, wordsOf(value));
    return found.flatMap(([start, end]) => {
      const heard = sourceRange(this.#passed, start, end);
      const range = this.#alignment === undefined ? heard : this.#alignment.range(...heard);
      return range === undefined ? [] : [{ start: range[0], end: range[1] }];
    });
  }
}

type Pair = readonly [start: number, end: number];

const wordsOf = (value: string | boolean): string => (typeof value === 'string' ? textPass(value).text : '');

function everywhere(text: string, words: string): Pair[] {
  const found: Pair[] = [];
  if (words === '') return found;
  for (let at = wordsAt(text, words); at >= 0; at = wordsAt(text, words, at + words.length)) {
    found.push([at, at + words.length]);
  }
  return found;
}

/** As digits, with the sign before them, or as a word of quantity: "half". */
function numbersAt(text: string, value: number, action: string, name: string): Pair[] {
  const digits = saidNumbers(text).flatMap((said): Pair[] => {
    const end = said.at + said.text.length;
    if (said.value === value) return [[said.at, end]];
    const sign = /(?:minus|negative) $/.exec(text.slice(0, said.at));
    return said.value === -value && sign !== null ? [[sign.index, end]] : [];
  });
  const words = Object.entries(quantitiesOf(action, name)).filter(([, meant]) => meant === value);
  return [...digits, ...words.flatMap(([word]) => everywhere(text, word))].sort(([a], [b]) => a - b);
}

/** For those who know no ranges. */
export function valuesOf(slots: readonly Slot[]): Args {
  return Object.fromEntries(slots.map(({ name, value }) => [name, value]));
}
