/** The integer products of attention. On ARM arm/integers.ts takes the place of this file; the sums are the same. */
import { store4 } from './math';

/** Adds to four sums the products of 8 i16 with 8 others: which to which does not matter. */
// @ts-ignore: decorator
@inline
export function addProducts(sums: v128, a: v128, b: v128): v128 {
  return i32x4.add(sums, i32x4.dot_i16x8_s(a, b));
}

/** sums (2, 16) i32, for each of the two heads: 16 dimensions of some pairs of positions are added. */
export function mixSlice(
  sums: usize,
  w0: usize, // (pairs, 2) i16
  w1: usize, // (pairs, 2) i16
  pairs: usize,
  values: usize, // (pairs, 16, 2) i8
): void {
  let a0 = v128.load(sums);
  let a1 = v128.load(sums, 16);
  let a2 = v128.load(sums, 32);
  let a3 = v128.load(sums, 48);
  let b0 = v128.load(sums, 64);
  let b1 = v128.load(sums, 80);
  let b2 = v128.load(sums, 96);
  let b3 = v128.load(sums, 112);
  for (const end = w0 + (pairs << 2); w0 < end; w0 += 4, w1 += 4, values += 32) {
    const p = v128.load32_splat(w0);
    const r = v128.load32_splat(w1);
    let v = v128.load8x8_s(values);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v, p));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v, r));
    v = v128.load8x8_s(values, 8);
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v, p));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v, r));
    v = v128.load8x8_s(values, 16);
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v, p));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(v, r));
    v = v128.load8x8_s(values, 24);
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v, p));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(v, r));
  }
  store4(sums, a0, a1, a2, a3);
  store4(sums + 64, b0, b1, b2, b3);
}
