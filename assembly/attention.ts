/**
 * Causal attention over one KV head of the cache, grouped queries: the `group` query heads that read it. Two query heads
 * go over the cache together, so that a cached value is unpacked once for both.
 *
 * Over 8-bit rows everything is integer: queries are rounded to 16 bits (a scale per head), the softmax' weights, times
 * the rows' scales, to 16 bits of the largest. Both errors are far below those of the cache's own 8 bits.
 */
import { bitsOfHalf4, REBIAS } from './half';
import { rowBytes } from './kv';
import { exp4, sum4 } from './math';

/** Bytes of `attend`'s scratch for a context. */
export function attentionScratch(context: i32, headDim: i32): usize {
  return 2 * (scoreBytes(context) + ((<usize>headDim) << 2));
}

/** Room for a row of scores, (context) f32. */
// @ts-ignore: decorator
@inline
function scoreBytes(context: i32): usize {
  return (((<usize>context) << 2) + 15) & ~15;
}

export function attend(
  out: usize, // (n, stride) f32, of each row the first group * headDim
  q: usize, // (n, qStride) f32, likewise
  keys: usize, // (context) rows, see kv.ts
  values: usize, // (context) rows
  keyScales: usize, // (context) f32
  valueScales: usize, // (context) f32
  scratch: usize, // attentionScratch bytes
  position: i32, // of the first of the n tokens; all before it and itself are attended to
  context: i32,
  group: i32,
  headDim: i32, // multiple of 16
  stride: i32,
  qStride: i32,
  n: i32,
  precision: i32,
): void {
  const other = scoreBytes(context);
  const queries = scratch + (other << 1);
  const head = (<usize>headDim) << 2;
  for (let i = 0; i < n; i++, out += (<usize>stride) << 2, q += (<usize>qStride) << 2) {
    const length = position + i + 1;
    for (let g = 0; g < group; g += 2) {
      const at = <usize>g * head;
      // Of an odd group the last query head goes over the cache as its own pair.
      const next = g + 1 < group ? head : 0;
      if (precision == 0) {
        scoreHalves(scratch, scratch + other, q + at, q + at + next, queries, keys, length, headDim);
        softmax(scratch, length);
        softmax(scratch + other, length);
        mixHalves(out + at, out + at + next, scratch, scratch + other, values, length, headDim);
      } else {
        scoreBytewise(scratch, scratch + other, q + at, q + at + next, queries, keys, keyScales, length, headDim);
        softmax(scratch, length);
        softmax(scratch + other, length);
        const unit0 = toWeights(scratch, valueScales, length);
        const unit1 = toWeights(scratch + other, valueScales, length);
        mixBytes(out + at, out + at + next, scratch, scratch + other, unit0, unit1, queries, values, length, headDim);
      }
    }
  }
}

/** s0, s1 (length) f32 = the two queries times every key, over sqrt(headDim). */
function scoreHalves(
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
  const factor = f32x4.splat((<f32>1.0 / sqrt<f32>(<f32>headDim)) * REBIAS);
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

/** out0, out1 (headDim) f32 = the values, weighed by p0 and p1. Of every value 16 dimensions at a time. */
function mixHalves(
  out0: usize,
  out1: usize,
  p0: usize, // (length) f32
  p1: usize, // (length) f32
  values: usize, // (length, headDim) f16
  length: i32,
  headDim: i32,
): void {
  const stride = rowBytes(0, headDim);
  const rebias = f32x4.splat(REBIAS);
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
      const w0 = f32x4.mul(v128.load32_splat(p0 + t), rebias);
      const w1 = f32x4.mul(v128.load32_splat(p1 + t), rebias);
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

/** As scoreHalves, over 8-bit keys. */
function scoreBytewise(
  s0: usize,
  s1: usize,
  q0: usize, // (headDim) f32
  q1: usize, // (headDim) f32
  rounded: usize, // (2, headDim) i16, scratch
  keys: usize, // (length, headDim) i8
  scales: usize, // (length) f32
  length: i32,
  headDim: i32,
): void {
  const bytes = (<usize>headDim) << 1;
  const root: f32 = <f32>1.0 / sqrt<f32>(<f32>headDim);
  const unit0 = roundQuery(rounded, q0, headDim) * root;
  const unit1 = roundQuery(rounded + bytes, q1, headDim) * root;
  for (let t: usize = 0; t < (<usize>length) << 2; t += 4) {
    let sum0 = i32x4.splat(0);
    let sum1 = i32x4.splat(0);
    let query = rounded;
    for (const end = rounded + bytes; query < end; query += 32, keys += 16) {
      const k = v128.load(keys);
      const low = i16x8.extend_low_i8x16_s(k);
      const high = i16x8.extend_high_i8x16_s(k);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(low, v128.load(query)));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(low, v128.load(query + bytes)));
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(high, v128.load(query, 16)));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(high, v128.load(query + bytes, 16)));
    }
    const scale = load<f32>(scales + t);
    store<f32>(s0 + t, <f32>sumOfInts(sum0) * (unit0 * scale));
    store<f32>(s1 + t, <f32>sumOfInts(sum1) * (unit1 * scale));
  }
}

/**
 * Rounds a query to 16 bits, fewer where heads have more than 128 values, so that no sum over 8-bit keys overflows.
 * Returns the unit.
 */
