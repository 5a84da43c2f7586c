/**
 * Causal attention over one KV head of the cache, grouped queries: the `group` query heads that read it. Two query heads
 * go over the cache together, so that a cached value is unpacked once for both.
 */
import { mixBytes, scoreBytes, toWeights } from './attention-bytes';
import { mixHalves, scoreHalves } from './attention-halves';
import { exponentials } from './softmax';

export function attend(
  out: usize, // (n, stride) f32, of each row the first group * headDim
  q: usize, // (n, qStride) f32, likewise
  keys: usize, // (context) rows, see kv.ts
  values: usize, // (context) rows
  keyScales: usize, // (context) f32
  valueScales: usize, // (context) f32
  scratch: usize, // (2, context + headDim) f32
  position: i32, // of the first of the n tokens; all before it and itself are attended to
  context: i32, // multiple of kv.ts' TILE
  group: i32,
  headDim: i32, // multiple of 16
  stride: i32,
  qStride: i32,
  n: i32,
  precision: i32,
): void {
  const other = (<usize>context) << 2;
  const queries = scratch + (other << 1);
  const head = (<usize>headDim) << 2;
  for (let i = 0; i < n; i++, out += (<usize>stride) << 2, q += (<usize>qStride) << 2) {
    const length = position + i + 1;
    for (let g = 0; g < group; g += 2) {
      const at = <usize>g * head;
      // Of an odd group the last query head goes over the cache as its own pair.
      const next = g + 1 < group ? head : 0;
      const q0 = q + at;
      const q1 = q + at + next;
      const out0 = out + at;
      const out1 = out + at + next;
      const s0 = scratch;
      const s1 = scratch + other;
      if (precision == 0) {
        scoreHalves(s0, s1, q0, q1, queries, keys, length, headDim);
        const unit0: f32 = <f32>1.0 / exponentials(s0, length);
        const unit1: f32 = <f32>1.0 / exponentials(s1, length);
        mixHalves(out0, out1, s0, s1, unit0, unit1, values, length, headDim);
      } else {
        scoreBytes(s0, s1, q0, q1, queries, keys, keyScales, length, headDim);
        const sum0 = exponentials(s0, length);
        const sum1 = exponentials(s1, length);
        const unit0 = toWeights(s0, valueScales, length) / sum0;
        const unit1 = toWeights(s1, valueScales, length) / sum1;
        mixBytes(out0, out1, s0, s1, unit0, unit1, queries, values, length, headDim);
      }
    }
  }
}
