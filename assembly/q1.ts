/**
 * 1-bit matrices (GGUF Q1_0: per 128 weights of a row one half precision scale and 16 bytes of signs, weight j in bit
 * j & 7 of byte j >> 3; 1 is +scale, 0 is -scale).
 *
 * In memory they are repacked in place, at the same 18 bytes per 128 weights, to tiles (tile.ts) of (cols / 128) blocks
 * of 288 bytes: the 16 rows' scales in order, then 16 vectors, vector s with byte s of the rows. No scale is negative
 * there: a block that had such a one has all its signs turned instead.
 */
import { loadHalf } from './half';
import { laneOf, SQUARE_SCRATCH, TILE_ROWS, transpose16 } from './tile';

const BLOCK_BYTES: usize = 18;
const TILE_BLOCK_BYTES: usize = 288;

/**
 * GGUF rows to tiles, in place. The room at w must hold rows rounded up to 16; the rows added are zero. Returns the
 * number of scales that are not finite.
 */
export function repackQ1(
  w: usize, // (rows, cols / 128, 18) u8, becomes (tiles, cols / 128, 288) u8
  rows: i32,
  cols: i32,
  scratch: usize, // (512) u8, then (16, cols / 128, 18) u8
): i32 {
  let notFinite = 0;
  const blocks = <usize>(cols >> 7);
  const rowBytes = blocks * BLOCK_BYTES;
  const tileBytes = blocks * TILE_BLOCK_BYTES;
  const square = scratch;
  scratch += SQUARE_SCRATCH;
  for (let row = 0; row < rows; row += TILE_ROWS, w += tileBytes) {
    const present = <usize>min(rows - row, TILE_ROWS) * rowBytes;
    memory.copy(scratch, w, present);
    memory.fill(scratch + present, 0, tileBytes - present);
    for (let b: usize = 0; b < blocks; b++) {
      const out = w + b * TILE_BLOCK_BYTES;
      for (let r: usize = 0; r < 16; r++) {
        const block = scratch + r * rowBytes + b * BLOCK_BYTES;
        const scale = load<u16>(block);
        if ((scale & 0x7c00) == 0x7c00) notFinite++;
        store<u16>(out + (r << 1), scale & 0x7fff);
        const bits = v128.load(block, 2);
        v128.store(square + (laneOf(r) << 4), scale >> 15 ? v128.not(bits) : bits);
      }
      transpose16(out + 32, square);
    }
  }
  return notFinite;
}

/** One row of a repacked matrix as floats: the embedding of a token. */
export function embedQ1(
  out: usize, // (cols) f32
  w: usize, // (tiles, cols / 128, 288) u8
  row: i32,
  cols: i32,
): void {
  const blocks = <usize>(cols >> 7);
  const r = <usize>(row & 15);
  const lane = laneOf(r) + 32;
  w += ((<usize>row) >> 4) * blocks * TILE_BLOCK_BYTES;
  for (let b: usize = 0; b < blocks; b++) {
    const d = loadHalf(w + (r << 1));
    for (let s: usize = 0; s < 16; s++) {
      const bits = <u32>load<u8>(w + lane + (s << 4));
      for (let k: u32 = 0; k < 8; k++, out += 4) store<f32>(out, (bits >> k) & 1 ? d : -d);
    }
    w += TILE_BLOCK_BYTES;
  }
}
