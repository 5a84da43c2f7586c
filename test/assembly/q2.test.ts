/** 2-bit matrices over look-up tables, in the arithmetic they promise. */
import t, { type Test } from 'tap';
import { ACTIVATIONS } from '../support/activations.ts';
import {
  encodeQ2,
  exactBlocks,
  exactSum,
  exactSums,
  fastBlocks,
  fastSum,
  fastSums,
  tableMatvecQ2,
} from '../support/quantized.ts';
import { Random } from '../support/random.ts';
import { Harness, holdRows, VARIANTS } from './harness.ts';

/** Scales of both signs, zero, subnormal and the largest. */
function withOddScales(w: Uint8Array, group: number): Uint8Array {
  const view = new DataView(w.buffer);
  const groupBytes = 2 + group / 4;
  [0x0000, 0x8000, 0xb800, 0x0001, 0x83ff, 0x7bff, 0xfbff].forEach((bits, i) => {
    if ((i + 1) * groupBytes < w.length) view.setUint16(i * groupBytes, bits, true);
  });
  return w;
}

type Precision = 'Exact' | 'Fast';
const PRECISIONS: readonly Precision[] = ['Exact', 'Fast'];
type Shape = readonly [rows: number, cols: number, group: number];

/** The arithmetic the kernels promise, to the bit. */
function expected(precision: Precision, w: Uint8Array, [rows, cols, group]: Shape, x: Float32Array): Float32Array {
  if (precision === 'Exact') {
    const blocks = exactBlocks(x);
    return tableMatvecQ2(w, rows, cols, group, blocks.d, exactSums(blocks), exactSum(blocks));
  }
  const blocks = fastBlocks(x);
  return tableMatvecQ2(w, rows, cols, group, blocks.d, fastSums(blocks), fastSum(blocks));
}

/** GGUF rows brought into tiles. */
function repacked(t: Test, h: Harness, w: Uint8Array, [rows, cols, group]: Shape): number {
  const address = h.put(w);
  t.equal(h.kernels.repackQ2(address, rows, cols, group, h.room((16 * cols * (2 + group / 4)) / group)), 0);
  return address;
}

/** Tables of rows of activations, their scales and sums. */
function build(h: Harness, precision: Precision, x: Float32Array, cols: number): readonly [number, number, number] {
  const n = x.length / cols;
  const [tables, scales, sums] = [h.room(n * cols * 8), h.room(n * Math.ceil(cols / 128) * 4), h.room((n * cols) / 16)];
  h.kernels[`tables${precision}`](tables, scales, sums, h.put(x), cols, n);
  return [tables, scales, sums];
}

/** Rows of activations times a matrix of `h`, each held against what is expected; what lies between them is not the kernel's. */
function hold(
  t: Test,
  h: Harness,
  precision: Precision,
  w: number,
  [rows, cols, group]: Shape,
  x: Float32Array,
  stride: number,
  expected: (i: number) => Float32Array,
  name: string,
): void {
  const n = x.length / cols;
  const activations = build(h, precision, x, cols);
  const out = h.room(n * stride * 4);
  h.kernels[`matvecQ2${precision}`](out, stride, w, rows, cols, group, ...activations, n);
  holdRows(t, h, out, [n, rows, stride], expected, `${name}: ${rows} x ${cols}`);
}

/** As of q1.test.ts, in groups: the last has its streams a whole number of pages apart, and so shortened. */
const SHAPES = [64, 128].flatMap((group) =>
  [
    { tiles: 1, cols: 5 * group, counts: [1, 2, 3, 8] },
    { tiles: 4, cols: 3 * group, counts: [1, 2, 3, 8] },
    { tiles: 5, cols: 4 * group, counts: [1, 2, 3, 8] },
    { tiles: 23, cols: group, counts: [1, 2, 3, 8] },
    { tiles: 64 + 3, cols: 8 * group, counts: [1] },
  ].map(({ tiles, cols, counts }) => {
    const random = new Random(tiles + group);
    const shape: Shape = [16 * tiles, cols, group];
    const w = encodeQ2(random.floats(16 * tiles * cols, 0.2), group, (i) => i % 19 === 0);
    const x = random.floats(counts.at(-1)! * cols);
    const products = (precision: Precision): Float32Array[] =>
      Array.from({ length: counts.at(-1)! }, (_, i) =>
        expected(precision, w, shape, x.subarray(i * cols, (i + 1) * cols)),
      );
    return { shape, counts, w, x, Exact: products('Exact'), Fast: products('Fast') };
  }),
);

