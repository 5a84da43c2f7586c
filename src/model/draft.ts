/**
 * Prompt-lookup speculation (https://github.com/apoorvumang/prompt-lookup-decoding): the arguments of a plan are copied
 * from the command, so what followed the last tokens where they stood before is a good guess at what follows them now.
 */
import type { ConstrainedState } from '../grammar/state.ts';

/** Tokens that must be the same before a guess is made. */
const MATCH = 2;
/** What a token costs that is read together with another, as a share of what it costs alone: docs/performance.md. */
const COST = 0.7;
/** Guesses that are remembered, on the whole, and as what they count before there are any. */
const MEMORY = 32;
const EXPECTED = 0.85;
/** Where guessing does not pay, one guess in this many is made all the same: texts change. */
const RETRY = 64;

/**
 * How far ahead it pays to guess with this model. A guess that is right saves a pass over the weights, a wrong one is a
 * token read in vain, and to read a second token costs most of a pass, because tables are looked up for it anew.
 */
export class Guesses {
  #made = MEMORY / 4;
  #right = (MEMORY / 4) * EXPECTED;
  #declined = 0;

  /** Tokens to guess now, 0 or more. */
  most(): number {
    const sure = Math.min(this.#right / this.#made, 0.97);
    if (sure > COST) return Math.floor(Math.log(COST) / Math.log(sure));
    this.#declined = (this.#declined + 1) % RETRY;
    return this.#declined === 0 ? 1 : 0;
  }

  learn(right: boolean): void {
    const keep = 1 - 1 / MEMORY;
    this.#made = this.#made * keep + 1;
    this.#right = this.#right * keep + (right ? 1 : 0);
  }
}

/**
 * Tokens that may follow, at most `most`: what followed the last MATCH tokens at their last earlier occurrence, as far
 * as the grammar allows it, and what the grammar then leaves no choice about.
 * @param history the prompt and what is decided of the answer
 */
export function draftTokens(history: readonly number[], state: ConstrainedState, most: number): number[] {
  const draft: number[] = [];
  let next = most > 0 ? continuation(history) : undefined;
  if (next === undefined) return draft;
  const ahead = state.fork();
  while (draft.length < most && next < history.length) {
    const guess = history[next++]!;
    if (!ahead.accepts(guess)) break;
    ahead.accept(guess);
    draft.push(guess);
    if (ahead.done) break;
    for (const id of ahead.forced()) {
      ahead.accept(id);
      draft.push(id);
      if (history[next] === id) next++;
    }
    if (ahead.done) break;
  }
  return draft.slice(0, most);
}

/** Index of the token after the last earlier occurrence of the last MATCH tokens. */
function continuation(history: readonly number[]): number | undefined {
  const end = history.length - MATCH;
  for (let at = end - 1; at >= 0; at--) {
    let same = 0;
    while (same < MATCH && history[at + same] === history[end + same]) same++;
    if (same === MATCH) return at + MATCH;
  }
  return undefined;
}
