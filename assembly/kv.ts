/**
 * The KV cache of one KV head: per position one row of headDim values, in one of two precisions.
 *   0  half      headDim f16
 *   1  8 bits    headDim i8; the rows' f32 scales lie side by side elsewhere
 */
import { storeHalf } from './half';

/** Bytes of a row. */
// @ts-ignore: decorator
@inline
export function rowBytes(precision: i32, headDim: i32): usize {
  return (<usize>headDim) << (precision == 0 ? 1 : 0);
}

/** Writes one row. `scale` is where its scale belongs; unused in half precision. */
// @ts-ignore: decorator
@inline
export function storeKv(
  row: usize,
  scale: usize,
  x: usize, // (headDim) f32
  headDim: i32, // multiple of 8; of 16 at 8 bits
  precision: i32,
): void {
  if (precision == 0) storeHalf(row, x, headDim);
  else storeBytes(row, scale, x, headDim);
}

function storeBytes(row: usize, scale: usize, x: usize, headDim: i32): void {
  let peaks = f32x4.splat(0);
  for (let i: usize = 0; i < <usize>headDim; i += 4) peaks = f32x4.max(peaks, f32x4.abs(v128.load(x + (i << 2))));
  const peak = max(
    max(f32x4.extract_lane(peaks, 0), f32x4.extract_lane(peaks, 1)),
    max(f32x4.extract_lane(peaks, 2), f32x4.extract_lane(peaks, 3)),
  );
  const inverse = f32x4.splat(peak > 0 ? <f32>127.0 / peak : 0);
  for (let i: usize = 0; i < <usize>headDim; i += 16, x += 64) {
    const low = i16x8.narrow_i32x4_s(toInt(x, inverse), toInt(x + 16, inverse));
    const high = i16x8.narrow_i32x4_s(toInt(x + 32, inverse), toInt(x + 48, inverse));
    v128.store(row + i, i8x16.narrow_i16x8_s(low, high));
  }
  store<f32>(scale, peak / 127.0);
}

// @ts-ignore: decorator
@inline
function toInt(x: usize, factor: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x), factor)));
}
