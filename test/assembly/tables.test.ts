/** Activations as look-up tables: every entry against plain arithmetic. */
import t from 'tap';
import { ACTIVATIONS } from '../support/activations.ts';
import { exactBlocks, fastBlocks, signedSums } from '../support/quantized.ts';
import { Random } from '../support/random.ts';
import { roundHalfEven } from '../support/half.ts';
import { Harness, VARIANTS } from './harness.ts';

/** What a table kernel makes of x, (n, dim). */
function build(h: Harness, name: 'tablesExact' | 'tablesFast', x: Float32Array, dim: number) {
  const n = x.length / dim;
  const bytes = dim * n * (name === 'tablesExact' ? 8 : 4);
  const tables = h.room(bytes);
  const scales = h.room(n * Math.ceil(dim / 128) * 4);
  const sums = h.room((n * dim) / 16);
  h.kernels[name](tables, scales, sums, h.put(x), dim, n);
  return {
    tables: new Uint8Array(h.memory.buffer, tables, bytes).slice(),
    scales: h.floats(scales, n * Math.ceil(dim / 128)),
    sums: h.floats(sums, (n * dim) / 64),
  };
}

for (const variant of VARIANTS) {
  t.test(`exact tables hold the sums of the quantized activations (${variant})`, async (t) => {
    const random = new Random(21);
    for (const [name, make] of Object.entries(ACTIVATIONS)) {
      const dim = 64 * random.int(1, 9);
      const n = random.int(1, 3);
      const x = make(random, n * dim);
      const { tables, scales, sums } = build(new Harness(variant), 'tablesExact', x, dim);
      const blocks = Math.ceil(dim / 128);
      for (let i = 0; i < n; i++) {
        const { q, d } = exactBlocks(x.subarray(i * dim, (i + 1) * dim));
        t.same(
          scales.slice(i * blocks, (i + 1) * blocks),
          d.map((v) => v * 2 ** 112),
          `${name}: scales, ${dim}`,
        );
        const expected = Array.from({ length: dim / 4 }, (_, g) => signedSums(q.subarray(g * 4, g * 4 + 4)));
        const actual = expected.map((_, g) => {
          const at = (i * (dim / 4) + g) * 32;
          return Array.from({ length: 16 }, (_, k) => tables[at + k]! + 32 * tables[at + 16 + k]! - 512);
        });
        t.same(actual, expected, `${name}: entries`);
        t.ok(
          tables.every((byte) => byte <= 31),
          'planes that add up without a carry',
        );
        const plain = Array.from({ length: dim / 64 }, (_, g) =>
          q.subarray(g * 64, g * 64 + 64).reduce((sum, v) => sum + v, 0),
        );
        t.same([...sums.slice((i * dim) / 64, ((i + 1) * dim) / 64)], plain, `${name}: sums`);
      }
    }
  });

  t.test(`fast tables hold the rounded sums of the activations (${variant})`, async (t) => {
    const random = new Random(22);
    for (const [name, make] of Object.entries(ACTIVATIONS)) {
      const dim = 64 * random.int(1, 9);
      const n = random.int(1, 3);
      const x = make(random, n * dim);
      const { tables, scales, sums } = build(new Harness(variant), 'tablesFast', x, dim);
      const blocks = Math.ceil(dim / 128);
      for (let i = 0; i < n; i++) {
        const { q, d } = fastBlocks(x.subarray(i * dim, (i + 1) * dim));
        t.same(
          scales.slice(i * blocks, (i + 1) * blocks),
          d.map((v) => v * 2 ** 112),
          `${name}: scales, ${dim}`,
        );
        const expected = Array.from({ length: dim / 4 }, (_, g) =>
          signedSums(q.subarray(g * 4, g * 4 + 4)).map((sum) => roundHalfEven(sum) + (g & 2 ? 128 : 127)),
        );
        const from = i * dim * 4;
        t.same([...tables.slice(from, from + dim * 4)], expected.flat(), `${name}: entries`);
        for (let g = 0; g < dim / 64; g++) {
          const part = q.subarray(g * 64, g * 64 + 64);
          const plain = part.reduce((sum, v) => sum + v, 0);
          const most = part.reduce((sum, v) => sum + Math.abs(v), 1e-30);
          t.ok(Math.abs(sums[(i * dim) / 64 + g]! - plain) <= most * 2e-6, `${name}: sums`);
        }
      }
    }
  });

  t.test(`what is not a number stays in the scale (${variant})`, async (t) => {
    const x = new Float32Array(256).fill(1);
    x[130] = NaN;
    for (const name of ['tablesExact', 'tablesFast'] as const) {
      const { scales } = build(new Harness(variant), name, x, 256);
      t.ok(Number.isFinite(scales[0]!));
      t.ok(Number.isNaN(scales[1]!));
    }
  });
}
