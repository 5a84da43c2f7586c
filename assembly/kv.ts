/**
 * The KV cache of one KV head, in one of two precisions. There is room for a multiple of TILE positions.
 *   0  half      per position one row of headDim f16
 *   1  8 bits    keys: per position one row of headDim i8
 *                values: per TILE positions (headDim / 16, TILE / 2, 16, 2) i8, that is 16 dimensions at a time, of pairs
 *                of positions side by side: attention multiplies pairs, and so reads the cache from front to end
 *                the rows' f32 scales lie side by side elsewhere
 */
import { storeHalf } from './half';
import { max4 } from './math';

/** Positions whose values lie together. */
export const TILE: i32 = 32;

/** Bytes of a row. */
// @ts-ignore: decorator
@inline
export function rowBytes(precision: i32, headDim: i32): usize {
  return (<usize>headDim) << (precision == 0 ? 1 : 0);
}

/** Writes the key of one position. */
// @ts-ignore: decorator
@inline
export function storeKey(
  rows: usize, // the head's
  scales: usize, // the head's; unused in half precision
  position: i32,
  x: usize, // (headDim) f32
  headDim: i32, // multiple of 8; of 16 at 8 bits
  precision: i32,
): void {
  const row = rows + <usize>position * rowBytes(precision, headDim);
  if (precision == 0) return storeHalf(row, x, headDim);
  const inverse = storeScale(scales, position, x, headDim);
  for (let i: usize = 0; i < <usize>headDim; i += 16, x += 64) v128.store(row + i, toBytes(x, inverse));
}

/** Writes the value of one position; arguments as of storeKey. No byte of another position is touched: others may write them. */
// @ts-ignore: decorator
@inline
export function storeValue(rows: usize, scales: usize, position: i32, x: usize, headDim: i32, precision: i32): void {
  if (precision == 0) return storeHalf(rows + <usize>position * rowBytes(precision, headDim), x, headDim);
  const inverse = storeScale(scales, position, x, headDim);
  const inTile = position & (TILE - 1);
  let to = rows + <usize>(position - inTile) * <usize>headDim + ((<usize>(inTile >> 1)) << 5) + <usize>(inTile & 1);
  for (let i = 0; i < headDim; i += 16, x += 64, to += TILE << 4) spread(to, toBytes(x, inverse));
}

/** Every second byte from `to` on. */
// @ts-ignore: decorator
@inline
function spread(to: usize, v: v128): void {
  v128.store8_lane(to, v, 0, 0);
  v128.store8_lane(to, v, 1, 2);
  v128.store8_lane(to, v, 2, 4);
  v128.store8_lane(to, v, 3, 6);
  v128.store8_lane(to, v, 4, 8);
  v128.store8_lane(to, v, 5, 10);
  v128.store8_lane(to, v, 6, 12);
  v128.store8_lane(to, v, 7, 14);
  v128.store8_lane(to, v, 8, 16);
  v128.store8_lane(to, v, 9, 18);
  v128.store8_lane(to, v, 10, 20);
  v128.store8_lane(to, v, 11, 22);
  v128.store8_lane(to, v, 12, 24);
  v128.store8_lane(to, v, 13, 26);
  v128.store8_lane(to, v, 14, 28);
  v128.store8_lane(to, v, 15, 30);
}

/** Writes the row's scale and returns, four times, what values are multiplied by. */
function storeScale(scales: usize, position: i32, x: usize, headDim: i32): v128 {
  let peaks = f32x4.splat(0);
  for (let i: usize = 0; i < <usize>headDim; i += 4) peaks = f32x4.max(peaks, f32x4.abs(v128.load(x + (i << 2))));
  const peak = max4(peaks);
  store<f32>(scales + ((<usize>position) << 2), peak / 127.0);
  return f32x4.splat(peak > 0 ? <f32>127.0 / peak : 0);
}

/** 16 values in 8 bits. */
// @ts-ignore: decorator
@inline
function toBytes(x: usize, factor: v128): v128 {
  const low = i16x8.narrow_i32x4_s(toInt(x, factor), toInt(x + 16, factor));
  const high = i16x8.narrow_i32x4_s(toInt(x + 32, factor), toInt(x + 48, factor));
  return i8x16.narrow_i16x8_s(low, high);
}

// @ts-ignore: decorator
@inline
function toInt(x: usize, factor: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x), factor)));
}
