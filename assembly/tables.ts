/**
 * Activations as look-up tables for 1- and 2-bit matrices: for each 4 activations the 16 sums of +-a0 +-a1 +-a2 +-a3,
 * bit k of the index set where a[k] is added, so that a nibble of weight bits is an index. 128 activations share a scale
 * (the last 64 of a row whose length is an odd multiple of 64 have one of their own).
 *
 * Exact: the activations are integers, q = x / d rounded to nearest even, d = the largest |a0| + |a1| + |a2| + |a3| of a
 * table / 508. So sums are at most 510 in magnitude, rounding included; biased by 512 they have 10 bits and lie in two
 * planes of bytes, the low 5 bits and the high 5: eight bytes of a plane add up without a carry. Of activations of one
 * size q has 8 bits, as they have in Q8_0; of those around an outlier more.
 *
 * Fast: the sums themselves are rounded to 8 bits, 127 steps up and down from a centre. The kernels average four bytes
 * in two rounds, each of which rounds halves up and so adds 1/4 in the mean. With the centres 127, 127, 128, 128 (one
 * byte of weights after another) four entries of nothing average to CENTRE, and so do four of anything in the mean.
 *
 * Scales carry the 2^112 by which the weights' scales, halves moved to where a float keeps its bits, are too small.
 */
import { REBIAS } from './half';
import { pick } from './lookup';
import { sum4 } from './math';

/** Steps of exact activations in the largest sum of a block. */
export const EXACT_STEPS: f32 = 508;
/** Added to an exact sum. */
export const EXACT_BIAS: i32 = 512;
/** Bits of the low plane of exact sums. */
export const LOW_BITS: i32 = 5;
/** What the average of four fast entries has in excess. */
export const CENTRE: i32 = 128;

/** Constants, four or eight of each. From memory they are one operand: see lookup.ts. */
const MAGNITUDE: usize = memory.data<u32>([0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff], 16);
const BIASES: usize = memory.data<i16>([512, 512, 512, 512, 512, 512, 512, 512], 16);
const LOW_MASK: usize = memory.data<i16>([31, 31, 31, 31, 31, 31, 31, 31], 16);
/** Lane i: the sign of a[k] in entry i, k = 0, 1, 2. */
const SIGNS: usize = memory.data<i16>(
  [-1, 1, -1, 1, -1, 1, -1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1],
  16,
);
/** The same for a[0] and a[1] as bits of floats. */
const FLOAT_SIGNS: usize = memory.data<u32>([0x80000000, 0, 0x80000000, 0, 0x80000000, 0x80000000, 0, 0], 16);
/** Adding 1.5 * 2^23 leaves a small float, rounded to nearest even, as an integer in the low bits. */
const ROUND: usize = memory.data<f32>([12582912, 12582912, 12582912, 12582912], 16);
/** The bits of 1.5 * 2^23, and the same less the two centres of fast entries, 127 and 128. */
const ROUND_BITS: usize = memory.data<u32>([0x4b400000, 0x4b400000, 0x4b400000, 0x4b400000], 16);
const LESS_CENTRE: usize = memory.data<u32>(
  [0x4b3fff81, 0x4b3fff81, 0x4b3fff81, 0x4b3fff81, 0x4b3fff80, 0x4b3fff80, 0x4b3fff80, 0x4b3fff80],
  16,
);
/** Twice the centres. */
const TWO_CENTRES: usize = memory.data<i16>(
  [254, 254, 254, 254, 254, 254, 254, 254, 256, 256, 256, 256, 256, 256, 256, 256],
  16,
);
/** Indices that turn eight lanes round. */
const REVERSE: usize = memory.data<u8>([14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1], 16);

/** Largest of four non-negative floats; NaN where there is one, whose bits are above all others. */
// @ts-ignore: decorator
@inline
function largest(v: v128): f32 {
  return reinterpret<f32>(
    max(
      max(i32x4.extract_lane(v, 0), i32x4.extract_lane(v, 1)),
      max(i32x4.extract_lane(v, 2), i32x4.extract_lane(v, 3)),
    ),
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
      const peak = largestSum(x, count);
      store<f32>(scales, (peak / EXACT_STEPS) * REBIAS);
      scales += 4;
      const inverse = f32x4.splat(steps(EXACT_STEPS, peak));
      for (let k: usize = 0; k < count; k += 64) {
        let sum = i16x8.splat(0);
        for (let j = 0; j < 8; j++) {
          const q = quants(x, inverse);
          sum = i16x8.add(sum, q);
          exactTable(
            tables,
            v128.shuffle<u16>(q, q, 0, 0, 0, 0, 0, 0, 0, 0),
            v128.shuffle<u16>(q, q, 1, 1, 1, 1, 1, 1, 1, 1),
            v128.shuffle<u16>(q, q, 2, 2, 2, 2, 2, 2, 2, 2),
            v128.shuffle<u16>(q, q, 3, 3, 3, 3, 3, 3, 3, 3),
          );
          exactTable(
            tables + 32,
            v128.shuffle<u16>(q, q, 4, 4, 4, 4, 4, 4, 4, 4),
            v128.shuffle<u16>(q, q, 5, 5, 5, 5, 5, 5, 5, 5),
            v128.shuffle<u16>(q, q, 6, 6, 6, 6, 6, 6, 6, 6),
            v128.shuffle<u16>(q, q, 7, 7, 7, 7, 7, 7, 7, 7),
          );
          x += 32;
          tables += 64;
        }
        store<f32>(sums, sum4(f32x4.convert_i32x4_s(i32x4.extadd_pairwise_i16x8_s(sum))));
        sums += 4;
      }
    }
  }
}

