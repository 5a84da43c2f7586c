/**
 * Rows of the KV cache: headDim values of one KV head at one position, in one of three precisions.
 *   0  half      headDim f16
 *   1  8 bits    headDim i8, then one f32 scale
 *   2  4 bits    per 32 values an f16 scale d and 16 bytes, value j in the low nibble of byte j, value j + 16 in its
 *                high nibble; nibble v is (v - 8) d (the layout and rounding of ggml's Q4_0)
 */
import { loadHalf, loadHalf4, storeHalf, toHalf } from './half';

/** Bytes of a row. */
// @ts-ignore: decorator
@inline
export function rowBytes(precision: i32, headDim: i32): usize {
  if (precision == 0) return (<usize>headDim) << 1;
  if (precision == 1) return <usize>headDim + 4;
  return <usize>(headDim >> 5) * 18;
}

/** Writes one row. */
export function storeKv(
  out: usize,
  x: usize, // (headDim) f32
  headDim: i32,
  precision: i32,
): void {
  if (precision == 0) {
    storeHalf(out, x, headDim);
  } else if (precision == 1) {
    storeBytes(out, x, headDim);
  } else {
    for (let i = 0; i < headDim; i += 32, out += 18, x += 128) storeNibbles(out, x);
  }
}

function storeBytes(out: usize, x: usize, headDim: i32): void {
  let peak: f32 = 0;
  for (let i: usize = 0; i < <usize>headDim; i++) peak = max(peak, abs(load<f32>(x + (i << 2))));
  const inverse: f32 = peak > 0 ? <f32>127.0 / peak : 0;
  for (let i: usize = 0; i < <usize>headDim; i++) store<i8>(out + i, <i8>nearest(load<f32>(x + (i << 2)) * inverse));
  store<f32>(out + headDim, peak / 127.0);
}

function storeNibbles(out: usize, x: usize): void {
  // The value of largest magnitude becomes -8, its sign going into the scale: nothing is lost at that end.
  let extreme: f32 = 0;
  for (let i: usize = 0; i < 128; i += 4) {
    const v = load<f32>(x + i);
    if (abs(v) > abs(extreme)) extreme = v;
  }
  const d: f32 = extreme / -8.0;
  const inverse: f32 = d != 0 ? <f32>1.0 / d : 0;
  store<u16>(out, <u16>toHalf(d));
  for (let i: usize = 0; i < 16; i++) {
    const low = min(15, <i32>(load<f32>(x + (i << 2)) * inverse + 8.5));
    const high = min(15, <i32>(load<f32>(x + (i << 2) + 64) * inverse + 8.5));
    store<u8>(out + 2 + i, <u8>(low | (high << 4)));
  }
}

/** Reads one row as floats. */
// @ts-ignore: decorator
@inline
export function loadKv(
  out: usize, // (headDim) f32
  row: usize,
  headDim: i32,
  precision: i32,
): void {
  if (precision == 0) {
    for (let i: usize = 0; i < <usize>headDim; i += 4) v128.store(out + (i << 2), loadHalf4(row + (i << 1)));
  } else if (precision == 1) {
    const scale = v128.load32_splat(row + headDim);
    for (let i: usize = 0; i < <usize>headDim; i += 8) {
      const q = v128.load8x8_s(row + i);
      v128.store(out + (i << 2), f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(q))));
      v128.store(out + (i << 2), f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(q))), 16);
    }
  } else {
    for (let i = 0; i < headDim; i += 32, row += 18, out += 128) {
      const scale = f32x4.splat(loadHalf(row));
      const packed = v128.load(row, 2);
      const eight = i8x16.splat(8);
      storeFloats(out, i8x16.sub(v128.and(packed, i8x16.splat(15)), eight), scale);
      storeFloats(out + 64, i8x16.sub(i8x16.shr_u(packed, 4), eight), scale);
    }
  }
}

/** 16 signed bytes times the scale. */
// @ts-ignore: decorator
@inline
function storeFloats(out: usize, q: v128, scale: v128): void {
  const low = i16x8.extend_low_i8x16_s(q);
  const high = i16x8.extend_high_i8x16_s(q);
  v128.store(out, f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low))));
  v128.store(out, f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low))), 16);
  v128.store(out, f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high))), 32);
  v128.store(out, f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high))), 48);
}
