/** Loops over tiles and tokens around the kernels that schedule.mjs writes. */
import { UNROLLED } from './form';
import * as loops from './loops';
import * as unrolled from './unrolled';

const BLOCK_BYTES: usize = 288;

/**
 * matvecQ1Exact and matvecQ1Fast (../matvec-q1.ts). Tiles that are computed together share what is loaded of the tables:
 * four of them, and sixteen of the exact ones in loops, where a load costs more.
 */
// @ts-ignore: decorator
@inline
export function matvec(
  exact: bool,
  out: usize, // (n, outStride) f32
  outStride: i32, // floats
  w: usize, // (rows / 16, cols / 128, 288) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of 128
  tables: usize, // (n, cols / 4, 2 planes if exact, 16) u8
  scales: usize, // (n, cols / 128) f32
  n: i32,
): void {
  const blocks = <usize>(cols >> 7);
  const tileBytes = blocks * BLOCK_BYTES;
  const tiles = (<usize>rows) >> 4;
  const sixteens = exact && !UNROLLED ? tiles & ~15 : 0;
  const upTo = sixteens + ((tiles - sixteens) & ~3);
  if (exact && !UNROLLED) together(16, exact, out, outStride, w, sixteens, blocks, tables, scales, n);
  out += sixteens << 6;
  w += sixteens * tileBytes;
  together(4, exact, out, outStride, w, upTo - sixteens, blocks, tables, scales, n);
  out += (upTo - sixteens) << 6;
  w += (upTo - sixteens) * tileBytes;
  together(1, exact, out, outStride, w, tiles - upTo, blocks, tables, scales, n);
}

/** Tiles, `many` at a time. They lie apart, so that each is one stream of memory from the beginning to the end. */
// @ts-ignore: decorator
@inline
function together(
  many: usize,
  exact: bool,
  out: usize,
  outStride: i32,
  w: usize,
  tiles: usize, // multiple of `many`
  blocks: usize,
  tables: usize,
  scales: usize,
  n: i32,
): void {
  const tileBytes = blocks * BLOCK_BYTES;
  const tableBytes: usize = blocks << (exact ? 10 : 9);
  const apart = tiles / many;
  const outApart = apart << 6;
  const wApart = apart * tileBytes;
  for (let i: usize = 0; i < apart; i++) {
    for (let token: usize = 0; token < <usize>n; token++) {
      const y = out + ((token * <usize>outStride) << 2);
      const table = tables + token * tableBytes;
      const scale = scales + token * (blocks << 2);
      if (UNROLLED) {
        if (many == 4 && exact) unrolled.exact4(y, outApart, w, wApart, blocks, table, scale);
        else if (many == 4) unrolled.fast4(y, outApart, w, wApart, blocks, table, scale);
        else if (exact) unrolled.exact1(y, 0, w, 0, blocks, table, scale);
        else unrolled.fast1(y, 0, w, 0, blocks, table, scale);
      } else {
        if (many == 16) loops.exact16(y, outApart, w, wApart, blocks, table, scale);
        else if (many == 4 && exact) loops.exact4(y, outApart, w, wApart, blocks, table, scale);
        else if (many == 4) loops.fast4(y, outApart, w, wApart, blocks, table, scale);
        else if (exact) loops.exact1(y, 0, w, 0, blocks, table, scale);
        else loops.fast1(y, 0, w, 0, blocks, table, scale);
      }
    }
    w += tileBytes;
    out += 64;
  }
}
