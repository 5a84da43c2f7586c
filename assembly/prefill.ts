/**
 * Many tokens at once. Of 8 activations there are 256 sums; a table of them, 16 tokens of i16 wide, is built by
 * doubling, and a byte of weight bits is an index into it: two loads and two additions are 128 multiply-adds, exact.
 * The tables of 32 activations (wide) or of 16 (small) are 32 or 16 KB and stay in the first-level cache while all rows
 * use them; from one pass to the next of a block, sums wait in memory.
 *
 * A matrix is read once in order for every 16 tokens: passes step from tile to tile, a page and more at a time, and would
 * wait for memory at each step.
 */

/** Rows that share tables; their weights, sums and outputs have to stay in the second-level cache. */
export const ROWS: i32 = 2048;

/** Bytes of a table: (256, 16) i16. */
const TABLE: usize = 8192;

/** Bytes of a row's weights that a pass takes, each with its table. */
// @ts-ignore: decorator
@inline
export function bytesAtOnce(wide: bool): usize {
  return wide ? 4 : 2;
}

/** In scratch: 4 tables, then these. */
export const ADDRESSES: usize = 4 * TABLE; // (8, 16) u32: entries that vectors of weights mean
export const HALVES: usize = ADDRESSES + 512; // (16) f32: scales of a tile
export const PARTIAL: usize = HALVES + 64; // (ROWS, 16) i16: sums of passes, rows in the order of lanes
export const FIRST: usize = PARTIAL + ROWS * 32; // (ROWS, 16) i16: the same of half a group
export const Y: usize = FIRST + ROWS * 32; // (ROWS, 16) f32
const SCRATCH: usize = Y + ROWS * 64;

/** Bytes of scratch that a thread needs for prefillQ1 and prefillQ2. */
export function prefillScratch(): i32 {
  return <i32>SCRATCH;
}

/**
 * Tables of 8 activations each: entry i is the sum of those whose bit in i is set, 1 << shift times. Those of the first
 * table, of which every row uses one, come on top of the bias that the caller has left in its entry 0.
 */
export function buildTables(
  tables: usize, // (count, 256, 16) i16
  count: usize,
  columns: usize, // (count, 8, 16) i16
  shift: i32,
): void {
  let bias0 = v128.load(tables);
  let bias1 = v128.load(tables, 16);
  for (let end = tables + count * TABLE; tables < end; tables += TABLE) {
    let q0 = i16x8.shl(v128.load(columns), shift);
    let q1 = i16x8.shl(v128.load(columns, 16), shift);
    v128.store(tables, bias0);
    v128.store(tables, bias1, 16);
    v128.store(tables, i16x8.add(bias0, q0), 32);
    v128.store(tables, i16x8.add(bias1, q1), 48);
    for (let size: usize = 64; size < TABLE; size <<= 1) {
      columns += 32;
      q0 = i16x8.shl(v128.load(columns), shift);
      q1 = i16x8.shl(v128.load(columns, 16), shift);
      for (let from = tables, half = tables + size; from < half; from += 64) {
        const to = from + size;
        v128.store(to, i16x8.add(v128.load(from), q0));
        v128.store(to, i16x8.add(v128.load(from, 16), q1), 16);
        v128.store(to, i16x8.add(v128.load(from, 32), q0), 32);
        v128.store(to, i16x8.add(v128.load(from, 48), q1), 48);
      }
    }
    columns += 32;
    bias0 = i16x8.splat(0);
    bias1 = i16x8.splat(0);
  }
}

/** Addresses of the entries that vectors of weights mean, one for each table. */
// @ts-ignore: decorator
@inline
export function spread(addresses: usize, bits: usize, tables: usize, wide: bool): void {
  spreadVector(addresses, bits, tables);
  spreadVector(addresses + 64, bits + 16, tables + TABLE);
  if (!wide) return;
  spreadVector(addresses + 128, bits + 32, tables + 2 * TABLE);
  spreadVector(addresses + 192, bits + 48, tables + 3 * TABLE);
}

// @ts-ignore: decorator
@inline
function spreadVector(addresses: usize, bits: usize, table: usize): void {
  const vector = v128.load(bits);
  const base = i32x4.splat(<i32>table);
  const low = i16x8.shl(i16x8.extend_low_i8x16_u(vector), 5);
  const high = i16x8.shl(i16x8.extend_high_i8x16_u(vector), 5);
  v128.store(addresses, i32x4.add(base, i32x4.extend_low_i16x8_u(low)));
  v128.store(addresses, i32x4.add(base, i32x4.extend_high_i16x8_u(low)), 16);
  v128.store(addresses, i32x4.add(base, i32x4.extend_low_i16x8_u(high)), 32);
  v128.store(addresses, i32x4.add(base, i32x4.extend_high_i16x8_u(high)), 48);
}

/** Sum of two entries, tokens 0..7. */
// @ts-ignore: decorator
@inline
export function add0(e: usize, f: usize): v128 {
  return i16x8.add(v128.load(e), v128.load(f));
}

/** The same, tokens 8..15. */
// @ts-ignore: decorator
@inline
export function add1(e: usize, f: usize): v128 {
  return i16x8.add(v128.load(e, 16), v128.load(f, 16));
}

/** Reads memory in order. Returns what depends on it all, or the reading would be left out. */
export function touch(from: usize, bytes: usize): u32 {
  let bits: u32 = 0;
  for (const end = from + bytes; from < end; from += 256) {
    bits |= load<u32>(from) | load<u32>(from, 64) | load<u32>(from, 128) | load<u32>(from, 192);
  }
  return bits;
}

/** Outputs of up to 16 tokens to their places; 16 rows of a token are a cache line. */
export function storeTokens(
  out: usize, // (n, outStride) f32
  outStride: i32,
  y: usize, // (rows, 16) f32
  rows: i32, // multiple of 16
  n: i32,
): void {
  const next = (<usize>outStride) << 2;
  for (; rows > 0; rows -= 16, y += 1024, out += 64) {
    let tokens = out;
    let from = y;
    for (let left = n; left > 0 && from < y + 64; left -= 4, from += 16, tokens += next << 2) {
      for (let i: usize = 0; i < 64; i += 16) {
        let to = tokens + i;
        const a0 = v128.load(from + (i << 4));
        const a1 = v128.load(from + (i << 4), 64);
        const a2 = v128.load(from + (i << 4), 128);
        const a3 = v128.load(from + (i << 4), 192);
        const b0 = v128.shuffle<u32>(a0, a1, 0, 4, 1, 5);
        const b1 = v128.shuffle<u32>(a2, a3, 0, 4, 1, 5);
        const b2 = v128.shuffle<u32>(a0, a1, 2, 6, 3, 7);
        const b3 = v128.shuffle<u32>(a2, a3, 2, 6, 3, 7);
        v128.store(to, v128.shuffle<u64>(b0, b1, 0, 2));
        to += next;
        if (left > 1) v128.store(to, v128.shuffle<u64>(b0, b1, 1, 3));
        to += next;
        if (left > 2) v128.store(to, v128.shuffle<u64>(b2, b3, 0, 2));
        to += next;
        if (left > 3) v128.store(to, v128.shuffle<u64>(b2, b3, 1, 3));
      }
    }
  }
}
