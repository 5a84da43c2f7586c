/**
 * Activations for prefill: the integers of tablesExact (one scale per 128 values), transposed so that a vector
 * of i16 holds one activation of 8 tokens. Tokens come in groups of 16; those past n are zero.
 */
import { REBIAS } from './half';
import { EXACT_STEPS, largestSum, quants, steps } from './tables';

const GROUP_TOKENS: i32 = 16;

export function columns(
  columns: usize, // (ceil(n / 16), dim, 16) i16
  scales: usize, // (ceil(n / 16), ceil(dim / 128), 16) f32: 2^112 d
  sums: usize, // (ceil(n / 16), dim / 64, 16) f32: each 64 integers added up
  x: usize, // (n, dim) f32
  dim: i32, // multiple of 64
  n: i32,
): void {
  const stride = (<usize>dim) << 2;
  for (; n > 0; n -= GROUP_TOKENS, x += stride << 4) {
    for (let at = 0; at < dim; at += 128) {
      const length = <usize>min(dim - at, 128);
      const from = x + ((<usize>at) << 2);
      eightTokens(columns, scales, sums, from, stride, length, n);
      eightTokens(columns + 16, scales + 32, sums + 32, n > 8 ? from + (stride << 3) : from, stride, length, n - 8);
      columns += length << 5;
      scales += 64;
      sums += length;
    }
  }
}

/** Stores the scale of a row of the block, and returns its steps in a one; 0 for a row past n. */
// @ts-ignore: decorator
@inline
function measure(scale: usize, x: usize, length: usize, present: bool): f32 {
  const peak = present ? largestSum(x, length) : <f32>0;
  store<f32>(scale, (peak / EXACT_STEPS) * REBIAS);
  return steps(EXACT_STEPS, peak);
}

// @ts-ignore: decorator
@inline
function low<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 2) return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  return v128.shuffle<u64>(a, b, 0, 2);
}

// @ts-ignore: decorator
@inline
function high<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 2) return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  return v128.shuffle<u64>(a, b, 1, 3);
}

/** A block of 128 or 64 activations of 8 tokens, of which n are there. */
function eightTokens(
  columns: usize, // (length, 8 of 16) i16
  scales: usize, // (8) f32
  sums: usize, // (length / 64, 8 of 16) f32
  x: usize, // (n, length of dim) f32
  stride: usize, // bytes from a token's activations to the next's
  length: usize,
  n: i32,
): void {
  // A row past n is read as the one before it, and multiplied by zero.
  const x1 = n > 1 ? x + stride : x;
  const x2 = n > 2 ? x1 + stride : x1;
  const x3 = n > 3 ? x2 + stride : x2;
  const x4 = n > 4 ? x3 + stride : x3;
  const x5 = n > 5 ? x4 + stride : x4;
  const x6 = n > 6 ? x5 + stride : x5;
  const x7 = n > 7 ? x6 + stride : x6;
  const inverse0 = f32x4.splat(measure(scales, x, length, n > 0));
  const inverse1 = f32x4.splat(measure(scales + 4, x1, length, n > 1));
  const inverse2 = f32x4.splat(measure(scales + 8, x2, length, n > 2));
  const inverse3 = f32x4.splat(measure(scales + 12, x3, length, n > 3));
  const inverse4 = f32x4.splat(measure(scales + 16, x4, length, n > 4));
  const inverse5 = f32x4.splat(measure(scales + 20, x5, length, n > 5));
  const inverse6 = f32x4.splat(measure(scales + 24, x6, length, n > 6));
  const inverse7 = f32x4.splat(measure(scales + 28, x7, length, n > 7));
  for (let from: usize = 0; from < length << 2; from += 256) {
    let sum = i16x8.splat(0);
    for (let at = from; at < from + 256; at += 32) {
      // 8 rows of 8, transposed.
      const a0 = quants(x + at, inverse0);
      const a1 = quants(x1 + at, inverse1);
      const a2 = quants(x2 + at, inverse2);
      const a3 = quants(x3 + at, inverse3);
      const a4 = quants(x4 + at, inverse4);
      const a5 = quants(x5 + at, inverse5);
      const a6 = quants(x6 + at, inverse6);
      const a7 = quants(x7 + at, inverse7);
      const b0 = low<u16>(a0, a1);
      const b1 = high<u16>(a0, a1);
      const b2 = low<u16>(a2, a3);
      const b3 = high<u16>(a2, a3);
      const b4 = low<u16>(a4, a5);
      const b5 = high<u16>(a4, a5);
      const b6 = low<u16>(a6, a7);
      const b7 = high<u16>(a6, a7);
      const c0 = low<u32>(b0, b2);
      const c1 = high<u32>(b0, b2);
      const c2 = low<u32>(b1, b3);
      const c3 = high<u32>(b1, b3);
      const c4 = low<u32>(b4, b6);
      const c5 = high<u32>(b4, b6);
      const c6 = low<u32>(b5, b7);
      const c7 = high<u32>(b5, b7);
      const q0 = low<u64>(c0, c4);
      const q1 = high<u64>(c0, c4);
      const q2 = low<u64>(c1, c5);
      const q3 = high<u64>(c1, c5);
      const q4 = low<u64>(c2, c6);
      const q5 = high<u64>(c2, c6);
      const q6 = low<u64>(c3, c7);
      const q7 = high<u64>(c3, c7);
      v128.store(columns, q0);
      v128.store(columns, q1, 32);
      v128.store(columns, q2, 64);
      v128.store(columns, q3, 96);
      v128.store(columns, q4, 128);
      v128.store(columns, q5, 160);
      v128.store(columns, q6, 192);
      v128.store(columns, q7, 224);
      const sum03 = i16x8.add(i16x8.add(q0, q1), i16x8.add(q2, q3));
      const sum47 = i16x8.add(i16x8.add(q4, q5), i16x8.add(q6, q7));
      sum = i16x8.add(sum, i16x8.add(sum03, sum47));
      columns += 256;
    }
    v128.store(sums, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(sum)));
    v128.store(sums, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(sum)), 16);
    sums += 64;
  }
}
