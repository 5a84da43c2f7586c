/**
 * Whether a variant of the kernels computes what it must on this machine: an engine with a broken instruction, or one
 * that reads relaxed SIMD in a way of its own, is found out at the start and not in a robot's answer. A small product in
 * every form is computed and held against what all variants give, to the bit.
 */
import { TokonomaError } from '../errors.ts';
import { Arena, PAGE } from './arena.ts';
import { compileKernels, loadKernels, type Kernels, type KernelVariant } from './kernels.ts';

/** Two tiles of rows, two blocks of columns, and tokens enough that prefill has one left over after 16. */
const ROWS = 32;
const COLS = 256;
const TOKENS = 17;

/** FNV-1a of the results; test/model/self-check.test.ts computes it from the plain reference. */
export const CHECKED = 0x2001988b;

export interface SoundKernels {
  readonly variant: KernelVariant;
  readonly module: WebAssembly.Module;
}

/**
 * The first of these variants that computes rightly here, compiled.
 * @param note told of each that does not
 * @param compile what a test replaces
 * @throws TokonomaError `kernels-broken` when none does
 */
export function soundKernels(
  variants: readonly KernelVariant[],
  note?: (message: string) => void,
  compile = compileKernels,
): SoundKernels {
  for (const variant of variants) {
    const module = compile(variant);
    if (computesRightly(module)) return { variant, module };
    note?.(`kernels ${variant}: wrong results on this machine, not used`);
  }
  throw new TokonomaError(
    'kernels-broken',
    `the kernels (${variants.join(', ')}) compute wrong results on this machine; try another version of Node ` +
      `than ${process.version}`,
  );
}

function computesRightly(module: WebAssembly.Module): boolean {
  try {
    return digest(results(module)) === CHECKED;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return false;
    throw error;
  }
}

/** Weights (rows, cols) as GGUF Q1_0 and activations (tokens, cols) of the check, always the same. */
export function checkedInput(): { rows: number; cols: number; tokens: number; weights: Uint8Array; x: Float32Array } {
  let state = 0x9e3779b9;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const weights = new Uint8Array((ROWS * COLS * 18) / 128);
  for (let i = 0; i < weights.length; i++) weights[i] = next();
  // Scales between 2^-5 and 2^-2, of either sign.
  const view = new DataView(weights.buffer);
  for (let at = 0; at < weights.length; at += 18) {
    view.setUint16(at, (next() & 0x83ff) | (0x2800 + ((next() % 3) << 10)), true);
  }
  const x = Float32Array.from({ length: TOKENS * COLS }, () => (next() / 2 ** 32 - 0.5) * 2 ** ((next() % 8) - 4));
  return { rows: ROWS, cols: COLS, tokens: TOKENS, weights, x };
}

/** Products of all tokens by prefill, of the first by both precisions of decode: (tokens + 2, rows) f32. */
function results(module: WebAssembly.Module): Float32Array {
  const { weights, x } = checkedInput();
  const arena = new Arena();
  const bytes = {
    w: arena.take(weights.length),
    x: arena.take(x.byteLength),
    // Tables are the largest form of activations, 8 bytes a value; columns are of 16 tokens at a time.
    forms: arena.take(32 * COLS * 8),
    scales: arena.take(32 * COLS),
    sums: arena.take(32 * COLS),
    out: arena.take((TOKENS + 2) * ROWS * 4),
  };
  const scratch = arena.bytes;
  const pages = Math.ceil((scratch + 4 * PAGE) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernels = loadKernels(memory, module);
  const { w, forms, scales, sums, out } = bytes;
  new Uint8Array(memory.buffer, w).set(weights);
  new Float32Array(memory.buffer, bytes.x).set(x);
  kernels.repackQ1(w, ROWS, COLS, scratch);
  kernels.columns(forms, scales, sums, bytes.x, COLS, TOKENS);
  kernels.prefillQ1(out, ROWS, w, ROWS, COLS, forms, scales, TOKENS, scratch);
  decode(kernels, 'Exact', out + TOKENS * ROWS * 4);
  decode(kernels, 'Fast', out + (TOKENS + 1) * ROWS * 4);
  return new Float32Array(memory.buffer, out, (TOKENS + 2) * ROWS);

  function decode(kernels: Kernels, precision: 'Exact' | 'Fast', to: number): void {
    kernels[`tables${precision}`](forms, scales, sums, bytes.x, COLS, 1);
    kernels[`matvecQ1${precision}`](to, ROWS, w, ROWS, COLS, forms, scales, 1);
  }
}

/** FNV-1a, 32 bits, of the floats' bytes. */
export function digest(values: Float32Array): number {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(values.slice().buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
