/**
 * Matrices of 1- and 2-bit weights lie in tiles of 16 rows. Within a tile, a vector holds one byte of each row, row r
 * in lane 2 r for r < 8 and 2 (r - 8) + 1 above: the even bytes of a vector are the rows 0..7 and its odd bytes the
 * rows 8..15, each in order, so masking and shifting widen them without a shuffle.
 *
 * A byte is the signs of 8 weights, the first in the lowest bit. Its nibbles are indices into the tables of
 * tables.ts: one swizzle looks up 4 weights of 16 rows.
 */
export const TILE_ROWS: i32 = 16;

/** Lane of row r (0..15) in a vector. */
// @ts-ignore: decorator
@inline
export function laneOf(row: usize): usize {
  return row < 8 ? row << 1 : ((row - 8) << 1) + 1;
}

/** Bytes that transpose16 works in: its input, and as much again. */
export const SQUARE_SCRATCH: usize = 512;

/**
 * Transposes 16 x 16 bytes. Each of four rounds puts vector i and vector i + 8 together byte by byte, as one shuffles
 * cards; after four, the bits of row and column have changed places.
 * @param square (16, 16) u8 in, destroyed; twice that room
 */
export function transpose16(out: usize, square: usize): void {
  interleave(square + 256, square);
  interleave(square, square + 256);
  interleave(square + 256, square);
  interleave(out, square + 256);
}

// @ts-ignore: decorator
@inline
function interleave(to: usize, from: usize): void {
  for (let i: usize = 0; i < 128; i += 16) {
    const a = v128.load(from + i);
    const b = v128.load(from + i, 128);
    v128.store(to + (i << 1), v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    v128.store(to + (i << 1), v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
  }
}
