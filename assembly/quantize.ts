/**
 * Activations for matrices of 8-bit weights, as llama.cpp's NEON build rounds them (Q8_0: 32 values share a half precision
 * scale, quants rounded to nearest even with the unrounded reciprocal).
 */
import { roundToHalf } from './half';

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
