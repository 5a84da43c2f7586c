import t from 'tap';
import { KV_ROWS, KV_TILE, type KvRows } from '../support/kv-rows.ts';
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
  { heads: 1, kvHeads: 1, headDim: 32, context: 32, length: 1 },
  { heads: 4, kvHeads: 2, headDim: 64, context: 64, length: 7 },
  { heads: 6, kvHeads: 2, headDim: 32, context: 32, length: 32 },
  { heads: 8, kvHeads: 8, headDim: 128, context: 64, length: 33 },
  { heads: 4, kvHeads: 1, headDim: 128, context: 704, length: 695 },
  { heads: 3, kvHeads: 1, headDim: 256, context: 32, length: 17 },
  ...anyShapes(6),
];

function anyShapes(n: number): Shape[] {
  const random = new Random(3);
  return Array.from({ length: n }, () => {
    const kvHeads = random.int(1, 3);
    const context = KV_TILE * random.int(1, 4);
    const headDim = 16 * random.int(1, 10);
    return { heads: kvHeads * random.int(1, 5), kvHeads, headDim, context, length: random.int(1, context) };
  });
}

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

/** Rows as they lie in memory, and their scales. Positions that nobody has written are what they happen to be. */
function layOut(
  rows: readonly Uint8Array[],
  { context, headDim }: Shape,
  { bytes }: KvRows,
  at: (position: number, dimension: number) => number,
): { rows: Uint8Array; scales: Uint8Array } {
  const laid = new Uint8Array(rows.length * headDim * bytes);
  rows.forEach((row, i) => {
    const head = i - (i % context);
    for (let j = 0; j < headDim; j++) {
      const to = (head * headDim + at(i % context, j)) * bytes;
      laid.set(row.subarray(j * bytes, (j + 1) * bytes), to);
    }
  });
  return { rows: laid, scales: new Uint8Array(Buffer.concat(rows.map((row) => row.subarray(headDim * bytes)))) };
}

for (const [precision, rows] of Object.entries(KV_ROWS)) {
  const results = new Map<string, Float32Array>();

  for (const variant of VARIANTS) {
    t.test(`attention over ${precision} equals the plain reference (${variant})`, async (t) => {
      const random = new Random(11);
      for (const shape of SHAPES) {
        for (const scale of [1, 12]) {
          const { length, context, heads, kvHeads, headDim } = shape;
          const h = new Harness(variant);
          const q = random.floats(heads * headDim, scale);
          const cache = (): Uint8Array[] =>
            Array.from({ length: kvHeads * context }, () =>
              rows.encode(random.floats(headDim, random.pick([0, 1, 1, 2]))),
            );
          const [keys, values] = [cache(), cache()];
          const group = heads / kvHeads;
          const k = layOut(keys, shape, rows, (position, dimension) => position * headDim + dimension);
          const v = layOut(values, shape, rows, (position, dimension) => rows.valueAt(position, dimension, headDim));
          const at = { k: h.put(k.rows), kScales: h.put(k.scales), v: h.put(v.rows), vScales: h.put(v.scales) };
          // Two tokens at once, the second of which may look one position further.
          const [n, first] = length > 1 ? [2, length - 2] : [1, 0];
          const queries = h.put(Float32Array.from({ length: n * q.length }, (_, i) => q[i % q.length]!));
          const out = h.room(n * q.byteLength);
          const scratch = h.room(2 * (context + headDim) * 4);
          for (let kv = 0; kv < kvHeads; kv++) {
            const heads = kv * group * headDim * 4;
            const rowBytes = kv * context * headDim * rows.bytes;
            const scales = kv * context * 4;
            h.kernels.attend(
              ...([out + heads, queries + heads, at.k + rowBytes, at.v + rowBytes] as const),
              ...([at.kScales + scales, at.vScales + scales, scratch, first, context, group, headDim] as const),
              ...([q.length, q.length, n, rows.id] as const),
            );
          }
          const name = `${JSON.stringify(shape)}, queries of scale ${scale}`;
          const actual = h.floats(out, n * q.length);
          t.same(actual, results.get(name) ?? actual, `${name}: as by ${VARIANTS[0]}, to the bit`);
          results.set(name, actual);
          const [plainKeys, plainValues] = [keys.map(rows.decode), values.map(rows.decode)];
          for (let i = 0; i < n; i++) {
            const seen = { ...shape, length: first + i + 1 };
            const expected = reference(q, plainKeys, plainValues, seen);
            const error = maxRelativeError(actual.subarray(i * q.length, (i + 1) * q.length), expected);
            t.ok(error < rows.error, `${name}, token ${i}: error ${error}`);
          }
        }
      }
    });

    t.test(`keys and values are stored in ${precision} (${variant})`, async (t) => {
      const random = new Random(12);
      const h = new Harness(variant);
      const headDim = 64;
      const context = 2 * KV_TILE;
      const cases = [
        ...Array.from({ length: context - 3 }, () => random.floats(headDim, random.pick([1, 1e-4, 50]))),
        new Float32Array(headDim),
        new Float32Array(headDim).fill(-3),
        random.floats(headDim).map((x, i) => (i === 5 ? -40 : x)),
      ];
      const bytes = context * headDim * rows.bytes;
      const [keys, values] = [h.room(bytes), h.room(bytes)];
      const [keyScales, valueScales] = [h.room(context * 4), h.room(context * 4)];
      const scaleBytes = rows.encode(cases[0]!).length - headDim * rows.bytes;
      /** A row as it is read by who knows the layout. */
      const read = (from: number, scales: number, position: number, at: (dimension: number) => number): Uint8Array => {
        const row = Array.from({ length: headDim }, (_, j) => h.bytes(from + at(j) * rows.bytes, rows.bytes));
        return new Uint8Array(Buffer.concat([...row, h.bytes(scales + position * 4, scaleBytes)]));
      };
      // Out of order, over what others have left there.
      for (const position of cases.map((_, i) => (i * 37) % context)) {
        const x = h.put(cases[position]!);
        h.kernels.storeKey(keys, keyScales, position, x, headDim, rows.id);
        h.kernels.storeValue(values, valueScales, position, x, headDim, rows.id);
      }
      cases.forEach((x, position) => {
        const expected = rows.encode(x);
        const key = read(keys, keyScales, position, (j) => position * headDim + j);
        t.same(key, expected, `key of position ${position}`);
        const value = read(values, valueScales, position, (j) => rows.valueAt(position, j, headDim));
        t.same(value, expected, `value of position ${position}`);
        t.ok(closeEnough(x, rows, key), 'and it is near what was stored');
      });
    });
  }
}

/** Within half a step of the precision, step = largest magnitude over 1024 or 127. */
function closeEnough(x: Float32Array, rows: KvRows, row: Uint8Array): boolean {
  const peak = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const step = peak / [1024, 126][rows.id]!;
  return rows.decode(row).every((v, i) => Math.abs(v - x[i]!) <= step);
}
