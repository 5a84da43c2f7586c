/**
 * Words that came through a keyboard or a microphone: whether one may be a slip of another, by letters (Damerau) or by
 * sound. Being near proves nothing: callers try what was said first, and take a near word only when it is the only one.
 */

/** Shorter words are too near to one another for a slip to be told from another word. */
const MIN_LENGTH = 4;

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, row[j]! + 1, next[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** Spellings of one sound, in the order in which they are replaced. Voiced and voiceless stay two sounds, th is its own. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/[^a-z]/g, ''],
  [/(.)\1+/g, '$1'],
  [/^(?:kn|gn|pn)/, 'n'],
  [/^wr/, 'r'],
  [/^x/, 's'],
  [/^wh/, 'w'],
  [/mb$/, 'm'],
  [/tch|ch|sh|(?:ti|si|ci)(?=o|a)/g, 'X'],
  [/th/g, '0'],
  [/ph/g, 'f'],
  [/gh/g, ''],
  [/ck|q|c(?![eiy])/g, 'k'],
  [/c/g, 's'],
  [/dge?|g(?=[eiy])/g, 'j'],
  [/x/g, 'ks'],
  [/z/g, 's'],
  [/(?<=[a-z0X])[hw]/g, ''],
  [/(?<=.)[aeiouy]+/g, ''],
  [/(.)\1+/g, '$1'],
];

/** How a word sounds: its consonants, and its first letter, in a code of its own. "lite" and "light" are both `lt`. */
export function soundOf(word: string): string {
  const code = SPELLINGS.reduce((text, [spelling, sound]) => text.replace(spelling, sound), word.toLowerCase());
  return /^[aeiouy]/.test(code) ? `a${code.slice(1)}` : code;
}

/** How far a slip `said` is from the word that may have been meant; undefined when it is no slip of it. */
export function slipDistance(said: string, meant: string): number | undefined {
  if (said === meant) return 0;
  const length = Math.min(said.length, meant.length);
  if (Math.max(said.length, meant.length) < MIN_LENGTH || length < 3) return undefined;
  const edits = editDistance(said, meant);
  const sameSound = soundOf(said) === soundOf(meant) && soundOf(meant).length >= 2;
  if (sameSound && edits <= Math.ceil(meant.length / 2)) return Math.min(edits, 1);
  if (said[0] !== meant[0] && !isSwapOf(said, meant)) return undefined;
  return edits <= allowed(length) ? edits : undefined;
}

function allowed(length: number): number {
  if (length < MIN_LENGTH) return 0;
  return length < 8 ? 1 : 2;
}

const isSwapOf = (a: string, b: string): boolean => a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);

/** The one word that `said` may be a slip of; undefined when there is none, or two are equally near. */
export function meantBy(said: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  let tied = false;
  for (const word of words) {
    const far = slipDistance(said, word);
    if (far === undefined || word === best) continue;
    if (far < least) [best, least, tied] = [word, far, false];
    else if (far === least) tied = true;
  }
  return tied ? undefined : best;
}
