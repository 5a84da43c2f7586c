/**
 * Prompt-lookup speculation (https://github.com/apoorvumang/prompt-lookup-decoding): the arguments of a plan are copied
 * from the command, so what followed the last tokens where they stood before is a good guess at what follows them now.
 */
import type { PlanState } from '../grammar/grammar.ts';

/** Tokens that must be the same before a guess is worth reading. */
const MATCH = 2;

/**
 * Tokens that may follow, at most `most`: what followed the last MATCH tokens at their last earlier occurrence, as far
 * as the grammar allows it, and what the grammar then leaves no choice about.
 * @param history the prompt and what is decided of the answer
 */
export function draftTokens(history: readonly number[], plan: PlanState, most: number): number[] {
  const draft: number[] = [];
  let next = continuation(history);
  if (next === undefined) return draft;
  const state = plan.fork();
  while (draft.length < most && next < history.length) {
    const guess = history[next++]!;
    if (!state.allowed().includes(guess)) break;
    state.accept(guess);
    draft.push(guess);
    if (state.done) break;
    for (const id of state.forced()) {
      state.accept(id);
      draft.push(id);
      if (history[next] === id) next++;
    }
    if (state.done) break;
  }
  return draft.slice(0, Math.max(0, most));
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
