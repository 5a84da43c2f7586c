/**
 * 2-bit matrices (GGUF Q2_0, PQ2_0: per group of 64 or 128 weights of a row one half precision scale d and the codes,
 * weight j in bits 2 (j & 3) of byte j >> 2; code c is (c - 1) d, so that 0, 1, 2 are -d, 0, +d).
 *
 * In memory a code is split into its two bits: per group the tile (tile.ts) has the 16 rows' scales, then group / 8
 * vectors of the low bits, then as many of the high bits; the same bytes as in the file. With s0 and s1 the sums of
 * the activations under the bits read as signs, and a their plain sum, a group is worth d (s0 + 2 s1 + a) / 2.
 */
import { loadHalf } from './half';
import { laneOf, TILE_ROWS } from './tile';

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
