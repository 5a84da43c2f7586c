import t, { type Test } from 'tap';
import { ACTIVATIONS } from '../support/activations.ts';
import {
  encodeQ1,
  encodeQ2,
  exactBlocks,
  exactSum,
  exactSums,
  tableMatvecQ1,
  tableMatvecQ2,
} from '../support/quantized.ts';
import { Random } from '../support/random.ts';
import { Harness, VARIANTS } from './harness.ts';

const KINDS: typeof ACTIVATIONS = {
  ...ACTIVATIONS,
  // Zero times the reciprocal of a scale that has none.
  'subnormal and zero': (random, n) => random.floats(n, 1e-40).map((x, i) => (i % 3 ? x : 0)),
};

/** Shapes for each kind of activations, and one with more rows than share tables. */
function cases(random: Random, group: number): { name: string; rows: number; cols: number; n: number }[] {
  const small = Object.keys(KINDS).map((name, i) => {
    return { name, rows: 16 * random.int(1, 3), cols: group * random.int(1, 5), n: i < 5 ? i + 1 : i + 12 };
  });
  return [...small, { name: 'normal', rows: 2 * 2048 + 32, cols: group, n: 17 }];
}

/** Scales of both signs, zero, subnormal and the largest, in blocks of `bytes`. */
function withOddScales(w: Uint8Array, bytes: number): Uint8Array {
  const view = new DataView(w.buffer);
  [0x0000, 0x8000, 0xb800, 0x0001, 0x83ff, 0x7bff, 0xfbff].forEach((bits, i) => {
    if ((i + 1) * bytes < w.length) view.setUint16(i * bytes, bits, true);
  });
  return w;
}

function putColumns(h: Harness, x: Float32Array, dim: number) {
  const n = x.length / dim;
  const padded = Math.ceil(n / 16) * 16;
  const columns = h.room(padded * dim * 2);
  const scales = h.room(padded * Math.ceil(dim / 128) * 4);
  const sums = h.room((padded * dim) / 16);
  h.kernels.columns(columns, scales, sums, h.put(x), dim, n);
  return { columns, scales, sums, n, padded };
}

/** (groups of 16 tokens, length, 16) as a row for each token. */
function byToken(values: ArrayLike<number>, length: number, tokens: number): number[][] {
  return Array.from({ length: tokens }, (_, token) =>
    Array.from({ length }, (_, i) => values[((token >> 4) * length + i) * 16 + (token & 15)]!),
  );
}

/** Bits of floats: a zero has a sign. */
const bits = (values: Float32Array): Uint32Array => new Uint32Array(values.slice().buffer);

/** Outputs of a kernel that are the expected ones to the bit, with nothing written between the rows of outputs. */
function sameOutputs(
  t: Test,
  h: Harness,
  x: Float32Array,
  rows: number,
  cols: number,
  label: string,
  run: (out: number, stride: number, batch: ReturnType<typeof putColumns>, scratch: number) => void,
  expected: (x: Float32Array) => Float32Array,
): void {
  const batch = putColumns(h, x, cols);
  const stride = rows + 16;
  const out = h.room(batch.n * stride * 4);
  const untouched = bits(h.floats(out, 16));
  run(out, stride, batch, h.room(h.kernels.prefillScratch()));
  for (let i = 0; i < batch.n; i++) {
    const name = `${label}: ${rows} x ${cols}, token ${i} of ${batch.n}`;
    const actual = h.floats(out + i * stride * 4, rows);
    t.same(bits(actual), bits(expected(x.subarray(i * cols, (i + 1) * cols))), name);
    t.same(bits(h.floats(out + (i * stride + rows) * 4, 16)), untouched, `${name}, nothing beside it`);
  }
}

for (const variant of VARIANTS) {
  t.test(`columns are the exact integers of 16 tokens side by side (${variant})`, async (t) => {
    const random = new Random(31);
    for (const [name, make] of Object.entries(KINDS)) {
      const dim = 64 * random.int(1, 9);
      const h = new Harness(variant);
      const x = make(random, random.int(1, 40) * dim);
      const { columns, scales, sums, n, padded } = putColumns(h, x, dim);
      const blocks = Math.ceil(dim / 128);
      const tokens = Array.from({ length: padded }, (_, i) =>
        exactBlocks(i < n ? x.subarray(i * dim, (i + 1) * dim) : new Float32Array(dim)),
      );
      const label = `${name}: ${n} x ${dim}`;
      const integers = new Int16Array(h.memory.buffer, columns, padded * dim);
      t.same(
        byToken(integers, dim, padded),
        tokens.map(({ q }) => [...q]),
        `${label}, integers`,
      );
      t.same(
        byToken(h.floats(scales, padded * blocks), blocks, padded),
        tokens.map(({ d }) => [...d.map((v) => v * 2 ** 112)]),
        `${label}, scales`,
      );
      t.same(
        byToken(h.floats(sums, (padded * dim) / 64), dim / 64, padded),
        tokens.map((token) => [...exactSums(token)]),
        `${label}, sums`,
      );
    }
  });

  for (const kernel of ['prefillQ1', 'prefillQ1Small'] as const) {
    t.test(`${kernel} is the arithmetic of matvecQ1Exact, to the bit (${variant})`, async (t) => {
      const random = new Random(32);
      for (const { name, rows, cols, n } of cases(random, 128)) {
        const h = new Harness(variant);
        const w = withOddScales(encodeQ1(random.floats(rows * cols, 0.1)), 18);
        const room = h.put(w);
        h.kernels.repackQ1(room, rows, cols, h.room(512 + (16 * cols * 18) / 128));
        sameOutputs(
          t,
          h,
          KINDS[name]!(random, n * cols),
          rows,
          cols,
          name,
          (out, stride, { columns, scales }, scratch) =>
            h.kernels[kernel](out, stride, room, rows, cols, columns, scales, n, scratch),
          (x) => {
            const blocks = exactBlocks(x);
            return tableMatvecQ1(w, rows, cols, blocks.d, exactSum(blocks));
          },
        );
      }
    });
  }

  for (const kernel of ['prefillQ2', 'prefillQ2Small'] as const) {
    for (const group of [64, 128]) {
      t.test(`${kernel} is the arithmetic of matvecQ2Exact, to the bit (group ${group}, ${variant})`, async (t) => {
        const random = new Random(33);
        for (const { name, rows, cols, n } of cases(random, group)) {
          const h = new Harness(variant);
          // Some codes are 3, twice the scale; in one matrix all.
          const spread = name === 'all the same' ? () => true : (j: number) => j % 7 === 0;
          const w = withOddScales(encodeQ2(random.floats(rows * cols, 0.1), group, spread), 2 + group / 4);
          const room = h.put(w);
          h.kernels.repackQ2(room, rows, cols, group, h.room(w.length));
          sameOutputs(
            t,
            h,
            KINDS[name]!(random, n * cols),
            rows,
            cols,
            name,
            (out, stride, { columns, scales, sums }, scratch) =>
              h.kernels[kernel](out, stride, room, rows, cols, group, columns, scales, sums, n, scratch),
            (x) => {
              const blocks = exactBlocks(x);
              return tableMatvecQ2(w, rows, cols, group, blocks.d, exactSums(blocks), exactSum(blocks));
            },
          );
        }
      });
    }
  }
}
