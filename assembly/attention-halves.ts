/** Attention of two query heads over the 16-bit rows of one KV head, in floats. */
import { bitsOfHalf4, REBIAS } from './half';
import { rowBytes } from './kv';
import { store4, sum4 } from './math';
import { LOG2_E } from './softmax';

/** s0, s1 (length) f32 = the two queries times every key, over sqrt(headDim), in bits. */
export function scoreHalves(
  s0: usize,
  s1: usize,
  q0: usize, // (headDim) f32
  q1: usize, // (headDim) f32
  scaled: usize, // (2, headDim) f32, scratch
  keys: usize, // (length, headDim) f16
  length: i32,
  headDim: i32,
): void {
  // The halves' exponent bias is made good in the query, where it costs nothing.
  const factor = f32x4.splat((LOG2_E / sqrt<f32>(<f32>headDim)) * REBIAS);
  const bytes = (<usize>headDim) << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    v128.store(scaled + j, f32x4.mul(v128.load(q0 + j), factor));
    v128.store(scaled + bytes + j, f32x4.mul(v128.load(q1 + j), factor));
  }
  for (let t = 0; t < length; t++, s0 += 4, s1 += 4) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    for (let j: usize = 0; j < bytes; j += 16, keys += 8) {
      const k = bitsOfHalf4(keys);
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(scaled + j), k));
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(scaled + bytes + j), k));
    }
    store<f32>(s0, sum4(sum0));
    store<f32>(s1, sum4(sum1));
  }
}

/** out0, out1 (headDim) f32 = the values, weighed by p0 and p1, times the units. Of every value 16 dimensions at a time. */
export function mixHalves(
  out0: usize,
  out1: usize,
  p0: usize, // (length) f32
  p1: usize, // (length) f32
  unit0: f32,
  unit1: f32,
  values: usize, // (length, headDim) f16
  length: i32,
  headDim: i32,
): void {
  const stride = rowBytes(0, headDim);
  const u0 = f32x4.splat(unit0 * REBIAS);
  const u1 = f32x4.splat(unit1 * REBIAS);
  for (let j: usize = 0; j < <usize>headDim; j += 16, out0 += 64, out1 += 64) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let a2 = f32x4.splat(0);
    let a3 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let b2 = f32x4.splat(0);
    let b3 = f32x4.splat(0);
    let row = values + (j << 1);
    for (let t: usize = 0; t < (<usize>length) << 2; t += 4, row += stride) {
      const w0 = f32x4.mul(v128.load32_splat(p0 + t), u0);
      const w1 = f32x4.mul(v128.load32_splat(p1 + t), u1);
      const v0 = bitsOfHalf4(row);
      const v1 = bitsOfHalf4(row + 8);
      const v2 = bitsOfHalf4(row + 16);
      const v3 = bitsOfHalf4(row + 24);
      a0 = f32x4.add(a0, f32x4.mul(w0, v0));
      a1 = f32x4.add(a1, f32x4.mul(w0, v1));
      a2 = f32x4.add(a2, f32x4.mul(w0, v2));
      a3 = f32x4.add(a3, f32x4.mul(w0, v3));
      b0 = f32x4.add(b0, f32x4.mul(w1, v0));
      b1 = f32x4.add(b1, f32x4.mul(w1, v1));
      b2 = f32x4.add(b2, f32x4.mul(w1, v2));
      b3 = f32x4.add(b3, f32x4.mul(w1, v3));
    }
    store4(out0, a0, a1, a2, a3);
    store4(out1, b0, b1, b2, b3);
  }
}
