import t from 'tap';
import { Random } from '../support/random.ts';
import { encodeQ1 } from '../support/quantized.ts';
import { Harness } from './harness.ts';
import type { KernelVariant } from '../../src/model/kernels.ts';

type Decode = 'Exact' | 'Fast';

/** n rows of activations times a matrix, written with room between the tokens. */
function decode(variant: KernelVariant, precision: Decode, w: Uint8Array, rows: number, x: Float32Array, n: number) {
  const cols = x.length / n;
  const h = new Harness(variant);
  const matrix = h.put(w);
  h.kernels.repackQ1(matrix, rows, cols, h.room(512 + (16 * cols * 18) / 128));
  const [tables, scales, sums] = [n * cols * 8, (n * cols) / 32, (n * cols) / 16].map((bytes) => h.room(bytes));
  const out = h.room(n * (rows + 16) * 4);
  h.kernels[`tables${precision}`](tables!, scales!, sums!, h.put(x), cols, n);
  h.kernels[`matvecQ1${precision}`](out, rows + 16, matrix, rows, cols, tables!, scales!, n);
  return new Uint32Array(h.floats(out, n * (rows + 16)).buffer);
}

function prefill(variant: KernelVariant, w: Uint8Array, rows: number, x: Float32Array, n: number) {
  const cols = x.length / n;
  const h = new Harness(variant);
  const matrix = h.put(w);
  h.kernels.repackQ1(matrix, rows, cols, h.room(512 + (16 * cols * 18) / 128));
  const padded = Math.ceil(n / 16) * 16;
  const [columns, scales, sums] = [padded * cols * 2, (padded * cols) / 32, (padded * cols) / 16].map((b) => h.room(b));
  const out = h.room(n * (rows + 16) * 4);
  h.kernels.columns(columns!, scales!, sums!, h.put(x), cols, n);
  const scratch = h.room(h.kernels.prefillScratch());
  h.kernels.prefillQ1(out, rows + 16, matrix, rows, cols, columns!, scales!, n, scratch);
  return new Uint32Array(h.floats(out, n * (rows + 16)).buffer);
}

for (const variant of ['arm', 'armloop'] as const) {
  t.test(
    `whatever is left over of sixteen and four tiles, of four tokens, of four blocks: the bits of simd (${variant})`,
    async (t) => {
      const random = new Random(51);
      for (const tiles of [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 23]) {
        const rows = 16 * tiles;
        const cols = 128 * random.int(1, 9);
        const n = random.int(1, 21);
        const w = encodeQ1(random.floats(rows * cols));
        const x = random.floats(n * cols).map((v, i) => (i % 101 === 0 ? v * 100 : v));
        for (const precision of ['Exact', 'Fast'] as const) {
          for (const tokens of new Set([1, Math.min(n, 3)])) {
            const few = x.subarray(0, tokens * cols);
            t.same(
              decode(variant, precision, w, rows, few, tokens),
              decode('simd', precision, w, rows, few, tokens),
              `${precision}, ${rows} x ${cols}, ${tokens} of the tokens`,
            );
          }
        }
        t.same(
          prefill(variant, w, rows, x, n),
          prefill('simd', w, rows, x, n),
          `prefill, ${rows} x ${cols}, ${n} tokens`,
        );
      }
    },
  );

  t.test(`exact decode and prefill give the same bits (${variant})`, async (t) => {
    const random = new Random(52);
    const [rows, cols, n] = [80, 768, 5];
    const w = encodeQ1(random.floats(rows * cols));
    const x = random.floats(n * cols);
    t.same(prefill(variant, w, rows, x, n), decode(variant, 'Exact', w, rows, x, n));
  });
}
