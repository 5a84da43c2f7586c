import t from 'tap';
import { Random } from '../support/random.ts';
import { roundHalfEven } from '../support/half.ts';
import { encodeQ1 } from '../support/quantized.ts';
import { Harness, VARIANTS } from './harness.ts';

/** Activations that a model has, and those it should never have. */
const ACTIVATIONS: Record<string, (random: Random, n: number) => Float32Array> = {
  normal: (random, n) => random.floats(n),
  'with outliers': (random, n) => random.floats(n).map((x, i) => (i % 97 === 0 ? x * 400 : x)),
  zero: (_, n) => new Float32Array(n),
  'one value': (random, n) => new Float32Array(n).map((_, i) => (i === random.int(0, n - 1) ? -7 : 0)),
  huge: (random, n) => random.floats(n, 1e6),
  tiny: (random, n) => random.floats(n, 1e-30),
  subnormal: (random, n) => random.floats(n, 1e-40).map((x, i) => (i % 3 ? x : 0)),
  'as large as can be': (random, n) => Float32Array.from({ length: n }, () => random.pick([-3, 3])),
  'ties of rounding': (random, n) =>
    Float32Array.from({ length: n }, (_, i) => (i % 64 === 0 ? 255 : random.int(-254, 253) + 0.5)),
};

interface Exact {
  /** (n, dim) integers in [-255, 255]. */
  readonly q: Int32Array;
  /** (n, dim / 128) scales of 128 integers. */
  readonly d: Float32Array;
}

/** The integers and scales of the exact kernels. */
function quantize(x: Float32Array, dim: number, n: number): Exact {
  const blocks = Math.ceil(dim / 128);
  const q = new Int32Array(n * dim);
  const d = new Float32Array(n * blocks);
  for (let b = 0; b < n * blocks; b++) {
    const start = Math.floor(b / blocks) * dim + (b % blocks) * 128;
    const part = x.subarray(start, Math.min(start + 128, (Math.floor(b / blocks) + 1) * dim));
    d[b] = part.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / 255;
    const inverse = d[b] === 0 ? 0 : Math.fround(1 / d[b]!);
    part.forEach((v, j) => {
      const scaled = Math.fround(v * inverse);
      q[start + j] = Number.isNaN(scaled) ? 0 : Math.max(-255, Math.min(255, roundHalfEven(scaled)));
    });
  }
  return { q, d };
}

/** A half's bits where a float keeps its own: 2^112 too small. */
function rawHalf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 13).buffer)[0]!;
}

/** x W^T in the order of arithmetic that every exact kernel keeps, each step rounded to a float. */
function multiplyQ1(w: Uint8Array, rows: number, cols: number, { q, d }: Exact, n: number): Float32Array {
  const blocks = cols / 128;
  const view = new DataView(w.buffer, w.byteOffset, w.byteLength);
  const out = new Float32Array(n * rows);
  for (let row = 0; row < rows; row++) {
    for (let b = 0; b < blocks; b++) {
      const at = (row * blocks + b) * 18;
      const half = view.getUint16(at, true);
      const h = rawHalf(half & 0x7fff);
      const sign = half & 0x8000 ? -1 : 1;
      const signs = Int8Array.from({ length: 128 }, (_, j) => ((w[at + 2 + (j >> 3)]! >> (j & 7)) & 1 ? sign : -sign));
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < 128; j++) sum += signs[j]! * q[i * cols + b * 128 + j]!;
        const scale = Math.fround(h * Math.fround(d[i * blocks + b]! * 2 ** 112));
        out[i * rows + row]! += Math.fround(sum * scale);
      }
    }
  }
  return out;
}

/** Random Q1_0 rows with scales of both signs, zero, subnormal and large. */
function randomQ1(random: Random, rows: number, cols: number): Uint8Array {
  const w = encodeQ1(random.floats(rows * cols, 0.1));
  const scales = new DataView(w.buffer);
  [0x0000, 0x8000, 0x0001, 0xb800, 0x83ff, 0x3800, 0x7bff, 0xfbff].forEach((bits, i) => {
    if (i * 54 < w.length) scales.setUint16(i * 54, bits, true);
  });
  return w;
}

