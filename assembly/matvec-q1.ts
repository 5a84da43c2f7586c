/**
 * Decode: rows of a 1-bit matrix (q1.ts) times few rows of activations, given as tables (tables.ts). A tile's weights
 * are read from memory once for all of them.
 *
 * One vector of 16 bytes is the signs of 8 weights of 16 rows: its low nibbles look up the first four, its high nibbles
 * the others. Per row and 128 weights: S = the sum over the tables' entries, an integer; y += S (H D), H the weights'
 * scale, D the activations'; each operation rounded, blocks in order.
 */
import { CENTRE, EXACT_BIAS, LOW_BITS } from './tables';
import { pick } from './tile';

const TILE_BLOCK_BYTES: usize = 288;

/** Constants the kernels use in every iteration. Out of memory they stay in registers; V8 would make literals anew. */
const NIBBLES: usize = memory.data<u8>([15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15], 16);

/** High half of a float whose low half counts in units: 0x4b00xxxx is 2^23 + xxxx. */
const UNITS: i16 = 0x4b00;
/** The same in fours: 2^25 + 4 xxxx. */
const FOURS: i16 = 0x4c00;

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
  const blocks = <usize>(cols >> 7);
  for (let row = 0; row < rows; row += 16) {
    for (let i: usize = 0; i < <usize>n; i++) {
      const y = out + ((i * <usize>outStride) << 2);
      exactTile(y, w, blocks, tables + i * (blocks << 10), scales + i * (blocks << 2));
    }
    out += 64;
    w += blocks * TILE_BLOCK_BYTES;
  }
}

