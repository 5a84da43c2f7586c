/** Which of two forms of a kernel is the faster on this machine: asked of the machine, with a matrix of the model. */
import { roundUp, TILE_ROWS, type Matrix } from './matrix.ts';
import type { RunState } from './layout.ts';
import type { Team } from './team.ts';

/** Below this many bytes of weights it takes longer to find out than it can bring. */
const WORTH_ASKING = 32 << 20;
/** Rows and tokens of one measurement: about a millisecond. */
const ROWS = 2048;
const TOKENS = 16;
const ROUNDS = 3;

/**
 * Tables for many tokens at once are 32 KB (`many`) or 16 KB (`small`), more or less than a first-level cache has room
 * for. Of three rounds of each in turn the best counts.
 */
export function manyOrSmall(
  matrix: Matrix,
  bytes: number,
  batch: number,
  team: Team,
  state: RunState,
  scratch: number,
): 'many' | 'small' {
  if (matrix.format.form !== 'tables' || bytes < WORTH_ASKING || batch < TOKENS) return 'many';
  const { format, address, cols } = matrix;
  const rows = Math.min(ROWS, roundUp(matrix.rows, TILE_ROWS));
  const { tables, scales, sums } = state.activations;
  const best = { many: Infinity, small: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ['many', 'small'] as const) {
      const words = [state.gate, rows, address, rows, cols, format.group, tables, scales, sums, TOKENS, rows, scratch];
      const started = performance.now();
      team.run(format.job[kind], 1, false, ...words);
      best[kind] = Math.min(best[kind], performance.now() - started);
    }
  }
  return best.small < best.many ? 'small' : 'many';
}
