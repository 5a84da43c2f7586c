/** Which parts of a command may be copied into a plan: spans that begin and end where words do. */

export interface Spans {
  /** The source as the model writes it (in JSON: escaped), UTF-8. */
  readonly bytes: Uint8Array;
  /** Byte offsets where a span may begin, ascending. */
  readonly starts: Int32Array;
  /** Per entry of `starts`, 1 where no blank stands before it: the model may then leave the leading blank out. */
  readonly unspaced: Uint8Array;
  /** (bytes + 1) 1 where a span may end. */
  readonly ends: Uint8Array;
  /** (bytes + 1) the last end that a span which has come this far can reach; -1: none. */
  readonly reach: Int32Array;
}

const WORD = /[\p{L}\p{N}\p{M}_]/u;
const DIGIT = /[0-9]/;
const BLANK = /\s/u;
/** Scripts written without blanks: any character may be the border of a word. */
const UNSPACED_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
/** Never the first character of a span. */
const CLOSING = /[.,;:!?)\]}]/;
/** Never the last character of a span. */
const SEPARATING = /[,;:!?"([{]/;

/**
 * Spans of `source`, whose lone surrogates count as U+FFFD. No span contains `<|`, so that a text value can never look
 * like a control token where a plan is read back from its text.
 */
export function findSpans(source: string, escape: (char: string) => string = (char) => char): Spans {
  const encoder = new TextEncoder();
  const chars = Array.from(source, (char) => (/^[\ud800-\udfff]$/.test(char) ? '\ufffd' : char));
  const written = chars.map((char) => encoder.encode(escape(char)));
  const length = written.reduce((sum, bytes) => sum + bytes.length, 0);
  const bytes = new Uint8Array(length);
  const ends = new Uint8Array(length + 1);
  /** Offsets that a span cannot run past. */
  const barrier = new Uint8Array(length + 1);
  const starts: number[] = [];
  const unspaced: number[] = [];
  let at = 0;
  /** The run of non-blanks that the character stands in has had a letter or digit. */
  let hasWord = false;
  for (let i = 0; i < chars.length; i++) {
    if (BLANK.test(chars[i]!)) hasWord = false;
    else if (WORD.test(chars[i]!)) hasWord = true;
    if (mayStart(chars, i)) {
      starts.push(at);
      unspaced.push(i > 0 && !BLANK.test(chars[i - 1]!) ? 1 : 0);
    }
    if (chars[i] === '|' && chars[i - 1] === '<') barrier[at] = 1;
    bytes.set(written[i]!, at);
    at += written[i]!.length;
    if (hasWord && mayEnd(chars, i)) ends[at] = 1;
  }
  const reach = new Int32Array(length + 1);
  for (let offset = length, last = -1; offset >= 0; offset--) {
    if (barrier[offset] === 1) last = -1;
    if (ends[offset] === 1 && last < 0) last = offset;
    reach[offset] = last;
  }
  const open = starts.map((start) => reach[start]! > start);
  return {
    bytes,
    starts: Int32Array.from(starts.filter((_, i) => open[i])),
    unspaced: Uint8Array.from(unspaced.filter((_, i) => open[i])),
    ends,
    reach,
  };
}

function mayStart(chars: readonly string[], i: number): boolean {
  const char = chars[i]!;
  const before = chars[i - 1] ?? ' ';
  if (BLANK.test(char)) return false;
  if (!WORD.test(char)) return BLANK.test(before) && !CLOSING.test(char);
  return !insideWord(chars, i) && !(isApostrophe(before) && WORD.test(chars[i - 2] ?? ' '));
}

function mayEnd(chars: readonly string[], i: number): boolean {
  const char = chars[i]!;
  const after = chars[i + 1] ?? ' ';
  if (BLANK.test(char) || SEPARATING.test(char)) return false;
  if (!WORD.test(char)) return !WORD.test(after);
  return !insideWord(chars, i + 1);
}

/** No word ends between characters i - 1 and i. */
function insideWord(chars: readonly string[], i: number): boolean {
  const before = chars[i - 1] ?? ' ';
  const after = chars[i] ?? ' ';
  if (UNSPACED_SCRIPT.test(before) || UNSPACED_SCRIPT.test(after)) return /\p{M}/u.test(after);
  if (WORD.test(before) && WORD.test(after)) return true;
  // "20.5" is one word: no border on either side of its point.
  if (after === '.') return DIGIT.test(before) && DIGIT.test(chars[i + 1] ?? ' ');
  return before === '.' && DIGIT.test(after) && DIGIT.test(chars[i - 2] ?? ' ');
}

function isApostrophe(char: string): boolean {
  return char === "'" || char === '’';
}
