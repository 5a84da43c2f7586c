/**
 * 2-bit matrices (GGUF Q2_0, PQ2_0: per group of 64 or 128 weights of a row one half precision scale d and the codes,
 * weight j in bits 2 (j & 3) of byte j >> 2; code c is (c - 1) d, so that 0, 1, 2 are -d, 0, +d).
 *
 * In memory a code is split into its two bits: per group the tile (tile.ts) has the 16 rows' scales, then group / 8
 * vectors of the low bits, then as many of the high bits; the same bytes as in the file. With s0 and s1 the sums of
 * the activations under the bits read as signs, and a their plain sum, a group is worth d (s0 + 2 s1 + a) / 2.
 */
import { loadHalf, loadHalf4 } from './half';
import { TABLE_BIAS } from './quantize';
import { laneOf, lookUp32, TILE_ROWS } from './tile';

/** Bits 0, 2, 4, … of 16, side by side. */
// @ts-ignore: decorator
@inline
function everySecondBit(x: u32): u8 {
  x &= 0x5555;
  x = (x | (x >> 1)) & 0x3333;
  x = (x | (x >> 2)) & 0x0f0f;
  return <u8>(x | (x >> 4));
}

/**
 * GGUF rows to tiles, in place. The room at w must hold rows rounded up to 16; the rows added are zero. Returns the
 * number of scales that are not finite.
 */
export function repackQ2(
  w: usize, // (rows, cols / group, 2 + group / 4) u8, becomes (tiles, cols / group, 32 + 4 group) u8
  rows: i32,
  cols: i32,
  group: i32, // 64 or 128
  scratch: usize, // (16, cols / group, 2 + group / 4) u8
): i32 {
  let notFinite = 0;
  const groups = <usize>(cols / group);
  const vectors = (<usize>group) >> 3;
  const groupBytes = (vectors << 1) + 2;
  const rowBytes = groups * groupBytes;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const present = <usize>min(rows - row, TILE_ROWS) * rowBytes;
    memory.copy(scratch, w, present);
    memory.fill(scratch + present, 0, (rowBytes << 4) - present);
    for (let g: usize = 0; g < groups; g++, w += groupBytes << 4) {
      for (let r: usize = 0; r < 16; r++) {
        const from = scratch + r * rowBytes + g * groupBytes;
        const scale = load<u16>(from);
        if ((scale & 0x7c00) == 0x7c00) notFinite++;
        store<u16>(w + (r << 1), scale);
        const lane = w + 32 + laneOf(r);
        for (let s: usize = 0; s < vectors; s++) {
          const codes = <u32>load<u16>(from + 2 + (s << 1));
          store<u8>(lane + (s << 4), everySecondBit(codes));
          store<u8>(lane + ((vectors + s) << 4), everySecondBit(codes >> 1));
        }
      }
    }
  }
  return notFinite;
}

/** out = x W^T for n rows of activations, as matmulQ1. */
export function matmulQ2(
  out: usize, // (n, rows rounded up to 16) f32
  w: usize, // (tiles, cols / group, 32 + 4 group) u8
  rows: i32,
  cols: i32,
  group: i32, // 64 or 128
  tables: usize, // (n, cols / 4, 2, 16) u8
  scales: usize, // (n, cols / 32) f32
  sums: usize, // (n, cols / 32) i16
  n: i32,
): void {
  const groups = <usize>(cols / group);
  const tileBytes = groups * (32 + ((<usize>group) << 2));
  const outBytes = (<usize>((rows + 15) & ~15)) << 2;
  const parts = (<usize>cols) >> 5;
  for (let row = 0; row < rows; row += TILE_ROWS, w += tileBytes) {
    let y = out + ((<usize>row) << 2);
    for (let i: usize = 0; i < <usize>n; i++, y += outBytes) {
      tileDot(
        y,
        w,
        groups,
        (<usize>group) >> 5,
        tables + i * (parts << 8),
        scales + i * (parts << 2),
        sums + i * (parts << 1),
      );
    }
  }
}

