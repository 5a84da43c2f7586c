/**
 * prefillQ1 for cores with small caches: the tables of the decode kernels for 16 tokens, of so many columns at a time
 * that those of 4 tokens stay in the first-level cache while all rows use them.
 */
import { EXACT_BIAS } from '../tables';
import { UNROLLED } from './form';
import * as loops from './loops';
import * as unrolled from './unrolled';

const BLOCK_BYTES: usize = 288;
/** Blocks of columns at a time. */
const CHUNK: usize = 4;
/** Tables of 4 tokens and a block: (32, 4 tokens, 2 planes, 16) u8. */
const TABLE_BYTES: usize = 4096;
/** Those of a chunk; scratch holds four times as much, for 16 tokens, and the rows of tokens that are not there. */
const QUARTER: usize = CHUNK * TABLE_BYTES;

/** Bytes of scratch that prefillQ1 works in. */
export function prefillScratch(): i32 {
  return 4 * <i32>QUARTER + 128;
}

/** out = x W^T for n rows of activations, the same bits as matvecQ1Exact. */
export function prefill(
  out: usize, // (n, outStride) f32
  outStride: i32,
  w: usize, // (tiles, cols / 128, 288) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of 128
  columns: usize, // (ceil(n / 16), cols, 16) i16
  scales: usize, // (ceil(n / 16), cols / 128, 16) f32
  n: i32,
  scratch: usize, // prefillScratch() bytes, of this thread
): void {
  const blocks = <usize>(cols >> 7);
  const tileBytes = blocks * BLOCK_BYTES;
  const nextOut = (<usize>outStride) << 2;
  const absent = scratch + 4 * QUARTER;
  for (let token = 0; token < n; token++) memory.fill(out + <usize>token * nextOut, 0, (<usize>rows) << 2);
  for (; n > 0; n -= 16, out += nextOut << 4) {
    for (let block: usize = 0; block < blocks; block += CHUNK) {
      const some = min(CHUNK, blocks - block);
      for (let group: usize = 0; group < some << 5; group++, columns += 128) {
        tables8(scratch + (group << 7), columns);
        tables8(scratch + 2 * QUARTER + (group << 7), columns + 16);
      }
      let table = scratch;
      let scale = scales;
      let y = out;
      for (let left = n < 16 ? n : 16; left > 0; left -= 4, table += QUARTER, scale += 16, y += nextOut << 2) {
        let tile = w + block * BLOCK_BYTES;
        const y1 = left > 1 ? y + nextOut : 0;
        const y2 = left > 2 ? y + 2 * nextOut : 0;
        const y3 = left > 3 ? y + 3 * nextOut : 0;
        let row: usize = 0; // bytes of out
        for (const end = (<usize>(rows & ~31)) << 2; row < end; row += 128, tile += 2 * tileBytes) {
          const o1 = y1 ? y1 + row : absent;
          const o2 = y2 ? y2 + row : absent;
          const o3 = y3 ? y3 + row : absent;
          if (UNROLLED) unrolled.prefill2(y + row, o1, o2, o3, tile, tileBytes, some, table, scale);
          else loops.prefill2(y + row, o1, o2, o3, tile, tileBytes, some, table, scale);
        }
        if (rows & 16) {
          const o1 = y1 ? y1 + row : absent;
          const o2 = y2 ? y2 + row : absent;
          const o3 = y3 ? y3 + row : absent;
          if (UNROLLED) unrolled.prefill1(y + row, o1, o2, o3, tile, tileBytes, some, table, scale);
          else loops.prefill1(y + row, o1, o2, o3, tile, tileBytes, some, table, scale);
        }
      }
      scales += some << 6;
    }
  }
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

/** The tables of 4 activations of 8 tokens. */
function tables8(
  table: usize, // (4 tokens, 2 planes, 16) u8, and as much for the next 4 tokens a quarter on
  columns: usize, // (4, 8 of 16 tokens) i16
): void {
  const q0 = v128.load(columns);
  const q1 = v128.load(columns, 32);
  const q2 = v128.load(columns, 64);
  const q3 = v128.load(columns, 96);
  // Times 8, so that the high 5 bits of a sum fill a byte of their own.
  const plus01 = i16x8.shl(i16x8.add(q0, q1), 3);
  const minus01 = i16x8.shl(i16x8.sub(q0, q1), 3);
  const plus23 = i16x8.shl(i16x8.add(q2, q3), 3);
  const minus23 = i16x8.shl(i16x8.sub(q2, q3), 3);
  const bias = i16x8.splat(<i16>(EXACT_BIAS << 3));
  const base0 = i16x8.sub(bias, plus23);
  const base1 = i16x8.add(bias, minus23);
  const base2 = i16x8.sub(bias, minus23);
  const base3 = i16x8.add(bias, plus23);
  const e0 = i16x8.sub(base0, plus01);
  const e1 = i16x8.add(base0, minus01);
  const e2 = i16x8.sub(base0, minus01);
  const e3 = i16x8.add(base0, plus01);
  const e4 = i16x8.sub(base1, plus01);
  const e5 = i16x8.add(base1, minus01);
  const e6 = i16x8.sub(base1, minus01);
  const e7 = i16x8.add(base1, plus01);
  const e8 = i16x8.sub(base2, plus01);
  const e9 = i16x8.add(base2, minus01);
  const e10 = i16x8.sub(base2, minus01);
  const e11 = i16x8.add(base2, plus01);
  const e12 = i16x8.sub(base3, plus01);
  const e13 = i16x8.add(base3, minus01);
  const e14 = i16x8.sub(base3, minus01);
  const e15 = i16x8.add(base3, plus01);
  tokens4<u16>(table, false, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14, e15);
  tokens4<u16>(table + QUARTER, true, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14, e15);
}

// @ts-ignore: decorator
@inline
function half<T>(upper: bool, a: v128, b: v128): v128 {
  return upper ? high<T>(a, b) : low<T>(a, b);
}

/** Entries of 8 tokens, transposed for 4 of them and split into planes. */
// @ts-ignore: decorator
@inline
function tokens4<T>(
  table: usize, // (4 tokens, 2 planes, 16) u8
  upper: bool, // tokens 4..7
  e0: v128,
  e1: v128,
  e2: v128,
  e3: v128,
  e4: v128,
  e5: v128,
  e6: v128,
  e7: v128,
  e8: v128,
  e9: v128,
  e10: v128,
  e11: v128,
  e12: v128,
  e13: v128,
  e14: v128,
  e15: v128,
): void {
  const a0 = half<T>(upper, e0, e1);
  const a1 = half<T>(upper, e2, e3);
  const a2 = half<T>(upper, e4, e5);
  const a3 = half<T>(upper, e6, e7);
  const a4 = half<T>(upper, e8, e9);
  const a5 = half<T>(upper, e10, e11);
  const a6 = half<T>(upper, e12, e13);
  const a7 = half<T>(upper, e14, e15);
  // Tokens 0 and 1, then 2 and 3, four entries each.
  const b0 = low<u32>(a0, a1);
  const b1 = low<u32>(a2, a3);
  const b2 = low<u32>(a4, a5);
  const b3 = low<u32>(a6, a7);
  const c0 = high<u32>(a0, a1);
  const c1 = high<u32>(a2, a3);
  const c2 = high<u32>(a4, a5);
  const c3 = high<u32>(a6, a7);
  planes(table, low<u64>(b0, b1), low<u64>(b2, b3));
  planes(table + 32, high<u64>(b0, b1), high<u64>(b2, b3));
  planes(table + 64, low<u64>(c0, c1), low<u64>(c2, c3));
  planes(table + 96, high<u64>(c0, c1), high<u64>(c2, c3));
}

// @ts-ignore: decorator
@inline
function planes(table: usize, a: v128, b: v128): void {
  const lower = v128.shuffle<u8>(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  v128.store(table, i8x16.shr_u(lower, 3));
  v128.store(table, v128.shuffle<u8>(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), 16);
}