/** 16 rows times one row of activations. */
// @ts-ignore: decorator
@inline
function exactTile(out: usize, w: usize, blocks: usize, table: usize, scale: usize): void {
  const nibble = v128.load(NIBBLES);
  let sum0 = f32x4.splat(0); // rows 0..3
  let sum1 = f32x4.splat(0); // rows 4..7
  let sum2 = f32x4.splat(0); // rows 8..11
  let sum3 = f32x4.splat(0); // rows 12..15
  for (let b: usize = 0; b < blocks; b++) {
    let all0 = i16x8.splat(0); // sums of a plane's bytes: the even ones, plus 256 times the odd ones
    let odd0 = i16x8.splat(0);
    let all1 = i16x8.splat(0);
    let odd1 = i16x8.splat(0);
    let bits = w + 32;
    for (let k = 0; k < 4; k++) {
      let index = v128.load(bits);
      let low = v128.and(index, nibble);
      let high = v128.and(i16x8.shr_u(index, 4), nibble);
      let plane0 = i8x16.add(pick(v128.load(table), low), pick(v128.load(table, 32), high));
      let plane1 = i8x16.add(pick(v128.load(table, 16), low), pick(v128.load(table, 48), high));
      index = v128.load(bits, 16);
      low = v128.and(index, nibble);
      high = v128.and(i16x8.shr_u(index, 4), nibble);
      plane0 = i8x16.add(i8x16.add(plane0, pick(v128.load(table, 64), low)), pick(v128.load(table, 96), high));
      plane1 = i8x16.add(i8x16.add(plane1, pick(v128.load(table, 80), low)), pick(v128.load(table, 112), high));
      all0 = i16x8.add(all0, plane0);
      odd0 = i16x8.add(odd0, i16x8.shr_u(plane0, 8));
      index = v128.load(bits, 32);
      low = v128.and(index, nibble);
      high = v128.and(i16x8.shr_u(index, 4), nibble);
      plane0 = i8x16.add(pick(v128.load(table, 128), low), pick(v128.load(table, 160), high));
      plane1 = i8x16.add(i8x16.add(plane1, pick(v128.load(table, 144), low)), pick(v128.load(table, 176), high));
      index = v128.load(bits, 48);
      low = v128.and(index, nibble);
      high = v128.and(i16x8.shr_u(index, 4), nibble);
      plane0 = i8x16.add(i8x16.add(plane0, pick(v128.load(table, 192), low)), pick(v128.load(table, 224), high));
      plane1 = i8x16.add(i8x16.add(plane1, pick(v128.load(table, 208), low)), pick(v128.load(table, 240), high));
      all0 = i16x8.add(all0, plane0);
      odd0 = i16x8.add(odd0, i16x8.shr_u(plane0, 8));
      all1 = i16x8.add(all1, plane1);
      odd1 = i16x8.add(odd1, i16x8.shr_u(plane1, 8));
      bits += 64;
      table += 256;
    }
    const odd = i16x8.add(odd0, i16x8.shl(odd1, LOW_BITS));
    const even = i16x8.sub(i16x8.add(all0, i16x8.shl(all1, LOW_BITS)), i16x8.shl(odd, 8));
    const high = i16x8.splat(UNITS);
    const bias = f32x4.splat(8388608.0 + 32.0 * <f32>EXACT_BIAS);
    const d = v128.load32_splat(scale);
    sum0 = scaled(sum0, v128.shuffle<u16>(even, high, 0, 8, 1, 9, 2, 10, 3, 11), bias, w, d);
    sum1 = scaled(sum1, v128.shuffle<u16>(even, high, 4, 12, 5, 13, 6, 14, 7, 15), bias, w + 8, d);
    sum2 = scaled(sum2, v128.shuffle<u16>(odd, high, 0, 8, 1, 9, 2, 10, 3, 11), bias, w + 16, d);
    sum3 = scaled(sum3, v128.shuffle<u16>(odd, high, 4, 12, 5, 13, 6, 14, 7, 15), bias, w + 24, d);
    scale += 4;
    w += TILE_BLOCK_BYTES;
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
  v128.store(out, sum2, 32);
  v128.store(out, sum3, 48);
}

/** sum + (x - bias) (H d) for four rows, H their scales as non-negative halves. */
// @ts-ignore: decorator
@inline
function scaled(sum: v128, x: v128, bias: v128, halves: usize, d: v128): v128 {
  const h = i32x4.shl(v128.load16x4_u(halves), 13);
  return f32x4.add(sum, f32x4.mul(f32x4.sub(x, bias), f32x4.mul(h, d)));
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
  const blocks = <usize>(cols >> 7);
  for (let row = 0; row < rows; row += 16) {
    for (let i: usize = 0; i < <usize>n; i++) {
      const y = out + ((i * <usize>outStride) << 2);
      fastTile(y, w, blocks, tables + i * (blocks << 9), scales + i * (blocks << 2));
    }
    out += 64;
    w += blocks * TILE_BLOCK_BYTES;
  }
}

/** 16 rows times one row of activations. */
// @ts-ignore: decorator
@inline
function fastTile(out: usize, w: usize, blocks: usize, table: usize, scale: usize): void {
  const nibble = v128.load(NIBBLES);
  let sum0 = f32x4.splat(0); // rows 0..3
  let sum1 = f32x4.splat(0); // rows 4..7
  let sum2 = f32x4.splat(0); // rows 8..11
  let sum3 = f32x4.splat(0); // rows 12..15
  for (let b: usize = 0; b < blocks; b++) {
    let all = i16x8.splat(0); // sums of averages: the even bytes, plus 256 times the odd ones
    let odd = i16x8.splat(0);
    let bits = w + 32;
    for (let k = 0; k < 8; k++) {
      let index = v128.load(bits);
      const first = i8x16.avgr_u(
        pick(v128.load(table), v128.and(index, nibble)),
        pick(v128.load(table, 16), v128.and(i16x8.shr_u(index, 4), nibble)),
      );
      index = v128.load(bits, 16);
      const second = i8x16.avgr_u(
        pick(v128.load(table, 32), v128.and(index, nibble)),
        pick(v128.load(table, 48), v128.and(i16x8.shr_u(index, 4), nibble)),
      );
      const quad = i8x16.avgr_u(first, second);
      all = i16x8.add(all, quad);
      odd = i16x8.add(odd, i16x8.shr_u(quad, 8));
      bits += 32;
      table += 64;
    }
    const even = i16x8.sub(all, i16x8.shl(odd, 8));
    const high = i16x8.splat(FOURS);
    const bias = f32x4.splat(33554432.0 + 32.0 * <f32>CENTRE);
    const d = v128.load32_splat(scale);
    sum0 = scaled(sum0, v128.shuffle<u16>(even, high, 0, 8, 1, 9, 2, 10, 3, 11), bias, w, d);
    sum1 = scaled(sum1, v128.shuffle<u16>(even, high, 4, 12, 5, 13, 6, 14, 7, 15), bias, w + 8, d);
    sum2 = scaled(sum2, v128.shuffle<u16>(odd, high, 0, 8, 1, 9, 2, 10, 3, 11), bias, w + 16, d);
    sum3 = scaled(sum3, v128.shuffle<u16>(odd, high, 4, 12, 5, 13, 6, 14, 7, 15), bias, w + 24, d);
    scale += 4;
    w += TILE_BLOCK_BYTES;
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
  v128.store(out, sum2, 32);
  v128.store(out, sum3, 48);
}
