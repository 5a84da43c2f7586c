/** Loops over tiles and tokens around the kernels that schedule.mjs writes. */
import { UNROLLED } from './form';
import * as loops from './loops';
import * as unrolled from './unrolled';

const BLOCK_BYTES: usize = 288;

/**
 * matvecQ1Exact and matvecQ1Fast (../matvec-q1.ts). Four tiles share what is loaded of the tables; they lie a quarter
 * of the rows apart, so that each is one stream of memory from the beginning to the end.
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
  const tableBytes: usize = blocks << (exact ? 10 : 9);
  const apart = (<usize>rows) >> 6;
  for (let i: usize = 0; i < apart; i++) {
    for (let token: usize = 0; token < <usize>n; token++) {
      const y = out + ((token * <usize>outStride) << 2);
      const table = tables + token * tableBytes;
      const scale = scales + token * (blocks << 2);
      if (UNROLLED) {
        if (exact) unrolled.exact4(y, apart << 6, w, apart * tileBytes, blocks, table, scale);
        else unrolled.fast4(y, apart << 6, w, apart * tileBytes, blocks, table, scale);
      } else {
        if (exact) loops.exact4(y, apart << 6, w, apart * tileBytes, blocks, table, scale);
        else loops.fast4(y, apart << 6, w, apart * tileBytes, blocks, table, scale);
      }
    }
    w += tileBytes;
    out += 64;
  }
  w += 3 * apart * tileBytes;
  out += (3 * apart) << 6;
  for (let i = (<i32>apart) << 6; i < rows; i += 16) {
    for (let token: usize = 0; token < <usize>n; token++) {
      const y = out + ((token * <usize>outStride) << 2);
      const table = tables + token * tableBytes;
      const scale = scales + token * (blocks << 2);
      if (UNROLLED) {
        if (exact) unrolled.exact1(y, 0, w, 0, blocks, table, scale);
        else unrolled.fast1(y, 0, w, 0, blocks, table, scale);
      } else {
        if (exact) loops.exact1(y, 0, w, 0, blocks, table, scale);
        else loops.fast1(y, 0, w, 0, blocks, table, scale);
      }
    }
    w += tileBytes;
    out += 64;
  }
}
