/** Which of two forms of a kernel is the faster on this machine: asked of the machine, with a matrix of the model. */
import { cpus } from 'node:os';
import { crc32 } from 'node:zlib';
import { isForArm, readKernels, type KernelVariant } from './kernels.ts';
import type { Measured } from './measured.ts';
import { roundUp, TILE_ROWS, type Matrix } from './matrix.ts';
import type { RunState } from './layout.ts';
import type { Team } from './team.ts';

/** Below this many bytes of weights it takes longer to find out than it can bring. */
const WORTH_ASKING = 32 << 20;
/** Rows and tokens of one measurement: about a millisecond. */
const ROWS = 2048;
const TOKENS = 16;
const ROUNDS = 3;

export interface Question {
  /** A matrix as most of the model's are. */
  readonly matrix: Matrix;
  /** Bytes of all weights. */
  readonly weights: number;
  /** Tokens of the largest batch. */
  readonly batch: number;
  readonly variant: KernelVariant;
  readonly team: Team;
  readonly state: RunState;
  /** Address of a thread's scratch. */
  readonly scratch: number;
}

type Form = 'many' | 'small';

/**
 * Tables for many tokens at once are 32 KB (`many`) or 16 KB (`small`), more or less than a first-level cache has room
 * for. Of three rounds of each in turn the best counts, once per machine and version of Node and kernels. Of 1-bit
 * products for ARM there is one form only, and nothing to ask.
 */
export function manyOrSmall(question: Question, measured?: Measured): Form {
  const { matrix, weights, batch, variant } = question;
  const { form, name } = matrix.format;
  if (form !== 'tables' || weights < WORTH_ASKING || batch < TOKENS) return 'many';
  if (isForArm(variant) && name === 'Q1_0') return 'many';
  const key = `prefill ${name}, ${matrix.cols} columns; ${machine(variant)}`;
  const known = measured?.recall(key);
  if (known === 'many' || known === 'small') return known;
  const best = faster(question);
  measured?.keep(key, best);
  return best;
}

function faster({ matrix: { format, address, rows: all, cols }, team, state, scratch }: Question): Form {
  const rows = Math.min(ROWS, roundUp(all, TILE_ROWS));
  const { tables, scales, sums } = state.activations;
  const best = { many: Infinity, small: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    for (const form of ['many', 'small'] as const) {
      const words = [state.gate, rows, address, rows, cols, format.group, tables, scales, sums, TOKENS, rows, scratch];
      const started = performance.now();
      team.run(format.job[form], 1, false, ...words);
      best[form] = Math.min(best[form], performance.now() - started);
    }
  }
  return best.small < best.many ? 'small' : 'many';
}

/** What an answer depends on besides the matrix. */
function machine(variant: KernelVariant): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  return `${processor}, Node ${process.version}, kernels ${variant} ${crc32(readKernels(variant)).toString(16)}`;
}
