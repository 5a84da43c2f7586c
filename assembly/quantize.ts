/**
 * Activations in 8 bits, as llama.cpp's NEON build rounds them (Q8_0: 32 values share a half precision scale, quants
 * rounded to nearest even with the unrounded reciprocal).
 *
 * The 1- and 2-bit matrices want them as look-up tables: for each 4 values the 16 sums of +-a0 +-a1 +-a2 +-a3, so that
 * a nibble of weight bits is an index into them. A sum is in [-508, 508]; biased by 508 it has 10 bits, kept as two
 * planes of 5 so that eight table bytes add up without a carry (31 * 8 = 248): see tile.ts.
 */
import { roundToHalf } from './half';

/** The bias of one table entry. */
export const TABLE_BIAS: i16 = 508;

/** Scale of 32 values before rounding: their largest magnitude is 127 of it. */
// @ts-ignore: decorator
@inline
function scaleOf(x: usize): f32 {
  let peak = f32x4.splat(0);
  for (let i: usize = 0; i < 128; i += 16) peak = f32x4.max(peak, f32x4.abs(v128.load(x + i)));
  const amax = max(
    max(f32x4.extract_lane(peak, 0), f32x4.extract_lane(peak, 1)),
    max(f32x4.extract_lane(peak, 2), f32x4.extract_lane(peak, 3)),
  );
  return amax / 127.0;
}

/** 4 values in units of the scale, given as its reciprocal. */
// @ts-ignore: decorator
@inline
function quants(x: usize, inverse: f32): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x), f32x4.splat(inverse))));
}

// @ts-ignore: decorator
@inline
function reciprocal(d: f32): f32 {
  return d != 0 ? <f32>1.0 / d : 0;
}

export function quantizeTables(
  tables: usize, // (n, dim / 4, 2 planes, 16) u8
  scales: usize, // (n, dim / 32) f32
  sums: usize, // (n, dim / 32) i16: each 32 quants added up
  x: usize, // (n, dim) f32
  dim: i32, // multiple of 32
  n: i32,
): void {
  const groups = (dim >> 5) * n;
  // Entry i of a table has bit k set where weight k is +1: 2 * a[k] above the sum of all negatives.
  const bit0 = i16x8(0, 2, 0, 2, 0, 2, 0, 2);
  const bit1 = i16x8(0, 0, 2, 2, 0, 0, 2, 2);
  const bit2 = i16x8(0, 0, 0, 0, 2, 2, 2, 2);
  const low5 = i16x8.splat(31);
  for (let g = 0; g < groups; g++) {
    const d = scaleOf(x);
    const inverse = reciprocal(d);
    let sum: i16 = 0;
    for (let i = 0; i < 8; i++) {
      const q = quants(x, inverse);
      const a0 = <i16>i32x4.extract_lane(q, 0);
      const a1 = <i16>i32x4.extract_lane(q, 1);
      const a2 = <i16>i32x4.extract_lane(q, 2);
      const a3 = <i16>i32x4.extract_lane(q, 3);
      const all = a0 + a1 + a2 + a3;
      let low = i16x8.splat(TABLE_BIAS - all);
      low = i16x8.add(low, i16x8.mul(i16x8.splat(a0), bit0));
      low = i16x8.add(low, i16x8.mul(i16x8.splat(a1), bit1));
      low = i16x8.add(low, i16x8.mul(i16x8.splat(a2), bit2));
      const high = i16x8.add(low, i16x8.splat(<i16>(a3 << 1)));
      v128.store(tables, i8x16.narrow_i16x8_u(v128.and(low, low5), v128.and(high, low5)));
      v128.store(tables, i8x16.narrow_i16x8_u(i16x8.shr_u(low, 5), i16x8.shr_u(high, 5)), 16);
      sum += all;
      tables += 32;
      x += 16;
    }
    store<f32>(scales, roundToHalf(d));
    store<i16>(sums, sum);
    scales += 4;
    sums += 2;
  }
}

/** The same numbers as plain bytes, for matrices of 8-bit weights. */
export function quantizeBytes(
  bytes: usize, // (n, dim) i8
  scales: usize, // (n, dim / 32) f32
  x: usize, // (n, dim) f32
  dim: i32, // multiple of 32
  n: i32,
): void {
  const groups = (dim >> 5) * n;
  for (let g = 0; g < groups; g++) {
    const d = scaleOf(x);
    const inverse = reciprocal(d);
    store<f32>(scales, roundToHalf(d));
    for (let i = 0; i < 8; i++) {
      const q = quants(x, inverse);
      const q16 = i16x8.narrow_i32x4_s(q, q);
      v128.store32_lane(bytes, i8x16.narrow_i16x8_s(q16, q16), 0);
      bytes += 4;
      x += 16;
    }
    scales += 4;
  }
}
