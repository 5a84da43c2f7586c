/** Which numbers a command says: literals as they stand, and words of quantity that an argument gives a meaning. */

/** A number as it stands in the text. */
export interface SaidNumber {
  readonly text: string;
  readonly value: number;
  /** A blank (or nothing) stands before it. */
  readonly spaced: boolean;
}

/** One that is there as digits. */
export interface NumberLiteral extends SaidNumber {
  /** Where it begins, UTF-16 units. */
  readonly at: number;
}

/** Word of quantity -> value. */
export type Quantities = Readonly<Record<string, number>>;

/** Percent of what there is. */
const LEVEL: Quantities = {
  ...{ max: 100, maximum: 100, full: 100, fully: 100, highest: 100, brightest: 100, loudest: 100, fastest: 100 },
  ...{ half: 50, halfway: 50, quarter: 25, min: 0, minimum: 0, lowest: 0 },
};
/** Parts of one hour, metre, … */
const PART: Quantities = { half: 0.5, quarter: 0.25 };
/** Degrees of a turn. */
const TURN: Quantities = { full: 360, half: 180, quarter: 90 };
const NO_WORDS: Quantities = {};

const MEANINGS: Readonly<Record<string, Quantities>> = {
  'light.set brightness': LEVEL,
  'light.set by': LEVEL,
  'power.set speed': LEVEL,
  'cover.set position': LEVEL,
  'volume.set level': LEVEL,
  'volume.set by': LEVEL,
  'timer.do hours': PART,
  'timer.do minutes': PART,
  'timer.do seconds': PART,
  'timer.do of_hours': PART,
  'timer.do of_minutes': PART,
  'timer.do of_seconds': PART,
  'robot.drive distance': PART,
  'robot.turn degrees': TURN,
};

/** What words of quantity mean for an argument; the same object for arguments that agree. */
export function quantitiesOf(action: string, arg: string): Quantities {
  return MEANINGS[`${action} ${arg}`] ?? NO_WORDS;
}

/** A minus belongs to the number where it stands free: "-18", but not "5-10". */
const LITERAL = /(?:(?<![^\s])-)?(?<!\d\.|\d)\d+(?:\.\d+)?/gu;

/** Number literals of `source`; those too large for a double are left out. */
export function saidNumbers(source: string): NumberLiteral[] {
  return Array.from(source.matchAll(LITERAL), ({ 0: text, index }) => ({
    text,
    at: index,
    value: Number(text),
    spaced: index === 0 || /\s/u.test(source[index - 1]!),
  })).filter(({ value }) => Number.isFinite(value));
}

/** The words of `quantities` that stand in `source`. */
export function saidQuantities(source: string, quantities: Quantities): SaidNumber[] {
  const words = new Set(source.toLowerCase().split(/[^\p{L}\p{N}\p{M}_]+/u));
  return Object.entries(quantities)
    .filter(([word]) => words.has(word))
    .map(([text, value]) => ({ text, value, spaced: true }));
}
