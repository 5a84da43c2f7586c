/**
 * What the decode kernels share: looking 4 weights of 16 rows up in the tables of tables.ts, and turning sums of entries
 * into floats.
 */

/**
 * Constants of the inner loops. Read from memory they are one operand; V8 makes a literal anew, in three instructions,
 * wherever it is used.
 */
export const NIBBLES: usize = memory.data<u32>([0x0f0f0f0f, 0x0f0f0f0f, 0x0f0f0f0f, 0x0f0f0f0f], 16);

/**
 * High halves of floats whose low halves count: 0x4b00xxxx is 2^23 + xxxx, 0x4b80xxxx is 2^24 + 2 xxxx, and so on, in
 * ones, twos, fours and eights.
 */
const COUNTING: usize = memory.data<u32>(
  [
    0x4b004b00, 0x4b004b00, 0x4b004b00, 0x4b004b00, 0x4b804b80, 0x4b804b80, 0x4b804b80, 0x4b804b80, 0x4c004c00,
    0x4c004c00, 0x4c004c00, 0x4c004c00, 0x4c804c80, 0x4c804c80, 0x4c804c80, 0x4c804c80,
  ],
  16,
);

/** The high halves of floats that count in units of 2^power. */
// @ts-ignore: decorator
@inline
export function counting(power: usize): v128 {
  return v128.load(COUNTING + (power << 4));
}

/** table[index] for 16 indices below 16. Without relaxed SIMD x86 pays an extra instruction for indices it never sees. */
// @ts-ignore: decorator
@inline
export function pick(table: v128, index: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(table, index);
  return v128.swizzle(table, index);
}

/** The second four of each eight signs. */
// @ts-ignore: decorator
@inline
export function upper(signs: v128, nibbles: v128): v128 {
  return v128.and(i16x8.shr_u(signs, 4), nibbles);
}

/** The mean of what four indices find in four fast tables. */
// @ts-ignore: decorator
@inline
export function average16(
  table: usize, // (4, 16) u8
  index0: v128,
  index1: v128,
  index2: v128,
  index3: v128,
): v128 {
  const first = i8x16.avgr_u(pick(v128.load(table), index0), pick(v128.load(table, 16), index1));
  const second = i8x16.avgr_u(pick(v128.load(table, 32), index2), pick(v128.load(table, 48), index3));
  return i8x16.avgr_u(first, second);
}

/** The bytewise sum of what two indices find in one plane of two exact tables. */
// @ts-ignore: decorator
@inline
export function sum8(
  table: usize, // (2, 2, 16) u8, from the plane wanted
  index0: v128,
  index1: v128,
): v128 {
  return i8x16.add(pick(v128.load(table), index0), pick(v128.load(table, 32), index1));
}

/** The sums of rows 0..3 or 8..11 as floats of a counting kind. */
// @ts-ignore: decorator
@inline
export function counted03(sums: v128, kind: v128): v128 {
  return v128.shuffle<u16>(sums, kind, 0, 8, 1, 9, 2, 10, 3, 11);
}

/** The sums of rows 4..7 or 12..15. */
// @ts-ignore: decorator
@inline
export function counted47(sums: v128, kind: v128): v128 {
  return v128.shuffle<u16>(sums, kind, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** y += s (H d) for four rows, H their scales. */
// @ts-ignore: decorator
@inline
export function addScaled(y: usize, s: v128, h: v128, d: v128): void {
  v128.store(y, f32x4.add(v128.load(y), f32x4.mul(s, f32x4.mul(h, d))));
}

/** y += S (H d) for 16 rows. */
// @ts-ignore: decorator
@inline
export function addBlock(y: usize, halves: usize, even: v128, odd: v128, kind: v128, zero: v128, d: v128): void {
  addScaled(y, f32x4.sub(counted03(even, kind), zero), positiveHalves(halves), d);
  addScaled(y + 16, f32x4.sub(counted47(even, kind), zero), positiveHalves(halves + 8), d);
  addScaled(y + 32, f32x4.sub(counted03(odd, kind), zero), positiveHalves(halves + 16), d);
  addScaled(y + 48, f32x4.sub(counted47(odd, kind), zero), positiveHalves(halves + 24), d);
}

/** 2^-112 times four halves that are not negative. */
// @ts-ignore: decorator
@inline
function positiveHalves(p: usize): v128 {
  return i32x4.shl(v128.load16x4_u(p), 13);
}

/** Streams a matrix is read in. */
export const STREAMS: usize = 4;

/**
 * Tiles of each stream, of so many in a row: fewer than there are streams lie side by side. Streams a whole number of
 * memory's pages apart would all come to a new page in the same moment, and wait there; a tile less spreads them.
 */
export function streamLength(tiles: usize, tileBytes: usize): usize {
  if (tiles < STREAMS) return 1;
  const apart = tiles / STREAMS;
  return apart >= 16 && (apart * tileBytes) % 4096 == 0 ? apart - 1 : apart;
}

/** Zero in the 16 outputs of each of `tiles`, for n rows of activations. */
// @ts-ignore: decorator
@inline
export function clear(
  out: usize, // (n, outStride) f32
  nextOut: usize, // bytes from one row of activations to the next
  n: i32,
  tiles: usize,
  outStep: usize, // bytes from one tile's outputs to the next's
): void {
  const zero = f32x4.splat(0);
  for (let t: usize = 0; t < tiles; t++, out += outStep) {
    let y = out;
    for (let i = 0; i < n; i++, y += nextOut) {
      v128.store(y, zero);
      v128.store(y, zero, 16);
      v128.store(y, zero, 32);
      v128.store(y, zero, 48);
    }
  }
}
