/** A byte-level BPE learned from a text: small, but made as real ones are. */
import { BYTE_TO_CHAR } from '../../src/tokenizer/alphabet.ts';
import { wordPattern } from '../../src/tokenizer/pretokenize.ts';

/** The 256 bytes and `merges` tokens more, in the GPT-2 byte alphabet. */
export function trainBpe(text: string, merges: number): { tokens: string[]; merges: string[] } {
  const words = [...text.matchAll(wordPattern('qwen2')!)].map(([word]) =>
    Array.from(new TextEncoder().encode(word), (byte) => BYTE_TO_CHAR[byte]!),
  );
  const tokens = [...BYTE_TO_CHAR];
  const learned: string[] = [];
  while (learned.length < merges) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const best = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
    if (best === undefined) break;
    const [left, right] = best.split(' ') as [string, string];
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right);
      }
    }
    learned.push(best);
    if (!tokens.includes(left + right)) tokens.push(left + right);
  }
  return { tokens, merges: learned };
}
