import t from 'tap';
import { readKernels, type KernelVariant } from '../../src/model/kernels.ts';
import { checkedInput, CHECKED, digest, soundKernels } from '../../src/model/self-check.ts';
import { VARIANTS } from '../assembly/harness.ts';
import { exactBlocks, exactSum, fastBlocks, fastSum, tableMatvecQ1 } from '../support/quantized.ts';

t.test('what the check expects is what the plain reference computes', async (t) => {
  const { rows, cols, tokens, weights, x } = checkedInput();
  const product = (token: number, precision: 'exact' | 'fast'): Float32Array => {
    const row = x.subarray(token * cols, (token + 1) * cols);
    const blocks = precision === 'exact' ? exactBlocks(row) : fastBlocks(row);
    const sum = precision === 'exact' ? exactSum(blocks) : fastSum(blocks);
    return tableMatvecQ1(weights, rows, cols, blocks.d, sum);
  };
  const all = Array.from({ length: tokens }, (_, token) => product(token, 'exact'));
  const results = [...all, product(0, 'exact'), product(0, 'fast')].flatMap((row) => [...row]);
  t.ok(results.every(Number.isFinite));
  t.equal(new Set(results).size > (rows * tokens) / 2, true, 'there is something to tell apart');
  t.equal(digest(Float32Array.from(results)), CHECKED);
});

t.test('every variant passes', async (t) => {
  for (const variant of VARIANTS) t.equal(soundKernels([variant]).variant, variant);
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
  t.equal(soundKernels(['arm', 'simd'], (note) => notes.push(note), compile).variant, 'simd');
  t.match(notes, [/kernels arm: wrong results/]);
  t.throws(() => soundKernels(['arm'], undefined, compile), { code: 'kernels-broken', message: /kernels \(arm\)/ });
});

t.test('a variant that traps is passed over too', async (t) => {
  // (module (import memory) (func unreachable) exported by every name that the check calls)
  const compile = (variant: KernelVariant): WebAssembly.Module =>
    variant === 'armloop' ? trapping() : new WebAssembly.Module(readKernels(variant));
  t.equal(soundKernels(['armloop', 'simd'], undefined, compile).variant, 'simd');
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
