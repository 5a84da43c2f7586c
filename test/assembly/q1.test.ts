import t from 'tap';
import { Random } from '../support/random.ts';
import { decodeQ1, encodeQ1, matvecQ1, quantizeQ8 } from '../support/quantized.ts';
import { Harness, maxRelativeError, VARIANTS } from './harness.ts';

/** Activations that a model has, and those it should never have. */
const ACTIVATIONS: Record<string, (random: Random, n: number) => Float32Array> = {
  normal: (random, n) => random.floats(n),
  'with outliers': (random, n) => random.floats(n).map((x, i) => (i % 97 === 0 ? x * 400 : x)),
  zero: (_, n) => new Float32Array(n),
  'one value': (random, n) => new Float32Array(n).fill(3.5, 0, 1).map((x, i) => (i === random.int(0, n - 1) ? -7 : x)),
  tiny: (random, n) => random.floats(n, 1e-6),
  huge: (random, n) => random.floats(n, 1e6),
  'ties of rounding': (random, n) =>
    Float32Array.from({ length: n }, (_, i) => (i % 32 === 0 ? 127 : random.int(-126, 125) + 0.5)),
};

for (const variant of VARIANTS) {
  t.test(`matmulQ1 equals the plain reference (${variant})`, async (t) => {
    const random = new Random(7);
    for (const [name, make] of Object.entries(ACTIVATIONS)) {
      const rows = random.int(1, 70);
      const cols = 128 * random.int(1, 6);
      const n = random.int(1, 4);
      const h = new Harness(variant);
      const w = encodeQ1(random.floats(rows * cols, 0.1));
      // Scales of both signs, zero and subnormal: the format allows them all.
      const scales = new DataView(w.buffer);
      [0x0000, 0x8000, 0xb800, 0x0001, 0x83ff, 0x7bff].forEach((bits, i) => {
        if (i * 18 < w.length - 18) scales.setUint16(i * 18, bits, true);
      });
      const room = h.room((Math.ceil(rows / 16) * 16 * cols * 18) / 128);
      new Uint8Array(h.memory.buffer, room).set(w);
      h.kernels.repackQ1(room, rows, cols, h.room(512 + (16 * cols * 18) / 128));

      const x = make(random, n * cols);
      const tables = h.room(n * cols * 8);
      const d = h.room((n * cols) / 8);
      h.kernels.quantizeTables(tables, d, h.room((n * cols) / 16), h.put(x), cols, n);
      const padded = Math.ceil(rows / 16) * 16;
      const out = h.room(n * padded * 4);
      h.kernels.matmulQ1(out, room, rows, cols, tables, d, n);

      for (let i = 0; i < n; i++) {
        const actual = h.floats(out + i * padded * 4, rows);
        const expected = matvecQ1(w, rows, cols, quantizeQ8(x.subarray(i * cols, (i + 1) * cols)));
        const error = maxRelativeError(actual, expected);
        t.ok(error < 2e-6, `${name}: ${rows} x ${cols}, row ${i} of ${n}: error ${error}`);
      }
    }
  });

  t.test(`embedQ1 gives back the row (${variant})`, async (t) => {
    const random = new Random(8);
    const [rows, cols] = [37, 384];
    const h = new Harness(variant);
    const w = encodeQ1(random.floats(rows * cols));
    const room = h.room((48 * cols * 18) / 128);
    new Uint8Array(h.memory.buffer, room).set(w);
    h.kernels.repackQ1(room, rows, cols, h.room(512 + (16 * cols * 18) / 128));
    const expected = decodeQ1(w);
    const out = h.room(cols * 4);
    for (let row = 0; row < rows; row++) {
      h.kernels.embedQ1(out, room, row, cols);
      t.same(h.floats(out, cols), expected.slice(row * cols, (row + 1) * cols), `row ${row}`);
    }
  });

  t.test(`a result does not depend on the batch it was computed in (${variant})`, async (t) => {
    const random = new Random(9);
    const [rows, cols, n] = [48, 256, 5];
    const h = new Harness(variant);
    const w = h.put(encodeQ1(random.floats(rows * cols)));
    h.kernels.repackQ1(w, rows, cols, h.room(512 + (16 * cols * 18) / 128));
    const x = h.put(random.floats(n * cols));
    const tables = h.room(n * cols * 8);
    const d = h.room((n * cols) / 8);
    const sums = h.room((n * cols) / 16);
    const out = h.room(n * rows * 4);
    h.kernels.quantizeTables(tables, d, sums, x, cols, n);
    h.kernels.matmulQ1(out, w, rows, cols, tables, d, n);
    const together = h.floats(out, n * rows);
    for (let i = 0; i < n; i++) {
      h.kernels.quantizeTables(tables, d, sums, x + i * cols * 4, cols, 1);
      h.kernels.matmulQ1(out, w, rows, cols, tables, d, 1);
      t.same(h.floats(out, rows), together.slice(i * rows, (i + 1) * rows), `row ${i}`);
    }
  });
}

t.test('all variants give the same bits', async (t) => {
  const random = new Random(10);
  const [rows, cols, n] = [32, 512, 2];
  const w = encodeQ1(random.floats(rows * cols));
  const x = random.floats(n * cols);
  const results = VARIANTS.map((variant) => {
    const h = new Harness(variant);
    const matrix = h.put(w);
    h.kernels.repackQ1(matrix, rows, cols, h.room(512 + (16 * cols * 18) / 128));
    const [tables, d, sums, out] = [n * cols * 8, (n * cols) / 8, (n * cols) / 16, n * rows * 4].map((b) => h.room(b));
    h.kernels.quantizeTables(tables!, d!, sums!, h.put(x), cols, n);
    h.kernels.matmulQ1(out!, matrix, rows, cols, tables!, d!, n);
    return h.floats(out!, n * rows);
  });
  for (const result of results.slice(1)) t.same(result, results[0]);
});
