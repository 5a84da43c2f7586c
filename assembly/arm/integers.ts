/**
 * The integer products of attention for ARM: in the place of ../integers.ts. A dot product there is four instructions, each
 * waiting for the one before; a product that is added to a sum is one (SMLAL), and none of eight in a row waits.
 */

/** Adds to four sums the products of 8 i16 with 8 others: which to which does not matter. */
// @ts-ignore: decorator
@inline
export function addProducts(sums: v128, a: v128, b: v128): v128 {
  return i32x4.add(i32x4.add(sums, i32x4.extmul_low_i16x8_s(a, b)), i32x4.extmul_high_i16x8_s(a, b));
}

/** sums (2, 16) i32, for each of the two heads: 16 dimensions of some pairs of positions are added. */
export function mixSlice(
  sums: usize,
  w0: usize, // (pairs, 2) i16
  w1: usize, // (pairs, 2) i16
  pairs: usize,
  values: usize, // (pairs, 16, 2) i8
): void {
  let a0 = i32x4.splat(0);
  let a0h = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let a1h = i32x4.splat(0);
  let a2 = i32x4.splat(0);
  let a2h = i32x4.splat(0);
  let a3 = i32x4.splat(0);
  let a3h = i32x4.splat(0);
  let b0 = i32x4.splat(0);
  let b0h = i32x4.splat(0);
  let b1 = i32x4.splat(0);
  let b1h = i32x4.splat(0);
  let b2 = i32x4.splat(0);
  let b2h = i32x4.splat(0);
  let b3 = i32x4.splat(0);
  let b3h = i32x4.splat(0);
  for (const end = w0 + (pairs << 2); w0 < end; w0 += 4, w1 += 4, values += 32) {
    const p = v128.load32_splat(w0);
    const r = v128.load32_splat(w1);
    const v0 = v128.load8x8_s(values);
    const v1 = v128.load8x8_s(values, 8);
    const v2 = v128.load8x8_s(values, 16);
    const v3 = v128.load8x8_s(values, 24);
    a0 = i32x4.add(a0, i32x4.extmul_low_i16x8_s(v0, p));
    b0 = i32x4.add(b0, i32x4.extmul_low_i16x8_s(v0, r));
    a0h = i32x4.add(a0h, i32x4.extmul_high_i16x8_s(v0, p));
    b0h = i32x4.add(b0h, i32x4.extmul_high_i16x8_s(v0, r));
    a1 = i32x4.add(a1, i32x4.extmul_low_i16x8_s(v1, p));
    b1 = i32x4.add(b1, i32x4.extmul_low_i16x8_s(v1, r));
    a1h = i32x4.add(a1h, i32x4.extmul_high_i16x8_s(v1, p));
    b1h = i32x4.add(b1h, i32x4.extmul_high_i16x8_s(v1, r));
    a2 = i32x4.add(a2, i32x4.extmul_low_i16x8_s(v2, p));
    b2 = i32x4.add(b2, i32x4.extmul_low_i16x8_s(v2, r));
    a2h = i32x4.add(a2h, i32x4.extmul_high_i16x8_s(v2, p));
    b2h = i32x4.add(b2h, i32x4.extmul_high_i16x8_s(v2, r));
    a3 = i32x4.add(a3, i32x4.extmul_low_i16x8_s(v3, p));
    b3 = i32x4.add(b3, i32x4.extmul_low_i16x8_s(v3, r));
    a3h = i32x4.add(a3h, i32x4.extmul_high_i16x8_s(v3, p));
    b3h = i32x4.add(b3h, i32x4.extmul_high_i16x8_s(v3, r));
  }
  addPairs(sums, a0, a0h);
  addPairs(sums + 16, a1, a1h);
  addPairs(sums + 32, a2, a2h);
  addPairs(sums + 48, a3, a3h);
  addPairs(sums + 64, b0, b0h);
  addPairs(sums + 80, b1, b1h);
  addPairs(sums + 96, b2, b2h);
  addPairs(sums + 112, b3, b3h);
}

/** sums (4) i32: lanes are added two by two. */
// @ts-ignore: decorator
@inline
function addPairs(sums: usize, low: v128, high: v128): void {
  const pairs = i32x4.add(v128.shuffle<i32>(low, high, 0, 2, 4, 6), v128.shuffle<i32>(low, high, 1, 3, 5, 7));
  v128.store(sums, i32x4.add(v128.load(sums), pairs));
}
