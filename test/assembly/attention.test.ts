import t from 'tap';
import { KV_ROWS, type KvRows } from '../support/kv-rows.ts';
import { Random } from '../support/random.ts';
import { Harness, maxRelativeError, VARIANTS } from './harness.ts';

interface Shape {
  heads: number;
  kvHeads: number;
  headDim: number;
  context: number;
  length: number;
}

const SHAPES: readonly Shape[] = [
  { heads: 1, kvHeads: 1, headDim: 32, context: 1, length: 1 },
  { heads: 4, kvHeads: 2, headDim: 64, context: 33, length: 7 },
  { heads: 6, kvHeads: 2, headDim: 32, context: 16, length: 16 },
  { heads: 8, kvHeads: 8, headDim: 128, context: 40, length: 38 },
  { heads: 4, kvHeads: 1, headDim: 128, context: 700, length: 695 },
  { heads: 3, kvHeads: 1, headDim: 256, context: 20, length: 17 },
];

/** Softmax attention in double precision, one head at a time. Rows are (kvHeads, context). */
function reference(q: Float32Array, keys: Float64Array[], values: Float64Array[], s: Shape): Float64Array {
  const out = new Float64Array(s.heads * s.headDim);
  for (let head = 0; head < s.heads; head++) {
    const first = Math.floor(head / (s.heads / s.kvHeads)) * s.context;
    const scores = Array.from({ length: s.length }, (_, t) => {
      const dot = keys[first + t]!.reduce((sum, k, j) => sum + q[head * s.headDim + j]! * k, 0);
      return dot / Math.sqrt(s.headDim);
    });
    const peak = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - peak));
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((weight, t) => {
      values[first + t]!.forEach((v, j) => (out[head * s.headDim + j]! += (weight / total) * v));
    });
  }
  return out;
}

/** The parts of rows: values, and the scales that stand behind them where there are any. */
function split(rows: readonly Uint8Array[], headDim: number, valueBytes: number): [Uint8Array, Uint8Array] {
  const at = headDim * valueBytes;
  const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  return [join(rows.map((row) => row.subarray(0, at))), join(rows.map((row) => row.subarray(at)))];
}

for (const variant of VARIANTS) {
  for (const [precision, rows] of Object.entries(KV_ROWS)) {
    t.test(`attention over ${precision} equals the plain reference (${variant})`, async (t) => {
      const random = new Random(11);
      for (const shape of SHAPES) {
        for (const scale of [1, 12]) {
          const { length, context, heads, kvHeads, headDim } = shape;
          const h = new Harness(variant);
          const q = random.floats(heads * headDim, scale);
          const cache = (): Uint8Array[] =>
            Array.from({ length: kvHeads * context }, () => rows.encode(random.floats(headDim)));
          const [keys, values] = [cache(), cache()];
          const group = heads / kvHeads;
          const [k, keyScales] = split(keys, headDim, rows.bytes).map((part) => h.put(part));
          const [v, valueScales] = split(values, headDim, rows.bytes).map((part) => h.put(part));
          // Two tokens at once, the second of which may look one position further.
          const [n, first] = length > 1 ? [2, length - 2] : [1, 0];
          const queries = h.put(Float32Array.from({ length: n * q.length }, (_, i) => q[i % q.length]!));
          const out = h.room(n * q.byteLength);
          const scratch = h.room(2 * (Math.ceil(context / 4) * 16 + headDim * 4));
          for (let kv = 0; kv < kvHeads; kv++) {
            const at = kv * context;
            h.kernels.attend(
              ...([out + kv * group * headDim * 4, queries + kv * group * headDim * 4] as const),
              ...([k! + at * headDim * rows.bytes, v! + at * headDim * rows.bytes] as const),
              ...([keyScales! + at * 4, valueScales! + at * 4, scratch, first, context, group, headDim] as const),
              ...([q.length, q.length, n, rows.id] as const),
            );
          }
          for (let i = 0; i < n; i++) {
            const seen = { ...shape, length: first + i + 1 };
            const expected = reference(q, keys.map(rows.decode), values.map(rows.decode), seen);
            const error = maxRelativeError(h.floats(out + i * q.byteLength, q.length), expected);
            t.ok(error < rows.error, `${JSON.stringify(seen)}, queries of scale ${scale}: error ${error}`);
          }
        }
      }
    });

    t.test(`storeKv writes ${precision} (${variant})`, async (t) => {
      const random = new Random(12);
      const h = new Harness(variant);
      const headDim = 64;
      const cases = [
        ...Array.from({ length: 20 }, () => random.floats(headDim, random.pick([1, 1e-4, 50]))),
        new Float32Array(headDim),
        new Float32Array(headDim).fill(-3),
        random.floats(headDim).map((x, i) => (i === 5 ? -40 : x)),
      ];
      for (const x of cases) {
        const expected = rows.encode(x);
        const out = h.room(expected.length);
        h.kernels.storeKv(out, out + headDim * rows.bytes, h.put(x), headDim, rows.id);
        const actual = new Uint8Array(h.memory.buffer, out, expected.length).slice();
        t.same(actual, expected);
        t.ok(closeEnough(x, rows, actual), 'and it is near what was stored');
      }
    });
  }
}

/** Within half a step of the precision, step = largest magnitude over 1024 or 127. */
function closeEnough(x: Float32Array, rows: KvRows, row: Uint8Array): boolean {
  const peak = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const step = peak / [1024, 126][rows.id]!;
  return rows.decode(row).every((v, i) => Math.abs(v - x[i]!) <= step);
}
