/**
 * Whether a variant of the kernels computes what it must on this machine: an engine with a broken instruction, or one
 * that reads relaxed SIMD in a way of its own, is found out at the start and not in a robot's answer. A small product in
 * every form that the model takes is computed and held against what all variants give, to the bit.
 */
import { crc32 } from 'node:zlib';
import { TokonomaError } from '../errors.ts';
import { Arena, PAGE } from './arena.ts';
import { compileKernels, loadKernels, type Kernels, type KernelVariant } from './kernels.ts';
import { PREFILL_SCRATCH } from './team.ts';

/** Tiles of rows as decode takes them together, sixteen, four and one, of which the first two and one are prefill's. */
const ROWS = 336;
const PREFILL_ROWS = 48;
/** Two blocks of columns, and tokens enough that prefill has one left over after 16. */
const COLS = 256;
const TOKENS = 17;
/** The weights of Q1_0 are taken as Q2_0 as well, whose groups of 64 have as many bytes as those of 128 there. */
const Q2_GROUP = 64;
const Q2_COLS = COLS / 2;

const PREFILL_BYTES = TOKENS * PREFILL_ROWS * 4;
const OUT_BYTES = PREFILL_BYTES + 2 * ROWS * 4;

/** Checksums of the results; test/model/self-check.test.ts computes them from the plain reference. */
export const CHECKED = { oneBit: 0xce9fb931, twoBit: 0x09b49a63 } as const;

export interface SoundKernels {
  readonly variant: KernelVariant;
  readonly module: WebAssembly.Module;
}

export interface CheckOptions {
  /** Whether products of 2-bit matrices are wanted too: an engine compiles what is first used, and that takes time. */
  readonly twoBit: boolean;
  /** Told of each variant that is not used. */
  readonly note?: ((message: string) => void) | undefined;
  /** What a test replaces. */
  readonly compile?: (variant: KernelVariant) => WebAssembly.Module;
}

/**
 * The first of these variants that computes rightly here, compiled.
 * @throws TokonomaError `kernels-broken` when none does
 */
export function soundKernels(variants: readonly KernelVariant[], options: CheckOptions): SoundKernels {
  const { twoBit, note, compile = compileKernels } = options;
  for (const variant of variants) {
    const module = compile(variant);
    if (computesRightly(module, twoBit)) return { variant, module };
    note?.(`kernels ${variant}: wrong results on this machine, not used`);
  }
  throw new TokonomaError(
    'kernels-broken',
    `the kernels (${variants.join(', ')}) compute wrong results on this machine; try another version of Node ` +
      `than ${process.version}`,
  );
}

function computesRightly(module: WebAssembly.Module, twoBit: boolean): boolean {
  try {
    const check = new Check(module);
    return crc32(check.oneBit()) === CHECKED.oneBit && (!twoBit || crc32(check.twoBit()) === CHECKED.twoBit);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return false;
    throw error;
  }
}

/** What is multiplied, always the same. */
export interface CheckedInput {
  readonly rows: number;
  readonly prefillRows: number;
  readonly cols: number;
  readonly tokens: number;
  /** (rows, cols) as GGUF Q1_0; the same bytes as Q2_0 are half as many columns. */
  readonly weights: Uint8Array;
  /** (tokens, cols); for Q2_0 (tokens, cols / 2), the first half of it. */
  readonly x: Float32Array;
}

export function checkedInput(): CheckedInput {
  let state = 0x9e3779b9;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const weights = new Uint8Array((ROWS * COLS * 18) / 128);
  const words = new Uint32Array(weights.buffer);
  for (let i = 0; i < words.length; i++) words[i] = next();
  // Scales between 2^-5 and 2^-2, of either sign.
  const view = new DataView(weights.buffer);
  for (let at = 0; at < weights.length; at += 18) {
    view.setUint16(at, (next() & 0x83ff) | (0x2800 + ((next() % 3) << 10)), true);
  }
  const x = Float32Array.from({ length: TOKENS * COLS }, () => (next() / 2 ** 32 - 0.5) * 2 ** ((next() % 8) - 4));
  return { rows: ROWS, prefillRows: PREFILL_ROWS, cols: COLS, tokens: TOKENS, weights, x };
}

/**
 * Products as bytes of f32: of all tokens with the first rows by prefill, (tokens, prefillRows), then of the first token
 * with all rows by both precisions of decode, (2, rows).
 */
class Check {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  readonly #weights: Uint8Array;
  /** Addresses. */
  readonly #at: Readonly<Record<'w' | 'x' | 'forms' | 'scales' | 'sums' | 'out' | 'scratch', number>>;

  constructor(module: WebAssembly.Module) {
    const { weights, x } = checkedInput();
    const arena = new Arena();
    this.#weights = weights;
    this.#at = {
      w: arena.take(weights.length),
      x: arena.take(x.byteLength),
      // Tables are the largest form of activations, 8 bytes a value; columns are of 16 tokens at a time.
      forms: arena.take(32 * COLS * 8),
      scales: arena.take(32 * COLS),
      sums: arena.take(32 * COLS),
      out: arena.take(OUT_BYTES),
      scratch: arena.take(PREFILL_SCRATCH),
    };
    const pages = Math.ceil(arena.bytes / PAGE);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#kernels = loadKernels(this.#memory, module);
    new Float32Array(this.#memory.buffer, this.#at.x).set(x);
  }

  oneBit(): Uint8Array {
    const k = this.#kernels;
    const { w, x, forms, scales, sums, out, scratch } = this.#at;
    this.#putWeights();
    k.repackQ1(w, ROWS, COLS, scratch);
    k.columns(forms, scales, sums, x, COLS, TOKENS);
    k.prefillQ1(out, PREFILL_ROWS, w, PREFILL_ROWS, COLS, forms, scales, TOKENS, scratch);
    let row = out + PREFILL_BYTES;
    for (const precision of ['Exact', 'Fast'] as const) {
      k[`tables${precision}`](forms, scales, sums, x, COLS, 1);
      k[`matvecQ1${precision}`](row, ROWS, w, ROWS, COLS, forms, scales, 1);
      row += ROWS * 4;
    }
    return this.#results();
  }

  twoBit(): Uint8Array {
    const k = this.#kernels;
    const { w, x, forms, scales, sums, out, scratch } = this.#at;
    this.#putWeights();
    k.repackQ2(w, ROWS, Q2_COLS, Q2_GROUP, scratch);
    k.columns(forms, scales, sums, x, Q2_COLS, TOKENS);
    const some = [PREFILL_ROWS, w, PREFILL_ROWS, Q2_COLS, Q2_GROUP] as const;
    k.prefillQ2(out, ...some, forms, scales, sums, TOKENS, scratch);
    let row = out + PREFILL_BYTES;
    for (const precision of ['Exact', 'Fast'] as const) {
      k[`tables${precision}`](forms, scales, sums, x, Q2_COLS, 1);
      k[`matvecQ2${precision}`](row, ROWS, w, ROWS, Q2_COLS, Q2_GROUP, forms, scales, sums, 1);
      row += ROWS * 4;
    }
    return this.#results();
  }

  /** As a file has them: repacking is in place. */
  #putWeights(): void {
    new Uint8Array(this.#memory.buffer, this.#at.w).set(this.#weights);
  }

  #results(): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#at.out, OUT_BYTES).slice();
  }
}