/** 16 rows times one row of activations. `parts` is a group's number of 32 weights. */
// @ts-ignore: decorator
@inline
function tileDot(out: usize, w: usize, groups: usize, parts: usize, table: usize, scale: usize, sum: usize): void {
  const evenBytes = i16x8.splat(0x00ff);
  // Both bits' biases, the high bit's twice.
  const bias = i16x8.splat(TABLE_BIAS * 8 * 3);
  let sum0 = f32x4.splat(0); // rows 0..3
  let sum1 = f32x4.splat(0); // rows 4..7
  let sum2 = f32x4.splat(0); // rows 8..11
  let sum3 = f32x4.splat(0); // rows 12..15
  for (let g: usize = 0; g < groups; g++) {
    let group0 = f32x4.splat(0);
    let group1 = f32x4.splat(0);
    let group2 = f32x4.splat(0);
    let group3 = f32x4.splat(0);
    const highBits = parts << 6;
    let bits = w + 32;
    for (let k: usize = 0; k < parts; k++) {
      let even = i16x8.sub(v128.load16_splat(sum), bias);
      let odd = even;
      for (let bit = 0; bit < 2; bit++) {
        const from = bit ? bits + highBits : bits;
        const plane0 = lookUp32(from, table);
        const plane1 = lookUp32(from, table + 16);
        const e = i16x8.add(v128.and(plane0, evenBytes), i16x8.shl(v128.and(plane1, evenBytes), 5));
        const o = i16x8.add(i16x8.shr_u(plane0, 8), i16x8.shl(i16x8.shr_u(plane1, 8), 5));
        even = i16x8.add(even, i16x8.shl(e, bit));
        odd = i16x8.add(odd, i16x8.shl(o, bit));
      }
      const d = f32x4.mul(v128.load32_splat(scale), f32x4.splat(0.5));
      group0 = f32x4.add(group0, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(even))));
      group1 = f32x4.add(group1, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(even))));
      group2 = f32x4.add(group2, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(odd))));
      group3 = f32x4.add(group3, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(odd))));
      bits += 64;
      table += 256;
      scale += 4;
      sum += 2;
    }
    sum0 = f32x4.add(sum0, f32x4.mul(loadHalf4(w), group0));
    sum1 = f32x4.add(sum1, f32x4.mul(loadHalf4(w + 8), group1));
    sum2 = f32x4.add(sum2, f32x4.mul(loadHalf4(w + 16), group2));
    sum3 = f32x4.add(sum3, f32x4.mul(loadHalf4(w + 24), group3));
    w = bits + highBits;
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
  v128.store(out, sum2, 32);
  v128.store(out, sum3, 48);
}

/** One row of a repacked matrix as floats. */
export function embedQ2(
  out: usize, // (cols) f32
  w: usize, // (tiles, cols / group, 32 + 4 group) u8
  row: i32,
  cols: i32,
  group: i32, // 64 or 128
): void {
  const groups = <usize>(cols / group);
  const vectors = (<usize>group) >> 3;
  const groupBytes = (vectors << 5) + 32;
  const r = <usize>(row & 15);
  w += ((<usize>row) >> 4) * groups * groupBytes;
  for (let g: usize = 0; g < groups; g++, w += groupBytes) {
    const d = loadHalf(w + (r << 1));
    const lane = w + 32 + laneOf(r);
    for (let s: usize = 0; s < vectors; s++) {
      const low = <u32>load<u8>(lane + (s << 4));
      const high = <u32>load<u8>(lane + ((vectors + s) << 4));
      for (let k: u32 = 0; k < 8; k++, out += 4) {
        const code = ((low >> k) & 1) + (((high >> k) & 1) << 1);
        store<f32>(out, <f32>(<i32>code - 1) * d);
      }
    }
  }
}