interface Batch {
  readonly columns: number;
  readonly scales: number;
  readonly sums: number;
}

function putColumns(h: Harness, x: Float32Array, dim: number, n: number): Batch {
  const padded = Math.ceil(n / 16) * 16;
  const batch = {
    columns: h.room(padded * dim * 2),
    scales: h.room(padded * Math.ceil(dim / 128) * 4),
    sums: h.room((padded * dim) / 16),
  };
  h.kernels.columns(batch.columns, batch.scales, batch.sums, h.put(x), dim, n);
  return batch;
}

/** (groups of 16 tokens, length, 16) at an address, as (tokens, length). */
function byToken(values: ArrayLike<number>, length: number, tokens: number): number[] {
  return Array.from({ length: tokens * length }, (_, i) => {
    const token = Math.floor(i / length);
    return values[((token >> 4) * length + (i % length)) * 16 + (token & 15)]!;
  });
}

for (const variant of VARIANTS) {
  t.test(`columns are the exact integers, 16 tokens side by side (${variant})`, async (t) => {
    const random = new Random(31);
    for (const [name, make] of Object.entries(ACTIVATIONS)) {
      const n = random.int(1, 40);
      const dim = 64 * random.int(1, 9);
      const h = new Harness(variant);
      const x = make(random, n * dim);
      const { columns, scales, sums } = putColumns(h, x, dim, n);
      const { q, d } = quantize(x, dim, n);
      const padded = Math.ceil(n / 16) * 16;
      const blocks = Math.ceil(dim / 128);
      const label = `${name}: ${n} x ${dim}`;
      const zeros = (length: number) => new Array<number>((padded - n) * length).fill(0);
      const integers = new Int16Array(h.memory.buffer, columns, padded * dim);
      t.same(byToken(integers, dim, padded), [...q, ...zeros(dim)], `${label}, integers`);
      const expected = [...d.map((v) => v * 2 ** 112), ...zeros(blocks)];
      t.same(byToken(h.floats(scales, padded * blocks), blocks, padded), expected, `${label}, scales`);
      const parts = Array.from({ length: (n * dim) / 64 }, (_, i) =>
        q.subarray(i * 64, i * 64 + 64).reduce((sum, v) => sum + v, 0),
      );
      t.same(byToken(h.floats(sums, (padded * dim) / 64), dim / 64, padded), [...parts, ...zeros(dim / 64)], label);
    }
  });

  t.test(`prefillQ1 gives the bits of the plain reference (${variant})`, async (t) => {
    const random = new Random(32);
    const shapes = Object.keys(ACTIVATIONS).map((name, i): [string, number, number, number] => {
      return [name, 16 * random.int(1, 5), 128 * random.int(1, 4), i + (i < 5 ? 1 : 24)];
    });
    // More rows than share the tables at a time.
    shapes.push(['normal', 4096 + 32, 128, 17]);
    for (const [name, rows, cols, n] of shapes) {
      const h = new Harness(variant);
      const w = randomQ1(random, rows, cols);
      const room = h.put(w);
      h.kernels.repackQ1(room, rows, cols, h.room(512 + (16 * cols * 18) / 128));
      const x = ACTIVATIONS[name]!(random, n * cols);
      const { columns, scales } = putColumns(h, x, cols, n);
      const stride = rows + 16;
      const out = h.room(n * stride * 4);
      const untouched = h.floats(out, 16);
      h.kernels.prefillQ1(out, stride, room, rows, cols, columns, scales, n, h.room(h.kernels.prefillScratch()));
      const expected = multiplyQ1(w, rows, cols, quantize(x, cols, n), n);
      for (let i = 0; i < n; i++) {
        const label = `${name}: ${rows} x ${cols}, row ${i} of ${n}`;
        t.same(h.floats(out + i * stride * 4, rows), expected.subarray(i * rows, (i + 1) * rows), label);
        t.same(h.floats(out + (i * stride + rows) * 4, 16), untouched, `${label}, nothing beside it`);
      }
    }
  });
}
