// The work every engine does: the same tokens, drawn once, fed whatever the engine itself would have said next.
import { Random } from '../../build/test/support/random.js';

/** `count` tokens of a vocabulary: which ones is all the same to the arithmetic. */
export function fixedTokens(count, vocabSize, seed = 1) {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.int(0, vocabSize - 1));
}
