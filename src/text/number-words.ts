/** "one hundred and five", "twenty point five", "two and a half": numbers said in words, read from tokens. */
import type { Token } from './characters.ts';

const ONES = numbered(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  (i) => i,
);
const TENS = numbered('twenty thirty forty fifty sixty seventy eighty ninety', (i) => 10 * (i + 2)).set('fourty', 40);
const FRACTIONS = new Map([
  ['half', '.5'],
  ['quarter', '.25'],
]);

function numbered(words: string, value: (i: number) => number): Map<string, number> {
  return new Map(words.split(' ').map((word, i) => [word, value(i)]));
}

/** The word that follows after a blank at `i`, or ''. */
export function wordAt(tokens: readonly Token[], i: number): string {
  const token = tokens[i];
  return token?.blank ? token.text : '';
}

/** A number in digits that begins at token `i`, and the token after it; undefined when none begins there. */
export function numberAt(tokens: readonly Token[], i: number): { digits: string; next: number } | undefined {
  const token = tokens[i]!.text;
  const integer = isDigits(token) ? { digits: token, next: i + 1 } : integerAt(tokens, i);
  if (integer === undefined || integer.digits.includes('.')) return integer;
  const { digits, next } = integer;
  if (wordAt(tokens, next) === 'point') {
    let decimals = '';
    let after = next + 1;
    for (; ; after++) {
      const word = wordAt(tokens, after);
      if (isDigits(word) && !word.includes('.')) decimals += word;
      else if ((ONES.get(word) ?? 10) < 10) decimals += ONES.get(word);
      else break;
    }
    if (decimals !== '') return { digits: `${digits}.${decimals}`, next: after };
  }
  const fraction = andAFraction(tokens, next);
  return fraction === '' ? integer : { digits: digits + fraction, next: next + 3 };
}

/** ".5" for "and a half" at `i`, ".25" for "and a quarter", else "". */
export function andAFraction(tokens: readonly Token[], i: number): string {
  if (wordAt(tokens, i) !== 'and' || wordAt(tokens, i + 1) !== 'a') return '';
  return FRACTIONS.get(wordAt(tokens, i + 2)) ?? '';
}

function isDigits(text: string): boolean {
  return text !== '' && text[0]! >= '0' && text[0]! <= '9';
}

type Kind = '' | 'zero' | 'ones' | 'teens' | 'tens' | 'hundred' | 'thousand';

/**
 * What may follow what (else the number ends):
 *   one..nine      twenty.. and ten..nineteen ("one eighty" is 180, only while nothing but that digit was said), hundred, thousand
 *   ten..nineteen  hundred, thousand
 *   twenty..       one..nine, hundred, thousand
 *   hundred        [and] one..ninety, thousand
 *   thousand       [and] anything smaller
 *   zero           nothing
 * Between two words stands a blank, or a hyphen without blanks.
 */
function integerAt(tokens: readonly Token[], i: number): { digits: string; next: number } | undefined {
  let total = 0;
  let current = 0;
  let last: Kind = '';
  let next = i;
  if (tokens[i]!.text === 'a' && ['hundred', 'thousand'].includes(wordAt(tokens, i + 1))) next = i + 1;
  while (next < tokens.length) {
    let at = next;
    if (last !== '' && !tokens[at]!.blank) {
      if (tokens[at]!.text !== '-' || (tokens[at + 1]?.blank ?? true)) break;
      at++;
    } else if ((last === 'hundred' || last === 'thousand') && tokens[at]!.text === 'and') {
      at++;
      const word = wordAt(tokens, at);
      if (!ONES.has(word) && !TENS.has(word)) break;
    }
    const word = tokens[at]!.text;
    const value = ONES.get(word) ?? TENS.get(word);
    const opensGroup = last === '' || last === 'hundred' || last === 'thousand';
    if (word === 'zero') {
      if (last !== '') break;
      last = 'zero';
    } else if (value !== undefined && value < 10) {
      if (!opensGroup && last !== 'tens') break;
      current += value;
      last = 'ones';
    } else if (value !== undefined) {
      if (last === 'ones' && current > 0 && current < 10) current *= 100;
      else if (!opensGroup) break;
      current += value;
      last = ONES.has(word) ? 'teens' : 'tens';
    } else if (word === 'hundred') {
      if (last === 'zero' || last === 'hundred' || current >= 100) break;
      current = Math.max(current, 1) * 100;
      last = 'hundred';
    } else if (word === 'thousand') {
      if (last === 'zero' || last === 'thousand' || total > 0) break;
      total = Math.max(current, 1) * 1000;
      current = 0;
      last = 'thousand';
    } else {
      break;
    }
    next = at + 1;
  }
  return last === '' ? undefined : { digits: String(total + current), next };
}