function roundQuery(out: usize, q: usize, headDim: i32): f32 {
  const bytes = (<usize>headDim) << 2;
  let peaks = f32x4.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) peaks = f32x4.max(peaks, f32x4.abs(v128.load(q + j)));
  const peak = max4(peaks);
  const most = min<f32>(32767.0, <f32>4194304.0 / <f32>headDim);
  const factor = f32x4.splat(peak > 0 ? most / peak : 0);
  for (let j: usize = 0; j < bytes; j += 32, out += 16) {
    const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(q + j), factor)));
    const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(q + j, 16), factor)));
    v128.store(out, i16x8.narrow_i32x4_s(low, high));
  }
  return peak / most;
}

/**
 * Turns probabilities into 16-bit weights of 8-bit values, in place: p (length) f32 becomes (length rounded up to even)
 * i16, and the unit is returned. Their sum stays below 2^24, so that no sum over the values overflows.
 */
function toWeights(p: usize, scales: usize, length: i32): f32 {
  // Past the end, up to a whole vector, probabilities are as good as zero (softmax), whatever the scales are.
  const bytes = (((<usize>length) << 2) + 15) & ~15;
  let peaks = f32x4.splat(0);
  let sums = f32x4.splat(0);
  for (let t: usize = 0; t < bytes; t += 16) {
    const w = f32x4.mul(v128.load(p + t), v128.load(scales + t));
    v128.store(p + t, w);
    peaks = f32x4.max(peaks, w);
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

/** Positions taken together: their values stay near while the dimensions are gone through. */
const NEAR: usize = 16;

/** As mixHalves, over 8-bit values: two positions at a time, 16 dimensions of each. */
function mixBytes(
  out0: usize,
  out1: usize,
  w0: usize, // (length rounded up to even) i16
  w1: usize, // (length rounded up to even) i16
  unit0: f32,
  unit1: f32,
  sums: usize, // (2, headDim) i32, scratch
  values: usize, // (length, headDim) i8
  length: i32,
  headDim: i32,
): void {
  const stride = <usize>headDim;
  const other = stride << 2;
  memory.fill(sums, 0, other << 1);
  for (let from: usize = 0; from < <usize>length; from += NEAR) {
    const count = min(<usize>length - from, NEAR);
    for (let j: usize = 0; j < stride; j += 16) {
      mixSlice(sums + (j << 2), other, w0 + (from << 1), w1 + (from << 1), values + from * stride + j, stride, count);
    }
  }
  const u0 = f32x4.splat(unit0);
  const u1 = f32x4.splat(unit1);
  for (let j: usize = 0; j < other; j += 16) {
    v128.store(out0 + j, f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums + j)), u0));
    v128.store(out1 + j, f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums + other + j)), u1));
  }
}

/** sums (16 of headDim) i32, for each of the two heads: 16 dimensions of some positions are added. */
// @ts-ignore: decorator
@inline
function mixSlice(sums: usize, other: usize, w0: usize, w1: usize, row: usize, stride: usize, count: usize): void {
  let a0 = v128.load(sums);
  let a1 = v128.load(sums, 16);
  let a2 = v128.load(sums, 32);
  let a3 = v128.load(sums, 48);
  let b0 = v128.load(sums + other);
  let b1 = v128.load(sums + other, 16);
  let b2 = v128.load(sums + other, 32);
  let b3 = v128.load(sums + other, 48);
  const end = w0 + (count << 1);
  for (; w0 < end; w0 += 4, w1 += 4, row += stride << 1) {
    const even = v128.load(row);
    // Past the last position the weight is zero: any row will do.
    const odd = v128.load(row + (w0 + 2 < end ? stride : 0));
    const low = v128.shuffle<u8>(even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const high = v128.shuffle<u8>(even, odd, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const v0 = i16x8.extend_low_i8x16_s(low);
    const v1 = i16x8.extend_high_i8x16_s(low);
    const v2 = i16x8.extend_low_i8x16_s(high);
    const v3 = i16x8.extend_high_i8x16_s(high);
    const p = v128.load32_splat(w0);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v0, p));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v1, p));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v2, p));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v3, p));
    const r = v128.load32_splat(w1);
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v0, r));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v1, r));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(v2, r));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(v3, r));
  }
  store4(sums, a0, a1, a2, a3);
  store4(sums + other, b0, b1, b2, b3);
}

/** Largest of the four lanes. */
// @ts-ignore: decorator
@inline
function max4(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

// @ts-ignore: decorator
@inline
function store4(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

// @ts-ignore: decorator
@inline
function sumOfInts(v: v128): i32 {
  const pairs = i32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

/** Scores to probabilities, in place. */
function softmax(scores: usize, length: i32): void {
  const used = (<usize>length) << 2;
  const bytes = (used + 15) & ~15;
  for (let t = used; t < bytes; t += 4) store<f32>(scores + t, -Infinity);
  let peaks = v128.load(scores);
  for (let t: usize = 16; t < bytes; t += 16) peaks = f32x4.max(peaks, v128.load(scores + t));
  const peak = f32x4.splat(max4(peaks));
  let sum = f32x4.splat(0);
  for (let t: usize = 0; t < bytes; t += 16) {
    const p = exp4(f32x4.sub(v128.load(scores + t), peak));
    v128.store(scores + t, p);
    sum = f32x4.add(sum, p);
  }
  // The padding's share, exp(-87) a lane, is below half an ulp of the sum.
  const inverse = f32x4.splat(<f32>1.0 / sum4(sum));
  for (let t: usize = 0; t < bytes; t += 16) v128.store(scores + t, f32x4.mul(v128.load(scores + t), inverse));
}
