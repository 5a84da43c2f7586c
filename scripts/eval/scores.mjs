// Figures of a model card against figures measured now.

/** The trainer's products are summed in another order than the runtime's: so many lines of a set may fall otherwise. */
export const LINES = 0.005;
const SHARES = ['action', 'strict'];

/**
 * @param scores of the card: set -> {n, valid, action, strict}; `micro` and `macro` are of all sets, others may be there
 * @param measured {sets, all, macro} as evaluateFiles returns them
 * @param hand sets of lines written by hand, which are in neither micro nor macro; the card has them as tests/<name>
 * @returns {{ reproduced: boolean, differences: string[] }}
 */
export function compareScores(scores, { sets, all, macro }, hand = []) {
  const differences = [];
  const compare = (name, said, found, tolerance) => {
    for (const key of SHARES) {
      if (Math.abs(said[key] - found[key]) <= tolerance + 1e-4) continue;
      differences.push(`${name}: ${key} is ${found[key]}, the card says ${said[key]}`);
    }
  };
  const byHand = hand.map((set) => ({ ...set, name: `tests/${set.name}` }));
  for (const set of [...sets, ...byHand]) {
    const said = scores[set.name];
    if (said === undefined) differences.push(`${set.name}: the card does not know this set`);
    else if (said.n !== set.n) differences.push(`${set.name}: ${set.n} lines, the card says ${said.n}`);
    else compare(set.name, said, set, Math.max(1, Math.ceil(LINES * set.n)) / set.n);
  }
  const lost = Object.keys(scores).filter(
    (name) => name.startsWith('tests/') && !byHand.some((set) => set.name === name),
  );
  differences.push(...lost.map((name) => `${name}: the card has it, and no such lines are here`));
  if (scores.micro !== undefined) compare('all lines', scores.micro, all, LINES);
  // One line of a small set weighs as much here as ten of a large one.
  const each = sets.map((set) => Math.max(1, LINES * set.n) / set.n / sets.length);
  if (scores.macro !== undefined) compare('macro', scores.macro, macro, Math.max(...each));
  return { reproduced: differences.length === 0, differences };
}
