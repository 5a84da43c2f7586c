import t from 'tap';
import { halfToNumber, numberToHalf } from '../support/half.ts';
import { Random } from '../support/random.ts';
import { Harness, maxRelativeError, VARIANTS } from './harness.ts';

interface Shape {
  heads: number;
  kvHeads: number;
  headDim: number;
  context: number;
  length: number;
}

/** Softmax attention in double precision, one head at a time. */
function reference(q: Float32Array, keys: Uint16Array, values: Uint16Array, s: Shape): Float64Array {
  const out = new Float64Array(s.heads * s.headDim);
  for (let head = 0; head < s.heads; head++) {
    const kv = Math.floor(head / (s.heads / s.kvHeads));
    const at = (t: number, j: number): number => (kv * s.context + t) * s.headDim + j;
    const scores = Array.from({ length: s.length }, (_, t) => {
      let dot = 0;
      for (let j = 0; j < s.headDim; j++) dot += q[head * s.headDim + j]! * halfToNumber(keys[at(t, j)]!);
      return dot / Math.sqrt(s.headDim);
    });
    const peak = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - peak));
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((weight, t) => {
      for (let j = 0; j < s.headDim; j++) {
        out[head * s.headDim + j]! += (weight / total) * halfToNumber(values[at(t, j)]!);
      }
    });
  }
  return out;
}

for (const variant of VARIANTS) {
  t.test(`attention equals the plain reference (${variant})`, async (t) => {
    const random = new Random(11);
    const halves = (n: number, scale: number): Uint16Array =>
      Uint16Array.from({ length: n }, () => numberToHalf(random.normal() * scale));
    const shapes: Shape[] = [
      { heads: 1, kvHeads: 1, headDim: 8, context: 1, length: 1 },
      { heads: 4, kvHeads: 2, headDim: 64, context: 33, length: 7 },
      { heads: 6, kvHeads: 2, headDim: 24, context: 16, length: 16 },
      { heads: 8, kvHeads: 8, headDim: 128, context: 40, length: 38 },
    ];
    for (const shape of shapes) {
      for (const scale of [1, 12]) {
        const h = new Harness(variant);
        const q = random.floats(shape.heads * shape.headDim, scale);
        const keys = halves(shape.kvHeads * shape.context * shape.headDim, 1);
        const values = halves(shape.kvHeads * shape.context * shape.headDim, 1);
        const out = h.room(q.byteLength);
        const scores = h.room(Math.ceil(shape.context / 4) * 16);
        const { length, context, heads, kvHeads, headDim } = shape;
        h.kernels.attention(
          out,
          h.put(q),
          h.put(keys),
          h.put(values),
          scores,
          length,
          context,
          heads,
          kvHeads,
          headDim,
        );
        const error = maxRelativeError(h.floats(out, q.length), reference(q, keys, values, shape));
        t.ok(error < 1e-5, `${JSON.stringify(shape)}, queries of scale ${scale}: error ${error}`);
      }
    }
  });
}
