import t, { type Test } from 'tap';
import { Random } from '../support/random.ts';
import { ACTIVATIONS } from '../support/activations.ts';
import {
  decodeQ1,
  encodeQ1,
  exactBlocks,
  exactSum,
  fastBlocks,
  fastSum,
  matvec,
  quantizeQ8,
  tableMatvecQ1,
} from '../support/quantized.ts';
import { Harness, holdRows, VARIANTS } from './harness.ts';

/** Room for the tables of n rows of activations, filled by a table kernel; exact ones are the larger. */
function build(h: Harness, precision: Precision, x: Float32Array, cols: number): { tables: number; scales: number } {
  const n = x.length / cols;
  const tables = h.room(n * cols * 8);
  const scales = h.room((n * cols) / 32);
  h.kernels[`tables${precision}`](tables, scales, h.room((n * cols) / 16), h.put(x), cols, n);
  return { tables, scales };
}

type Precision = 'Exact' | 'Fast';
const PRECISIONS: readonly Precision[] = ['Exact', 'Fast'];

/** The arithmetic the kernels promise, to the bit. */
function expected(precision: Precision, w: Uint8Array, rows: number, cols: number, x: Float32Array): Float32Array {
  const blocks = precision === 'Exact' ? exactBlocks(x) : fastBlocks(x);
  const sum = precision === 'Exact' ? exactSum(blocks) : fastSum(blocks);
  return tableMatvecQ1(w, rows, cols, blocks.d, sum);
}

/** Scales of both signs, zero, subnormal and the largest: the format allows them all. */
function withOddScales(w: Uint8Array): Uint8Array {
  const view = new DataView(w.buffer);
  [0x0000, 0x8000, 0xb800, 0x0001, 0x83ff, 0x7bff, 0xfbff].forEach((bits, i) => {
    if ((i + 1) * 18 < w.length) view.setUint16(i * 18, bits, true);
  });
  return w;
}

/** GGUF rows brought into tiles, in room for rows rounded up to 16. */
function repacked(h: Harness, w: Uint8Array, rows: number, cols: number): number {
  const room = h.room((Math.ceil(rows / 16) * 16 * cols * 18) / 128);
  new Uint8Array(h.memory.buffer, room).set(w);
  h.kernels.repackQ1(room, rows, cols, h.room(512 + (16 * cols * 18) / 128));
  return room;
}

/** Rows of activations times a matrix of `h`, each held against what is expected; what lies between them is not the kernel's. */
function hold(
  t: Test,
  h: Harness,
  precision: Precision,
  [w, rows, cols]: readonly [w: number, rows: number, cols: number],
  x: Float32Array,
  stride: number,
  expected: (i: number) => Float32Array,
  name: string,
): void {
  const n = x.length / cols;
  const { tables, scales } = build(h, precision, x, cols);
  const out = h.room(n * stride * 4);
  h.kernels[`matvecQ1${precision}`](out, stride, w, rows, cols, tables, scales, n);
  holdRows(t, h, out, [n, rows, stride], expected, `${name}: ${rows} x ${cols}`);
}

/**
 * Kernels take tiles by four, as streams a quarter of the rows apart, or by sixteen, and a row of activations alone in a
 * way of its own: 1, 4, 4 + 1 and 16 + 4 + 3 tiles. Of 67 tiles of 1,024 columns streams would be 36,864 bytes apart, a
 * whole number of pages, and are shortened.
 */
const SHAPES = [
  { tiles: 1, cols: 768, counts: [1, 2, 3, 8] },
  { tiles: 4, cols: 384, counts: [1, 2, 3, 8] },
  { tiles: 5, cols: 512, counts: [1, 2, 3, 8] },
  { tiles: 23, cols: 256, counts: [1, 2, 3, 8] },
  { tiles: 64 + 3, cols: 1024, counts: [1] },
].map(({ tiles, cols, counts }) => {
  const random = new Random(tiles);
  const rows = 16 * tiles;
  const w = encodeQ1(random.floats(rows * cols, 0.1));
  const x = random.floats(counts.at(-1)! * cols);
  const products = (precision: Precision): Float32Array[] =>
    Array.from({ length: counts.at(-1)! }, (_, i) =>
      expected(precision, w, rows, cols, x.subarray(i * cols, (i + 1) * cols)),
    );
  return { rows, cols, counts, w, x, Exact: products('Exact'), Fast: products('Fast') };
});

