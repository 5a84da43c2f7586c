/**
 * Many tokens at once against 1- and 2-bit matrices. For 8 weights there are 256 sums of their activations; a table of
 * them, 16 tokens of i16 wide, is built by doubling, and a byte of weights is an index into it: two loads and two
 * additions are 128 multiply-adds, exact. Four such tables are 32 KB and stay in the first-level cache while they are
 * used by all rows; between the passes of a block, sums wait in memory.
 */

/** Rows between two builds of the tables; more would not stay in the second-level cache. */
export const ROWS: i32 = 2048;
/** log2 of the bytes of a table: (256, 16) i16. */
const TABLE_SHIFT: usize = 13;

/** Room of a thread: 4 tables, addresses (4, 16) u32, scales (16) f32, partial sums (ROWS, 16) i16, y (ROWS, 16) f32. */
export const TABLES_BYTES: usize = 4 << TABLE_SHIFT;
export const ADDRESSES: usize = TABLES_BYTES;
export const HALVES: usize = ADDRESSES + 256;
export const PARTIAL: usize = HALVES + 64;
export const Y: usize = PARTIAL + ROWS * 32;

/** Bytes of scratch that prefillQ1 and prefillQ2 work in. */
export function prefillScratch(): i32 {
  return <i32>(Y + ROWS * 64);
}

/** Tables of 32 activations: entry i is the sum of those whose bit in i is set, less, where `signed`, those whose bit is not. */
export function buildTables(tables: usize, columns: usize, signed: bool): void {
  for (let s = 0; s < 4; s++) {
    let bias0 = i16x8.splat(0);
    let bias1 = i16x8.splat(0);
    const shift = signed ? 1 : 0;
    if (signed) {
      for (let k: usize = 0; k < 256; k += 32) {
        bias0 = i16x8.sub(bias0, v128.load(columns + k));
        bias1 = i16x8.sub(bias1, v128.load(columns + k, 16));
      }
    }
    v128.store(tables, bias0);
    v128.store(tables, bias1, 16);
    for (let size: usize = 32; size < 1 << TABLE_SHIFT; size <<= 1) {
      const q0 = i16x8.shl(v128.load(columns), shift);
      const q1 = i16x8.shl(v128.load(columns, 16), shift);
      for (let p = tables; p < tables + size; p += 32) {
        v128.store(p + size, i16x8.add(v128.load(p), q0));
        v128.store(p + size, i16x8.add(v128.load(p, 16), q1), 16);
      }
      columns += 32;
    }
    tables += 1 << TABLE_SHIFT;
  }
}

/** Addresses of the table entries that 16 bytes of weights mean. */
// @ts-ignore: decorator
@inline
function spread(addresses: usize, w: usize, table: usize): void {
  const bytes = v128.load(w);
  const base = i32x4.splat(<i32>table);
  const low = i16x8.shl(i16x8.extend_low_i8x16_u(bytes), 5);
  const high = i16x8.shl(i16x8.extend_high_i8x16_u(bytes), 5);
  v128.store(addresses, i32x4.add(base, i32x4.extend_low_i16x8_u(low)));
  v128.store(addresses, i32x4.add(base, i32x4.extend_high_i16x8_u(low)), 16);
  v128.store(addresses, i32x4.add(base, i32x4.extend_low_i16x8_u(high)), 32);
  v128.store(addresses, i32x4.add(base, i32x4.extend_high_i16x8_u(high)), 48);
}

/** The same for 64 bytes. */
// @ts-ignore: decorator
@inline
export function spread4(addresses: usize, w: usize, tables: usize): void {
  spread(addresses, w, tables);
  spread(addresses + 64, w + 16, tables + (1 << TABLE_SHIFT));
  spread(addresses + 128, w + 32, tables + (2 << TABLE_SHIFT));
  spread(addresses + 192, w + 48, tables + (3 << TABLE_SHIFT));
}

/** 16 scales of weights as floats, 2^112 too small. */
// @ts-ignore: decorator
@inline
export function spreadScales(halves: usize, w: usize): void {
  v128.store(halves, i32x4.shl(v128.load16x4_u(w), 13));
  v128.store(halves, i32x4.shl(v128.load16x4_u(w, 8), 13), 16);
  v128.store(halves, i32x4.shl(v128.load16x4_u(w, 16), 13), 32);
  v128.store(halves, i32x4.shl(v128.load16x4_u(w, 24), 13), 48);
}

/** y (rows, 16 tokens) to out (n tokens, rows). */
export function storeTokens(out: usize, outStride: usize, y: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row += 4, y += 256, out += 16) {
    let to = out;
    let from = y;
    for (let left = n; left > 0; left -= 4, from += 16) {
      const a0 = v128.load(from);
      const a1 = v128.load(from, 64);
      const a2 = v128.load(from, 128);
      const a3 = v128.load(from, 192);
      const b0 = v128.shuffle<u32>(a0, a1, 0, 4, 1, 5);
      const b1 = v128.shuffle<u32>(a2, a3, 0, 4, 1, 5);
      const b2 = v128.shuffle<u32>(a0, a1, 2, 6, 3, 7);
      const b3 = v128.shuffle<u32>(a2, a3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<u64>(b0, b1, 0, 2));
      to += outStride;
      if (left > 1) v128.store(to, v128.shuffle<u64>(b0, b1, 1, 3));
      to += outStride;
      if (left > 2) v128.store(to, v128.shuffle<u64>(b2, b3, 0, 2));
      to += outStride;
      if (left > 3) v128.store(to, v128.shuffle<u64>(b2, b3, 1, 3));
      to += outStride;
    }
  }
}