for (const variant of VARIANTS) {
  for (const precision of PRECISIONS) {
    for (const group of [64, 128]) {
      t.test(`matvecQ2${precision}, groups of ${group}, to the bit (${variant})`, async (t) => {
        const random = new Random(group);
        for (const [name, make] of Object.entries(ACTIVATIONS)) {
          const shape: Shape = [16 * random.int(1, 5), group * random.int(1, 6), group];
          const [rows, cols] = shape;
          const n = random.int(1, 8);
          const stride = rows + 16 * random.int(0, 2);
          const h = new Harness(variant);
          const bytes = encodeQ2(random.floats(rows * cols, 0.2), group, () => random.next() < 0.05);
          const w = withOddScales(bytes, group);
          const x = make(random, n * cols);
          const product = (i: number): Float32Array =>
            expected(precision, w, shape, x.subarray(i * cols, (i + 1) * cols));
          hold(t, h, precision, repacked(t, h, w, shape), shape, x, stride, product, name);
        }
      });
    }

    t.test(`matvecQ2${precision} of every number of tiles and rows that is taken apart (${variant})`, async (t) => {
      for (const { shape, counts, w, x, [precision]: products } of SHAPES) {
        const [rows, cols, group] = shape;
        for (const n of counts) {
          const h = new Harness(variant);
          const some = x.subarray(0, n * cols);
          const name = `groups of ${group}`;
          hold(t, h, precision, repacked(t, h, w, shape), shape, some, rows + 16, (i) => products[i]!, name);
        }
      }
    });

    t.test(`any range of tiles can be computed alone, for any n (${precision}, ${variant})`, async (t) => {
      const random = new Random(31);
      const [rows, cols, group, n] = [192, 320, 64, 8];
      const h = new Harness(variant);
      const w = repacked(t, h, encodeQ2(random.floats(rows * cols), group), [rows, cols, group]);
      const activations = build(h, precision, random.floats(n * cols), cols);
      const name = `matvecQ2${precision}` as const;
      const out = h.room(n * rows * 4);
      h.kernels[name](out, rows, w, rows, cols, group, ...activations, n);
      const together = h.floats(out, n * rows);
      for (const [from, to] of [
        [0, 16],
        [16, 80],
        [80, 192],
      ] as const) {
        for (const count of [1, random.int(2, n)]) {
          const alone = h.room(count * rows * 4);
          const tiles = w + (from * cols * 18) / 64;
          h.kernels[name](alone + from * 4, rows, tiles, to - from, cols, group, ...activations, count);
          for (let i = 0; i < count; i++) {
            t.same(
              h.floats(alone + (i * rows + from) * 4, to - from),
              together.slice(i * rows + from, i * rows + to),
              `rows ${from} to ${to}, row ${i} of ${count}`,
            );
          }
        }
      }
    });
  }

  t.test(`repackQ2 counts scales that are not finite (${variant})`, async (t) => {
    const [rows, cols, group] = [16, 128, 64];
    const h = new Harness(variant);
    const w = encodeQ2(new Random(5).floats(rows * cols), group);
    const view = new DataView(w.buffer);
    view.setUint16(18, 0x7c00, true);
    view.setUint16(36, 0xfe00, true);
    t.equal(h.kernels.repackQ2(h.put(w), rows, cols, group, h.room(16 * cols)), 2);
  });
}
