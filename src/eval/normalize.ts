/** Texts as the score compares them: the rules of canon.py, which the reference scores are made with. */

const ONES = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, i) => [word, i]),
);
const TENS = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, i) => [word, 10 * (i + 2)]),
).set('fourty', 40);

const TOKEN = /[A-Za-z']+|\p{Nd}+(?:\.\p{Nd}+)?|[^\sA-Za-z\p{Nd}]/gu;

function isNumberWord(word: string | undefined): boolean {
  return word !== undefined && (ONES.has(word) || TENS.has(word) || word === 'hundred' || word === 'thousand');
}

/** "turn one hundred and eighty degrees" -> "turn 180 degrees"; not the text pass, which is finer. */
export function wordsToDigits(text: string): string {
  const tokens = text.replaceAll('-', ' ').match(TOKEN) ?? [];
  const at = (i: number): string | undefined => tokens[i]?.toLowerCase();
  const out: string[] = [];
  for (let i = 0; i < tokens.length;) {
    if (!isNumberWord(at(i))) {
      out.push(tokens[i++]!);
      continue;
    }
    const words: string[] = [];
    for (; i < tokens.length; i++) {
      const last = words.at(-1);
      if (isNumberWord(at(i))) words.push(at(i)!);
      else if (at(i) !== 'and' || (last !== 'hundred' && last !== 'thousand') || !isNumberWord(at(i + 1))) break;
    }
    let value = String(valueOf(words));
    const decimal = at(i) === 'point' ? ONES.get(at(i + 1) ?? '') : undefined;
    if (decimal !== undefined) {
      value += `.${decimal}`;
      i += 2;
    } else if (at(i) === 'and' && at(i + 1) === 'a' && at(i + 2) === 'half') {
      value += '.5';
      i += 3;
    }
    out.push(value);
  }
  return out.join(' ').replace(/\s+([.,!?%°'])/g, '$1');
}

function valueOf(words: readonly string[]): number {
  let total = 0;
  let current = 0;
  for (const word of words) {
    const one = ONES.get(word);
    const ten = TENS.get(word);
    const isDigit = Number.isInteger(current) && current >= 1 && current <= 9;
    if (one !== undefined) {
      current = isDigit && one >= 10 ? current * 100 + one : current + one;
    } else if (ten !== undefined) {
      current = isDigit ? current * 100 + ten : current + ten;
    } else if (word === 'hundred') {
      current = Math.max(current, 1) * 100;
    } else {
      total += Math.max(current, 1) * 1000;
      current = 0;
    }
  }
  return total + current;
}

const ARTICLE =
  /(?<![\p{L}\p{N}_])(?:the|a|an|my|your|our|his|her|their|this|that|these|those|some|please|any|all|of)(?![\p{L}\p{N}_])/gu;

/** Lower case, digits for number words, no punctuation but . % ', no articles. */
export function normalize(value: unknown): string {
  return wordsToDigits(String(value).toLowerCase())
    .replace(/[^\p{L}\p{N}_\s.%']/gu, ' ')
    .replace(ARTICLE, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
}

const CLOCK = /(?<![\p{L}\p{N}_])(\p{Nd}+)[: ]?(\p{Nd}\p{Nd})?\s*(am|pm|a\.m\.|p\.m\.)/gu;

/** The words that count when two texts are compared: no plural, times as one word ("6 p.m." is "6pm"). */
export function wordsOf(value: unknown): string[] {
  return normalize(value)
    .replace(
      CLOCK,
      (_, hour: string, minute: string | undefined, half: string) =>
        hour + (minute === undefined || minute === '00' ? '' : minute) + half.replaceAll('.', ''),
    )
    .replaceAll("'", ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/(?<=[a-z]{3})s$/, ''));
}
