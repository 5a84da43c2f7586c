/**
 * Text pass v1: what every command goes through before a model that was trained on it reads it. The trainer does
 * exactly the same (scripts/train/text_passes.py); test/golden/text-passes.json holds the two to each other.
 */
import { tokenize, type Token } from './characters.ts';
import { andAFraction, numberAt, wordAt } from './number-words.ts';

/** The version that `textPass` implements: `tokonoma.text_passes` of a model file. */
export const TEXT_PASSES = 1;

export interface PassedText {
  readonly text: string;
  /**
   * (2 * text.length) for each UTF-16 unit of `text` the range [start, end) of what was said that it came from. All
   * units of a rewritten piece ("45" for "forty-five") have the range of the whole piece.
   */
  readonly toSource: Uint32Array;
}

const UNITS = new Set(
  (
    'meter metre meters metres foot feet inch inches yard yards step steps cm centimeter centimetre ' +
    'hour minute second degree pace'
  ).split(' '),
);
/** Units that "and a half" may follow. */
const DIVISIBLE_UNITS = new Set([
  ...UNITS,
  ...['hours', 'minutes', 'seconds', 'degrees', 'paces', 'centimeters', 'centimetres'],
]);
const NO_BLANK_BEFORE = new Set(['.', ',', '!', '?', '%']);

export function textPass(said: string): PassedText {
  let text = '';
  const ranges: number[] = [];
  for (const piece of rewrite(tokenize(said))) {
    if (piece.blank && text !== '' && !NO_BLANK_BEFORE.has(piece.text)) {
      text += ' ';
      ranges.push(piece.start, piece.start);
    }
    text += piece.text;
    for (let i = 0; i < piece.text.length; i++) ranges.push(piece.start, piece.end);
  }
  const [start, end] = inner(text);
  return { text: text.slice(start, end), toSource: Uint32Array.from(ranges.slice(2 * start, 2 * end)) };
}

/** The text as it was read, for models that take it as it is. */
export function noPass(said: string): PassedText {
  const toSource = new Uint32Array(2 * said.length);
  for (let i = 0; i < said.length; i++) toSource.set([i, i + 1], 2 * i);
  return { text: said, toSource };
}

/** The range of what was said that [start, end) of the passed text came from. */
export function sourceRange({ toSource }: PassedText, start: number, end: number): [start: number, end: number] {
  return [toSource[2 * start]!, toSource[2 * end - 1]!];
}

/** Number words become digits, some phrases of quantity too, "percent" becomes "%". */
function rewrite(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length;) {
    const piece = phraseAt(tokens, i) ?? quantityAt(tokens, i) ?? { text: tokens[i]!.text, next: i + 1 };
    const { blank, start } = tokens[i]!;
    out.push({ text: piece.text, blank, start, end: tokens[piece.next - 1]!.end });
    i = piece.next;
    const percent = piece.isNumber && i < tokens.length ? percentAt(tokens, i) : 0;
    if (percent > 0) {
      out.push({ text: '%', blank: false, start: tokens[i]!.start, end: tokens[i + percent - 1]!.end });
      i += percent;
    }
  }
  return out;
}

interface Piece {
  readonly text: string;
  readonly next: number;
  /** "percent" may follow. */
  readonly isNumber?: boolean;
}

/** "half an hour", "a half hour", "a quarter of a metre", "a couple of steps", "couple of steps", "a dozen". */
function phraseAt(tokens: readonly Token[], i: number): Piece | undefined {
  const [one, two, three] = [wordAt(tokens, i + 1), wordAt(tokens, i + 2), wordAt(tokens, i + 3)];
  if (tokens[i]!.text === 'half') {
    if (UNITS.has(one)) return { text: '0.5', next: i + 1 };
    return isArticle(one) && isWord(two) ? { text: '0.5', next: i + 2 } : undefined;
  }
  if (tokens[i]!.text === 'couple' && one === 'of') return { text: '2', next: i + 2 };
  if (tokens[i]!.text !== 'a') return undefined;
  if (one === 'quarter' && two === 'of' && isArticle(three) && isWord(wordAt(tokens, i + 4))) {
    return { text: '0.25', next: i + 4 };
  }
  if (one === 'half' && UNITS.has(two)) return { text: '0.5', next: i + 2 };
  if (one === 'couple') return { text: '2', next: i + (two === 'of' ? 3 : 2) };
  if (one === 'dozen') return { text: '12', next: i + 2 };
  return undefined;
}

/** "a metre", a number, and either with "and a half" behind its unit: "1 hour and a half" is "1.5 hour". */
function quantityAt(tokens: readonly Token[], i: number): Piece | undefined {
  const number =
    isArticle(tokens[i]!.text) && UNITS.has(wordAt(tokens, i + 1)) ? { digits: '1', next: i + 1 } : numberAt(tokens, i);
  if (number === undefined) return undefined;
  const { digits, next } = number;
  const unit = wordAt(tokens, next);
  const fraction = digits.includes('.') || !DIVISIBLE_UNITS.has(unit) ? '' : andAFraction(tokens, next + 1);
  if (fraction !== '') return { text: `${digits}${fraction} ${unit}`, next: next + 4 };
  return { text: digits, next, isNumber: true };
}

/** Tokens of "percent" or "per cent" at `i`. */
function percentAt(tokens: readonly Token[], i: number): number {
  if (tokens[i]!.text === 'percent') return 1;
  return tokens[i]!.text === 'per' && wordAt(tokens, i + 1) === 'cent' ? 2 : 0;
}

/** [start, end) without blanks, final signs and enclosing quotes. */
function inner(text: string): [start: number, end: number] {
  let start = 0;
  let end = text.length;
  for (;;) {
    const [first, last] = [text[start]!, text[end - 1]!];
    if (end > start && ' .!?'.includes(last)) end--;
    else if (end > start && first === ' ') start++;
    else if (end - start > 1 && first === last && `"'`.includes(first)) [start, end] = [start + 1, end - 1];
    else return [start, end];
  }
}

function isArticle(word: string): boolean {
  return word === 'a' || word === 'an';
}

function isWord(text: string): boolean {
  return /^[a-z'\u0080-\uffff]/.test(text);
}
