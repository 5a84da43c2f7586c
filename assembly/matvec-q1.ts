/**
 * Decode: rows of a 1-bit matrix (q1.ts) times few rows of activations, given as tables (tables.ts).
 *
 * One vector of 16 bytes is the signs of 8 weights of 16 rows: its low nibbles look up the first four, its high nibbles
 * the others. Per row and block of 128 weights: S = the sum over the tables' entries, an integer; y += S (H D), H the
 * weights' scale, D the activations'; each operation rounded, blocks in order.
 *
 * A matrix larger than the caches is read as four streams a quarter of the rows apart, half a cache line or one of each
 * in turn: the hardware's prefetchers follow each by itself, and so read further ahead than on one. With several rows
 * of activations, whole blocks take turns, each read once for all of them. A caller who splits the rows gives each call
 * a multiple of 64, and 256 or more: shorter streams end before the prefetchers have run ahead (64 rows cost a quarter).
 */
import { exactBlock, exactFour, exactTwice } from './exact';
import { fastBlock, fastFour, fastTwice } from './fast';
import { clear, NIBBLES, STREAMS, streamLength } from './lookup';

const BLOCK_BYTES: usize = 288;

export function matvecQ1Exact(
  out: usize, // (n, outStride) f32
  outStride: i32, // floats
  w: usize, // (rows / 16, cols / 128, 288) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of 128
  tables: usize, // (n, cols / 4, 2, 16) u8
  scales: usize, // (n, cols / 128) f32
  n: i32,
): void {
  if (n == 1) exactOne(out, w, rows, cols, tables, scales);
  else matvec(true, false, out, outStride, w, rows, cols, tables, scales, n);
}

export function matvecQ1Fast(
  out: usize, // (n, outStride) f32
  outStride: i32, // floats
  w: usize, // (rows / 16, cols / 128, 288) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of 128
  tables: usize, // (n, cols / 4, 16) u8
  scales: usize, // (n, cols / 128) f32
  n: i32,
): void {
  if (n == 1) fastOne(out, w, rows, cols, tables, scales);
  else matvec(false, false, out, outStride, w, rows, cols, tables, scales, n);
}

function exactOne(out: usize, w: usize, rows: i32, cols: i32, tables: usize, scales: usize): void {
  matvec(true, true, out, 0, w, rows, cols, tables, scales, 1);
}

function fastOne(out: usize, w: usize, rows: i32, cols: i32, tables: usize, scales: usize): void {
  matvec(false, true, out, 0, w, rows, cols, tables, scales, 1);
}

// @ts-ignore: decorator
@inline
function matvec(
  exact: bool,
  one: bool, // n is 1
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  tables: usize,
  scales: usize,
  n: i32,
): void {
  const nibbles = v128.load(NIBBLES);
  const blocks = <usize>(cols >> 7);
  const tileBytes = blocks * BLOCK_BYTES;
  const tableBytes: usize = exact ? 1024 : 512; // of a block
  const nextOut = (<usize>outStride) << 2;
  const nextTables = blocks * tableBytes;
  const nextScales = blocks << 2;
  let left = (<usize>rows) >> 4;
  while (left > 0) {
    const streams = min(left, STREAMS);
    const apart = streamLength(left, tileBytes); // tiles from one stream to the next
    const outStep = apart << 6;
    const tileStep = apart * tileBytes;
    for (let i: usize = 0; i < apart; i++, out += 64, w += tileBytes) {
      clear(out, nextOut, n, streams, outStep);
      for (let b: usize = 0; b < blocks; b++) {
        const first = w + b * BLOCK_BYTES;
        const table = tables + b * tableBytes;
        const scale = scales + (b << 2);
        if (one && streams == STREAMS) {
          const d = v128.load32_splat(scale);
          if (exact) exactFour(out, outStep, first, tileStep, table, d, nibbles);
          else fastFour(out, outStep, first, tileStep, table, d, nibbles);
          continue;
        }
        let block = first;
        let blockOut = out;
        for (let t: usize = 0; t < streams; t++, block += tileStep, blockOut += outStep) {
          let y = blockOut;
          let from = table;
          let by = scale;
          for (let j = 1; !one && j < n; j += 2) {
            const d0 = v128.load32_splat(by);
            const d1 = v128.load32_splat(by + nextScales);
            if (exact) exactTwice(y, y + nextOut, block, from, from + nextTables, d0, d1, nibbles);
            else fastTwice(y, y + nextOut, block, from, from + nextTables, d0, d1, nibbles);
            y += nextOut << 1;
            from += nextTables << 1;
            by += nextScales << 1;
          }
          if (one || n & 1) {
            const d = v128.load32_splat(by);
            if (exact) exactBlock(y, block, from, d, nibbles);
            else fastBlock(y, block, from, d, nibbles);
          }
        }
      }
    }
    out += outStep * (streams - 1);
    w += tileStep * (streams - 1);
    left -= apart * streams;
  }
}
