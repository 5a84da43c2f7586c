/**
 * 1-bit matrices (GGUF Q1_0: per 128 weights of a row one half precision scale and 16 bytes of signs, weight j in bit
 * j & 7 of byte j >> 3; 1 is +scale, 0 is -scale).
 *
 * In memory they are repacked in place, at the same 18 bytes per 128 weights, to tiles (tile.ts) of (cols / 128) blocks
 * of 288 bytes: the 16 rows' scales in order, then 16 vectors, vector s with byte s of the rows. No scale is negative
 * there: a block that had such a one has all its signs turned instead.
 */
import { loadHalf, loadHalf4 } from './half';
import { TABLE_BIAS } from './quantize';
import { laneOf, lookUp32, SQUARE_SCRATCH, TILE_ROWS, transpose16 } from './tile';

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

/** out = x W^T for n rows of activations. Integer-exact for the quantized activations; the tile is read once for all n. */
export function matmulQ1(
  out: usize, // (n, rows rounded up to 16) f32
  w: usize, // (tiles, cols / 128, 288) u8
  rows: i32,
  cols: i32,
  tables: usize, // (n, cols / 4, 2, 16) u8
  scales: usize, // (n, cols / 32) f32
  n: i32,
): void {
  const blocks = <usize>(cols >> 7);
  const outBytes = (<usize>((rows + 15) & ~15)) << 2;
  const tableBytes = (<usize>cols) << 3;
  const scaleBytes = (<usize>cols) >> 3;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    let y = out + ((<usize>row) << 2);
    let t = tables;
    let d = scales;
    for (let i = 0; i < n; i++) {
      tileDot(y, w, blocks, t, d);
      y += outBytes;
      t += tableBytes;
      d += scaleBytes;
    }
    w += blocks * TILE_BLOCK_BYTES;
  }
}

/** 16 rows times one row of activations. */
// @ts-ignore: decorator
@inline
function tileDot(out: usize, w: usize, blocks: usize, table: usize, scale: usize): void {
  const evenBytes = i16x8.splat(0x00ff);
  const bias = i16x8.splat(TABLE_BIAS * 8);
  let sum0 = f32x4.splat(0); // rows 0..3
  let sum1 = f32x4.splat(0); // rows 4..7
  let sum2 = f32x4.splat(0); // rows 8..11
  let sum3 = f32x4.splat(0); // rows 12..15
  for (let b: usize = 0; b < blocks; b++) {
    let block0 = f32x4.splat(0);
    let block1 = f32x4.splat(0);
    let block2 = f32x4.splat(0);
    let block3 = f32x4.splat(0);
    let bits = w + 32;
    for (let k = 0; k < 4; k++) {
      const plane0 = lookUp32(bits, table);
      const plane1 = lookUp32(bits, table + 16);
      // Planes to sums: low + 32 high - 8 biases.
      const even = i16x8.sub(i16x8.add(v128.and(plane0, evenBytes), i16x8.shl(v128.and(plane1, evenBytes), 5)), bias);
      const odd = i16x8.sub(i16x8.add(i16x8.shr_u(plane0, 8), i16x8.shl(i16x8.shr_u(plane1, 8), 5)), bias);
      const d = v128.load32_splat(scale);
      block0 = f32x4.add(block0, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(even))));
      block1 = f32x4.add(block1, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(even))));
      block2 = f32x4.add(block2, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(odd))));
      block3 = f32x4.add(block3, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(odd))));
      bits += 64;
      table += 256;
      scale += 4;
    }
    sum0 = f32x4.add(sum0, f32x4.mul(loadHalf4(w), block0));
    sum1 = f32x4.add(sum1, f32x4.mul(loadHalf4(w + 8), block1));
    sum2 = f32x4.add(sum2, f32x4.mul(loadHalf4(w + 16), block2));
    sum3 = f32x4.add(sum3, f32x4.mul(loadHalf4(w + 24), block3));
    w += TILE_BLOCK_BYTES;
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
  v128.store(out, sum2, 32);
  v128.store(out, sum3, 48);
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
