/** Words looked up in a text, as whole words. */

const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;
const BEGINS_WITH_WORD = /^[\p{L}\p{N}]/u;

/** Where `words` stand in `text` as whole words, from `from` on; -1: nowhere. */
export function wordsAt(text: string, words: string, from = 0): number {
  for (let at = text.indexOf(words, from); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length;
    // A character is at most two units.
    const isInside =
      ENDS_IN_WORD.test(text.slice(Math.max(0, at - 2), at)) || BEGINS_WITH_WORD.test(text.slice(end, end + 2));
    if (!isInside) return at;
  }
  return -1;
}
