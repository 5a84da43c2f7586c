/** Kernels over a small memory, with typed arrays copied in and out. */
import type { Test } from 'tap';
import { Arena } from '../../src/model/arena.ts';
import { canRelax, compileKernels, loadKernels, type Kernels, type KernelVariant } from '../../src/model/kernels.ts';

interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
}

/** Compiled once, and of one memory each: an emulated machine does not get back what thousands of them take. */
const instances = new Map<KernelVariant, Instance>();

function instance(variant: KernelVariant): Instance {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
  return { memory, kernels: loadKernels(memory, compileKernels(variant)) };
}

export class Harness {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly #arena = new Arena();

  /** @param own a memory for this one alone; else it takes over that of its variant, and what the one before put there is gone */
  constructor(variant: KernelVariant, own = false) {
    const made = (own ? undefined : instances.get(variant)) ?? instance(variant);
    if (!own) instances.set(variant, made);
    this.memory = made.memory;
    this.kernels = made.kernels;
  }

  /** Room for `bytes`, filled with 0xee so that what a kernel leaves unwritten shows. */
  room(bytes: number): number {
    const address = this.#arena.take(bytes);
    new Uint8Array(this.memory.buffer, address, bytes).fill(0xee);
    return address;
  }

  put(values: Float32Array | Uint8Array | Uint16Array): number {
    const address = this.room(values.byteLength);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.memory.buffer, address).set(bytes);
    return address;
  }

  bytes(address: number, n: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, n).slice();
  }

  floats(address: number, n: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, n).slice();
  }

  halves(address: number, n: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, address, n).slice();
  }
}

export const VARIANTS: readonly KernelVariant[] = [
  'simd',
  ...(canRelax() ? (['relaxed', 'ordered'] as const) : []),
  'arm',
  'armloop',
  'debug',
];

/** Rows of outputs, `stride` floats apart, each held against what is expected; what lies between them is not the kernel's. */
export function holdRows(
  t: Test,
  h: Harness,
  out: number,
  [n, rows, stride]: readonly [n: number, rows: number, stride: number],
  expected: (i: number) => Float32Array,
  name: string,
): void {
  for (let i = 0; i < n; i++) {
    const at = out + i * stride * 4;
    t.same(h.floats(at, rows), expected(i), `${name}, row ${i} of ${n}`);
    t.ok(h.bytes(at + rows * 4, (stride - rows) * 4).every((byte) => byte === 0xee));
  }
}

/** Largest difference, relative to the largest magnitude expected. */
export function maxRelativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let scale = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(actual[i]!)) return NaN;
    error = Math.max(error, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return error / scale;
}
