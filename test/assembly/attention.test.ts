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

function joined(rows: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(rows));
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
          const out = h.room(q.byteLength);
          const scores = h.room((heads / kvHeads) * Math.ceil(context / 4) * 16);
          const row = h.room(headDim * 4);
          const [k, v] = [h.put(joined(keys)), h.put(joined(values))];
          h.kernels.attention(
            ...([out, h.put(q), k, v, scores, row, length, context, heads, kvHeads, headDim, rows.id] as const),
          );
          const expected = reference(q, keys.map(rows.decode), values.map(rows.decode), shape);
          const error = maxRelativeError(h.floats(out, q.length), expected);
          t.ok(error < 1e-5, `${JSON.stringify(shape)}, queries of scale ${scale}: error ${error}`);
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
        const out = h.room(rows.bytes(headDim));
        h.kernels.storeKv(out, h.put(x), headDim, rows.id);
        const actual = new Uint8Array(h.memory.buffer, out, rows.bytes(headDim)).slice();
        t.same(actual, rows.encode(x));
        t.ok(closeEnough(x, rows, actual), 'and it is near what was stored');
      }
    });
  }
}

/** Within half a step of the precision, step = largest magnitude over 1024, 127 or 8. */
function closeEnough(x: Float32Array, rows: KvRows, row: Uint8Array): boolean {
  const peak = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const step = peak / [1024, 126, 7][rows.id]!;
  return rows.decode(row).every((v, i) => Math.abs(v - x[i]!) <= step);
}
