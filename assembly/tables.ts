/**
 * Activations as look-up tables for 1- and 2-bit matrices: for each 4 activations the 16 sums of +-a0 +-a1 +-a2 +-a3,
 * bit k of the index set where a[k] is added, so that a nibble of weight bits is an index. 128 activations share a scale
 * (the last 64 of a row whose length is an odd multiple of 64 have one of their own).
 *
 * Exact: the activations are 9-bit integers, q = x / d rounded to nearest even, d = the largest magnitude / 255. Their
 * sums, biased by 1020, have 11 bits and lie in two planes of bytes, the low 6 bits and the high 5: four bytes of the
 * one or eight of the other add up without a carry.
 *
 * Fast: the sums themselves are rounded to 8 bits, 127 steps up and down from a centre. The kernels average four bytes
 * in two rounds, each of which rounds halves up and so adds 1/4 in the mean. With the centres 127, 127, 128, 128 (one
 * byte of weights after another) four entries of nothing average to CENTRE, and so do four of anything in the mean.
 *
 * Scales carry the 2^112 by which the weights' scales, halves moved to where a float keeps its bits, are too small.
 */
import { REBIAS } from './half';
import { sum4 } from './math';

/** Added to an exact sum. */
export const EXACT_BIAS: i32 = 1020;
/** Bits of the low plane of exact sums. */
export const LOW_BITS: i32 = 6;
/** What the average of four fast entries has in excess. */
export const CENTRE: i32 = 128;

/** Adding 1.5 * 2^23 leaves a small float, rounded to nearest even, as an integer in the low bits. */
const ROUND: f32 = 12582912.0;

/** q of 8 activations. */
// @ts-ignore: decorator
@inline
function quants(x: usize, inverse: v128): v128 {
  const low = f32x4.nearest(f32x4.mul(v128.load(x), inverse));
  const high = f32x4.nearest(f32x4.mul(v128.load(x, 16), inverse));
  const q = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(low), i32x4.trunc_sat_f32x4_s(high));
  return i16x8.min_s(i16x8.max_s(q, i16x8.splat(-255)), i16x8.splat(255));
}

/** Largest of the four lanes; NaN where there is one. */
// @ts-ignore: decorator
@inline
function max4(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

export function tablesExact(
  tables: usize, // (n, dim / 4, 2 planes, 16) u8
  scales: usize, // (n, dim / 128 rounded up) f32: 2^112 d
  sums: usize, // (n, dim / 64) f32: each 64 q added up
  x: usize, // (n, dim) f32
  dim: i32, // multiple of 64
  n: i32,
): void {
  for (let i = 0; i < n; i++) {
    for (let left = dim; left > 0; left -= 128) {
      const count = <usize>min(left, 128);
      let peak = f32x4.splat(0);
      for (let k: usize = 0; k < count << 2; k += 16) peak = f32x4.max(peak, f32x4.abs(v128.load(x + k)));
      const d = max4(peak) / 255.0;
      store<f32>(scales, d * REBIAS);
      scales += 4;
      const inverse = f32x4.splat(d != 0 ? <f32>1.0 / d : 0);
      for (let k: usize = 0; k < count; k += 64) {
        let sum = i32x4.splat(0);
        for (let j = 0; j < 8; j++) {
          const q = quants(x, inverse);
          sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(q));
          exactTables(tables, q);
          x += 32;
          tables += 64;
        }
        store<f32>(sums, sum4(f32x4.convert_i32x4_s(sum)));
        sums += 4;
      }
    }
  }
}

/** The tables of 8 activations, given as i16. */
// @ts-ignore: decorator
@inline
function exactTables(tables: usize, q: v128): void {
  // Lane i of these: the sign of a[k] in entry i, k = 0, 1, 2.
  const sign0 = i16x8(-1, 1, -1, 1, -1, 1, -1, 1);
  const sign1 = i16x8(-1, -1, 1, 1, -1, -1, 1, 1);
  const sign2 = i16x8(-1, -1, -1, -1, 1, 1, 1, 1);
  const bias = i16x8.splat(<i16>EXACT_BIAS);
  let base = i16x8.add(bias, i16x8.mul(i16x8.splat(i16x8.extract_lane_s(q, 0)), sign0));
  base = i16x8.add(base, i16x8.mul(i16x8.splat(i16x8.extract_lane_s(q, 1)), sign1));
  base = i16x8.add(base, i16x8.mul(i16x8.splat(i16x8.extract_lane_s(q, 2)), sign2));
  storePlanes(tables, base, i16x8.splat(i16x8.extract_lane_s(q, 3)));
  base = i16x8.add(bias, i16x8.mul(i16x8.splat(i16x8.extract_lane_s(q, 4)), sign0));
  base = i16x8.add(base, i16x8.mul(i16x8.splat(i16x8.extract_lane_s(q, 5)), sign1));
  base = i16x8.add(base, i16x8.mul(i16x8.splat(i16x8.extract_lane_s(q, 6)), sign2));
  storePlanes(tables + 32, base, i16x8.splat(i16x8.extract_lane_s(q, 7)));
}

