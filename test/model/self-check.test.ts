import { crc32 } from 'node:zlib';
import t from 'tap';
import { readKernels, type KernelVariant } from '../../src/model/kernels.ts';
import { checkedInput, CHECKED, soundKernels } from '../../src/model/self-check.ts';
import { VARIANTS } from '../assembly/harness.ts';
import {
  exactBlocks,
  exactSum,
  exactSums,
  fastBlocks,
  fastSum,
  fastSums,
  tableMatvecQ1,
  tableMatvecQ2,
} from '../support/quantized.ts';

type Product = (x: Float32Array, precision: 'exact' | 'fast') => Float32Array;

t.test('what the check expects is what the plain reference computes', async (t) => {
  const { rows, prefillRows, cols, tokens, weights, x } = checkedInput();
  const oneBit: Product = (x, precision) => {
    const blocks = precision === 'exact' ? exactBlocks(x) : fastBlocks(x);
    const sum = precision === 'exact' ? exactSum(blocks) : fastSum(blocks);
    return tableMatvecQ1(weights, rows, x.length, blocks.d, sum);
  };
  const twoBit: Product = (x, precision) => {
    const blocks = precision === 'exact' ? exactBlocks(x) : fastBlocks(x);
    const sum = precision === 'exact' ? exactSum(blocks) : fastSum(blocks);
    const sums = precision === 'exact' ? exactSums(blocks) : fastSums(blocks);
    return tableMatvecQ2(weights, rows, x.length, 64, blocks.d, sums, sum);
  };
  const check = (product: Product, width: number, expected: number): void => {
    const token = (i: number): Float32Array => x.subarray(i * width, (i + 1) * width);
    const read = Array.from({ length: tokens }, (_, i) => product(token(i), 'exact').subarray(0, prefillRows));
    const results = [...read, product(token(0), 'exact'), product(token(0), 'fast')].flatMap((row) => [...row]);
    t.ok(results.every(Number.isFinite));
    t.ok(new Set(results).size > results.length / 2, 'there is something to tell apart');
    t.equal(crc32(new Uint8Array(Float32Array.from(results).buffer)), expected);
  };
  check(oneBit, cols, CHECKED.oneBit);
  check(twoBit, cols / 2, CHECKED.twoBit);
});

t.test('every variant passes', async (t) => {
  for (const variant of VARIANTS) t.equal(soundKernels([variant], { twoBit: true }).variant, variant);
});

/** The kernels with each swizzle made an addition: valid, and wrong. */
function broken(variant: KernelVariant): WebAssembly.Module {
  const bytes = readKernels(variant);
  let changed = 0;
  for (let i = 0; i + 1 < bytes.length; i++) {
    if (bytes[i] !== 0xfd || bytes[i + 1] !== 0x0e) continue;
    const patched = bytes.slice();
    // i8x16.add is 0x6e, and as a number of one byte it may stand where the swizzle's 0x0e stood.
    patched[i + 1] = 0x6e;
    if (!WebAssembly.validate(patched)) continue;
    bytes[i + 1] = 0x6e;
    changed++;
  }
  t.ok(changed > 0);
  return new WebAssembly.Module(bytes);
}

t.test('a variant that computes wrongly is passed over and told of', async (t) => {
  const notes: string[] = [];
  const compile = (variant: KernelVariant): WebAssembly.Module =>
    variant === 'arm' ? broken('simd') : new WebAssembly.Module(readKernels(variant));
  t.equal(soundKernels(['arm', 'simd'], { twoBit: false, note: (note) => notes.push(note), compile }).variant, 'simd');
  t.match(notes, [/kernels arm: wrong results/]);
  t.throws(() => soundKernels(['arm'], { twoBit: false, compile }), {
    code: 'kernels-broken',
    message: /kernels \(arm\)/,
  });
});

t.test('of 2-bit products what is wrong counts where they are wanted', async (t) => {
  const compile = (variant: KernelVariant): WebAssembly.Module => {
    const bytes = Buffer.from(readKernels('simd'));
    // HALF_BITS of assembly/matvec-q2.ts, in the data, which comes last: without them every scale is zero.
    const halfBits = bytes.lastIndexOf('00e0ff8f'.repeat(4), undefined, 'hex');
    t.ok(halfBits > 0);
    if (variant === 'arm') bytes.fill(0, halfBits, halfBits + 16);
    return new WebAssembly.Module(bytes);
  };
  t.equal(soundKernels(['arm', 'simd'], { twoBit: true, compile }).variant, 'simd');
  t.equal(soundKernels(['arm', 'simd'], { twoBit: false, compile }).variant, 'arm');
});

t.test('a variant that traps is passed over too', async (t) => {
  // (module (import memory) (func unreachable) exported by every name that the check calls)
  const compile = (variant: KernelVariant): WebAssembly.Module =>
    variant === 'armloop' ? trapping() : new WebAssembly.Module(readKernels(variant));
  t.equal(soundKernels(['armloop', 'simd'], { twoBit: false, compile }).variant, 'simd');
});

function trapping(): WebAssembly.Module {
  const section = (id: number, bytes: number[]): number[] => [id, bytes.length, ...bytes];
  const name = [...'repackQ1'].map((letter) => letter.charCodeAt(0));
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [1, 0x60, 0, 0]),
      ...section(3, [1, 0]),
      ...section(7, [1, name.length, ...name, 0, 0]),
      ...section(10, [1, 3, 0, 0x00, 0x0b]),
    ]),
  );
}