for (const variant of VARIANTS) {
  for (const precision of PRECISIONS) {
    t.test(`matvecQ1${precision} is the arithmetic it promises, to the bit (${variant})`, async (t) => {
      const random = new Random(7);
      for (const [name, make] of Object.entries(ACTIVATIONS)) {
        const rows = 16 * random.int(1, random.pick([5, 5, 24])); // 16 tiles and more are computed together by some
        const cols = 128 * random.int(1, 6);
        const n = random.int(1, 8);
        const stride = rows + 16 * random.int(0, 2);
        const h = new Harness(variant);
        const w = withOddScales(encodeQ1(random.floats(rows * cols, 0.1)));
        const x = make(random, n * cols);
        const product = (i: number): Float32Array =>
          expected(precision, w, rows, cols, x.subarray(i * cols, (i + 1) * cols));
        hold(t, h, precision, [repacked(h, w, rows, cols), rows, cols], x, stride, product, name);
      }
    });

    t.test(`matvecQ1${precision} of every number of tiles and rows that is taken apart (${variant})`, async (t) => {
      for (const { rows, cols, counts, w, x, [precision]: products } of SHAPES) {
        for (const n of counts) {
          const h = new Harness(variant);
          const matrix = [repacked(h, w, rows, cols), rows, cols] as const;
          hold(t, h, precision, matrix, x.subarray(0, n * cols), rows + 16, (i) => products[i]!, 'normal');
        }
      }
    });

    t.test(`any range of tiles can be computed alone, for any n (${precision}, ${variant})`, async (t) => {
      const random = new Random(9);
      const [rows, cols, n] = [400, 384, 8];
      const h = new Harness(variant);
      const w = repacked(h, encodeQ1(random.floats(rows * cols)), rows, cols);
      const x = random.floats(n * cols);
      const { tables, scales } = build(h, precision, x, cols);
      const name = `matvecQ1${precision}` as const;
      const out = h.room(n * rows * 4);
      h.kernels[name](out, rows, w, rows, cols, tables, scales, n);
      const together = h.floats(out, n * rows);
      for (const [from, to] of [
        [0, 16],
        [16, 64],
        [64, 128],
        [128, 400],
      ] as const) {
        for (const count of [1, random.int(2, n)]) {
          const alone = h.room(count * rows * 4);
          const tiles = w + (from * cols * 18) / 128;
          h.kernels[name](alone + from * 4, rows, tiles, to - from, cols, tables, scales, count);
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

  t.test(`repackQ1 leaves no negative scale and counts those that are not finite (${variant})`, async (t) => {
    const random = new Random(12);
    const [rows, cols] = [21, 256];
    const h = new Harness(variant);
    const w = encodeQ1(random.floats(rows * cols));
    const view = new DataView(w.buffer);
    for (let b = 0; b < w.length / 18; b += 2) view.setUint16(b * 18, view.getUint16(b * 18, true) | 0x8000, true);
    const room = h.room((32 * cols * 18) / 128);
    const scratch = h.room(512 + (16 * cols * 18) / 128);
    new Uint8Array(h.memory.buffer, room).set(w);
    t.equal(h.kernels.repackQ1(room, rows, cols, scratch), 0);
    for (let block = 0; block < 4; block++) {
      t.ok(h.halves(room + block * 288, 16).every((half) => half < 0x8000));
    }
    view.setUint16(18, 0x7c00, true);
    view.setUint16(18 * 7, 0xfe01, true);
    new Uint8Array(h.memory.buffer, room).set(w);
    t.equal(h.kernels.repackQ1(room, rows, cols, scratch), 2);
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
}

t.test('the exact form is nearer to the activations than Q8_0, the fast one near enough', async (t) => {
  const random = new Random(11);
  const [rows, cols] = [64, 2048];
  const w = encodeQ1(random.floats(rows * cols, 0.1));
  const weights = decodeQ1(w);
  for (const kind of ['normal', 'with outliers'] as const) {
    const x = ACTIVATIONS[kind]!(random, cols);
    const truth = Float64Array.from({ length: rows }, (_, r) => {
      let sum = 0;
      for (let c = 0; c < cols; c++) sum += weights[r * cols + c]! * x[c]!;
      return sum;
    });
    const distance = (y: ArrayLike<number>): number =>
      Math.hypot(...truth.map((v, r) => v - y[r]!)) / Math.hypot(...truth);
    const q8 = distance(matvec(weights, rows, cols, quantizeQ8(x)));
    const exact = distance(expected('Exact', w, rows, cols, x));
    const fast = distance(expected('Fast', w, rows, cols, x));
    t.ok(exact < q8, `${kind}: exact ${exact}, Q8_0 ${q8}`);
    t.ok(fast < 0.025, `${kind}: fast ${fast}`);
  }
});