/** q of 8 activations, as i16. */
// @ts-ignore: decorator
@inline
export function quants(x: usize, inverse: v128): v128 {
  return i16x8.narrow_i32x4_s(quants4(v128.load(x), inverse), quants4(v128.load(x, 16), inverse));
}

/** q of 4 activations, as i32. */
// @ts-ignore: decorator
@inline
function quants4(x: v128, inverse: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.mul(x, inverse), v128.load(ROUND)), v128.load(ROUND_BITS));
}

/** The two planes of 4 activations, each given in all lanes of i16. */
// @ts-ignore: decorator
@inline
function exactTable(table: usize, a0: v128, a1: v128, a2: v128, a3: v128): void {
  const base = i16x8.add(
    i16x8.add(v128.load(BIASES), i16x8.mul(a0, v128.load(SIGNS))),
    i16x8.add(i16x8.mul(a1, v128.load(SIGNS, 16)), i16x8.mul(a2, v128.load(SIGNS, 32))),
  );
  const low = i16x8.sub(base, a3);
  const high = i16x8.add(base, a3);
  const mask = v128.load(LOW_MASK);
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
      const inverse = f32x4.splat(steps(127.0, peak));
      for (let k: usize = 0; k < count; k += 64) {
        let sum = f32x4.splat(0);
        for (let j = 0; j < 4; j++) {
          let a = f32x4.mul(v128.load(x), inverse);
          let b = f32x4.mul(v128.load(x, 16), inverse);
          sum = f32x4.add(sum, f32x4.add(a, b));
          fastTable(tables, a, 0);
          fastTable(tables + 16, b, 0);
          a = f32x4.mul(v128.load(x, 32), inverse);
          b = f32x4.mul(v128.load(x, 48), inverse);
          sum = f32x4.add(sum, f32x4.add(a, b));
          fastTable(tables + 32, a, 16);
          fastTable(tables + 48, b, 16);
          x += 64;
          tables += 64;
        }
        store<f32>(sums, sum4(sum));
        sums += 4;
      }
    }
  }
}

/** Steps in a one, of so many in the largest sum; none where that is too small to be told from nothing, or NaN. */
// @ts-ignore: decorator
@inline
export function steps(most: f32, peak: f32): f32 {
  const s = most / peak;
  return s < f32.MAX_VALUE ? s : 0;
}

/** Largest |a0| + |a1| + |a2| + |a3| of `count` activations. */
// @ts-ignore: decorator
@inline
export function largestSum(x: usize, count: usize): f32 {
  const magnitude = v128.load(MAGNITUDE);
  let peak = i32x4.splat(0);
  for (let k: usize = 0; k < count << 2; k += 64) {
    const a = v128.and(v128.load(x + k), magnitude);
    const b = v128.and(v128.load(x + k, 16), magnitude);
    const c = v128.and(v128.load(x + k, 32), magnitude);
    const d = v128.and(v128.load(x + k, 48), magnitude);
    // Four groups of four, transposed by halves: (a0 + a1, a2 + a3, b0 + b1, b2 + b3) and the same of c and d.
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7));
    const sums = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
    peak = i32x4.max_s(peak, sums);
  }
  return largest(peak);
}

/** The table of 4 activations, given in steps. Entries 15 to 8 are as far above the centre as 0 to 7 are below. */
// @ts-ignore: decorator
@inline
function fastTable(
  table: usize,
  a: v128,
  centre: usize, // 0 for 127, 16 for 128
): void {
  const first = f32x4.add(
    v128.xor(v128.shuffle<f32>(a, a, 0, 0, 0, 0), v128.load(FLOAT_SIGNS)),
    v128.xor(v128.shuffle<f32>(a, a, 1, 1, 1, 1), v128.load(FLOAT_SIGNS, 16)),
  );
  const a2 = v128.shuffle<f32>(a, a, 2, 2, 2, 2);
  const a3 = v128.shuffle<f32>(a, a, 3, 3, 3, 3);
  const low = i16x8.narrow_i32x4_s(
    rounded(f32x4.sub(first, f32x4.add(a2, a3)), centre),
    rounded(f32x4.add(first, f32x4.sub(a2, a3)), centre),
  );
  const high = i16x8.sub(v128.load(TWO_CENTRES + centre), pick(low, v128.load(REVERSE)));
  v128.store(table, i8x16.narrow_i16x8_u(low, high));
}

/** Small floats to the nearest integers, above a centre. */
// @ts-ignore: decorator
@inline
function rounded(x: v128, centre: usize): v128 {
  return i32x4.sub(f32x4.add(x, v128.load(ROUND)), v128.load(LESS_CENTRE + centre));
}