// @ts-ignore: decorator
@inline
function storePlanes(table: usize, base: v128, last: v128): void {
  const low = i16x8.sub(base, last);
  const high = i16x8.add(base, last);
  const mask = i16x8.splat((1 << (<i16>LOW_BITS)) - 1);
  v128.store(table, i8x16.narrow_i16x8_u(v128.and(low, mask), v128.and(high, mask)));
  v128.store(table, i8x16.narrow_i16x8_u(i16x8.shr_u(low, LOW_BITS), i16x8.shr_u(high, LOW_BITS)), 16);
}

export function tablesFast(
  tables: usize, // (n, dim / 4, 16) u8
  scales: usize, // (n, dim / 128 rounded up) f32: 2^112 of a step of the tables
  sums: usize, // (n, dim / 64) f32: each 64 activations added up, in steps
  x: usize, // (n, dim) f32
  dim: i32, // multiple of 64
  n: i32,
): void {
  for (let i = 0; i < n; i++) {
    for (let left = dim; left > 0; left -= 128) {
      const count = <usize>min(left, 128);
      const peak = largestSum(x, count);
      store<f32>(scales, (peak / 127.0) * REBIAS);
      scales += 4;
      const steps = <f32>127.0 / peak;
      const inverse = f32x4.splat(steps < f32.MAX_VALUE ? steps : 0); // too small to be told from nothing, or NaN
      for (let k: usize = 0; k < count; k += 64) {
        let sum = f32x4.splat(0);
        for (let j = 0; j < 4; j++) {
          let a = f32x4.mul(v128.load(x), inverse);
          let b = f32x4.mul(v128.load(x, 16), inverse);
          sum = f32x4.add(sum, f32x4.add(a, b));
          fastTable(tables, a, 127);
          fastTable(tables + 16, b, 127);
          a = f32x4.mul(v128.load(x, 32), inverse);
          b = f32x4.mul(v128.load(x, 48), inverse);
          sum = f32x4.add(sum, f32x4.add(a, b));
          fastTable(tables + 32, a, 128);
          fastTable(tables + 48, b, 128);
          x += 64;
          tables += 64;
        }
        store<f32>(sums, sum4(sum));
        sums += 4;
      }
    }
  }
}

/** Largest |a0| + |a1| + |a2| + |a3| of `count` activations. */
// @ts-ignore: decorator
@inline
function largestSum(x: usize, count: usize): f32 {
  let peak = f32x4.splat(0);
  for (let k: usize = 0; k < count << 2; k += 64) {
    const a = f32x4.abs(v128.load(x + k));
    const b = f32x4.abs(v128.load(x + k, 16));
    const c = f32x4.abs(v128.load(x + k, 32));
    const d = f32x4.abs(v128.load(x + k, 48));
    // Four groups of four, transposed by halves: (a0 + a1, a2 + a3, b0 + b1, b2 + b3) and the same of c and d.
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7));
    peak = f32x4.max(peak, f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7)));
  }
  return max4(peak);
}

/** The table of 4 activations, given in steps. */
// @ts-ignore: decorator
@inline
function fastTable(table: usize, a: v128, centre: i32): void {
  const negate0 = i32x4(0x80000000, 0, 0x80000000, 0);
  const negate1 = i32x4(0x80000000, 0x80000000, 0, 0);
  const first = f32x4.add(
    v128.xor(v128.shuffle<f32>(a, a, 0, 0, 0, 0), negate0),
    v128.xor(v128.shuffle<f32>(a, a, 1, 1, 1, 1), negate1),
  );
  const a2 = v128.shuffle<f32>(a, a, 2, 2, 2, 2);
  const a3 = v128.shuffle<f32>(a, a, 3, 3, 3, 3);
  const both = f32x4.add(a2, a3);
  const either = f32x4.sub(a2, a3);
  const low = i16x8.narrow_i32x4_s(rounded(f32x4.sub(first, both), centre), rounded(f32x4.add(first, either), centre));
  const high = i16x8.narrow_i32x4_s(rounded(f32x4.sub(first, either), centre), rounded(f32x4.add(first, both), centre));
  v128.store(table, i8x16.narrow_i16x8_u(low, high));
}

/** Small floats to the nearest integers, above a centre. */
// @ts-ignore: decorator
@inline
function rounded(x: v128, centre: i32): v128 {
  return i32x4.sub(f32x4.add(x, f32x4.splat(ROUND)), i32x4.splat(reinterpret<i32>(ROUND) - centre));
}
