/**
 * Attention of two query heads over the 8-bit rows of one KV head. Everything is integer: queries are rounded to 16 bits
 * (a unit per head), the exponentials, times the rows' scales, to 16 bits of the largest. Both errors are far below those
 * of the cache's own 8 bits.
 */
import { addProducts, mixSlice } from './integers';
import { TILE } from './kv';
import { max4, sum4 } from './math';
import { LOG2_E } from './softmax';

/** s0, s1 (length rounded up to 4) f32 = the two queries times every key, over sqrt(headDim), in bits. */
export function scoreBytes(
  s0: usize,
  s1: usize,
  q0: usize, // (headDim) f32
  q1: usize, // (headDim) f32
  rounded: usize, // (headDim / 8, 2, 8) i16, scratch: the queries side by side
  keys: usize, // (length rounded up to 4, headDim) i8
  scales: usize, // (length rounded up to 4) f32
  length: i32,
  headDim: i32,
): void {
  const root: f32 = LOG2_E / sqrt<f32>(<f32>headDim);
  const unit0 = f32x4.splat(roundQuery(rounded, q0, headDim) * root);
  const unit1 = f32x4.splat(roundQuery(rounded + 16, q1, headDim) * root);
  const stride = <usize>headDim;
  const end = rounded + (stride << 2);
  for (let t = 0; t < length; t += 4, s0 += 16, s1 += 16, scales += 16) {
    let k0 = keys;
    let k1 = k0 + stride;
    let k2 = k1 + stride;
    let k3 = k2 + stride;
    keys = k3 + stride;
    let a0 = i32x4.splat(0);
    let a1 = i32x4.splat(0);
    let a2 = i32x4.splat(0);
    let a3 = i32x4.splat(0);
    let b0 = i32x4.splat(0);
    let b1 = i32x4.splat(0);
    let b2 = i32x4.splat(0);
    let b3 = i32x4.splat(0);
    for (let query = rounded; query < end; query += 32, k0 += 8, k1 += 8, k2 += 8, k3 += 8) {
      const qa = v128.load(query);
      const qb = v128.load(query, 16);
      const row0 = v128.load8x8_s(k0);
      const row1 = v128.load8x8_s(k1);
      const row2 = v128.load8x8_s(k2);
      const row3 = v128.load8x8_s(k3);
      a0 = addProducts(a0, row0, qa);
      b0 = addProducts(b0, row0, qb);
      a1 = addProducts(a1, row1, qa);
      b1 = addProducts(b1, row1, qb);
      a2 = addProducts(a2, row2, qa);
      b2 = addProducts(b2, row2, qb);
      a3 = addProducts(a3, row3, qa);
      b3 = addProducts(b3, row3, qb);
    }
    const scale = v128.load(scales);
    v128.store(s0, f32x4.mul(f32x4.convert_i32x4_s(sumsOf(a0, a1, a2, a3)), f32x4.mul(unit0, scale)));
    v128.store(s1, f32x4.mul(f32x4.convert_i32x4_s(sumsOf(b0, b1, b2, b3)), f32x4.mul(unit1, scale)));
  }
}

/** The four sums of four lanes each. */
// @ts-ignore: decorator
@inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/**
 * Rounds a query to 16 bits, fewer where heads have more than 128 values, so that no sum over 8-bit keys overflows.
 * Returns the unit.
 */
function roundQuery(
  out: usize, // of every 32 bytes the first 16
  q: usize, // (headDim) f32
  headDim: i32,
): f32 {
  const bytes = (<usize>headDim) << 2;
  let peaks = f32x4.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) peaks = f32x4.max(peaks, f32x4.abs(v128.load(q + j)));
  const peak = max4(peaks);
  const most = min<f32>(32767.0, <f32>4194304.0 / <f32>headDim);
  const factor = f32x4.splat(peak > 0 ? most / peak : 0);
  for (let j: usize = 0; j < bytes; j += 32) {
    const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(q + j), factor)));
    const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(q + j, 16), factor)));
    v128.store(out + j, i16x8.narrow_i32x4_s(low, high));
  }
  return peak / most;
}

/**
 * Turns exponentials into 16-bit weights of 8-bit values, in place: p (length rounded up to 4) f32 becomes i16, and the
 * unit is returned. Their sum stays below 2^24, so that no sum over the values overflows.
 */
export function toWeights(p: usize, scales: usize, length: i32): f32 {
  // Past the end, up to a whole vector, exponentials are as good as zero, whatever the scales are.
  const bytes = (((<usize>length) << 2) + 15) & ~15;
  let peaks = f32x4.splat(0);
  let sums = f32x4.splat(0);
  for (let t: usize = 0; t < bytes; t += 16) {
    const w = f32x4.mul(v128.load(p + t), v128.load(scales + t));
    v128.store(p + t, w);
    peaks = f32x4.pmax(peaks, w);
    sums = f32x4.add(sums, w);
  }
  const peak = max4(peaks);
  const factor: f32 = peak > 0 ? min<f32>(<f32>32767.0 / peak, <f32>16777216.0 / sum4(sums)) : 0;
  const steps = f32x4.splat(factor);
  for (let t: usize = 0; t < bytes; t += 16) {
    const w = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(p + t), steps)));
    v128.store64_lane(p + (t >> 1), i16x8.narrow_i32x4_s(w, w), 0);
  }
  return factor > 0 ? <f32>1.0 / factor : 0;
}

/** out0, out1 (headDim) f32 = the values, weighed by w0 and w1, times the units. Of a tile of values 16 dimensions at a time. */
export function mixBytes(
  out0: usize,
  out1: usize,
  w0: usize, // (length rounded up to 4) i16
  w1: usize, // (length rounded up to 4) i16
  unit0: f32,
  unit1: f32,
  sums: usize, // (headDim / 16, 2, 16) i32, scratch
  values: usize, // (length rounded up to TILE, headDim) i8, see kv.ts
  length: i32,
  headDim: i32,
): void {
  const bytes = (<usize>headDim) << 3;
  memory.fill(sums, 0, bytes);
  for (let left = length; left > 0; left -= TILE) {
    const pairs = (<usize>(min(left, TILE) + 1)) >> 1;
    for (let slice: usize = 0; slice < bytes; slice += 128, values += TILE << 4) {
      mixSlice(sums + slice, w0, w1, pairs, values);
    }
    w0 += TILE << 1;
    w1 += TILE << 1;
  }
  const u0 = f32x4.splat(unit0);
  const u1 = f32x4.splat(unit1);
  for (const end = sums + bytes; sums < end; sums += 128, out0 += 64, out1 += 64) {
    for (let i: usize = 0; i < 64; i += 16) {
      v128.store(out0 + i, f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums + i)), u0));
      v128.store(out1 + i, f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums + i, 64)), u1));
    }
  }
}
