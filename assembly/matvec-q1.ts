/**
 * Decode: rows of a 1-bit matrix (q1.ts) times few rows of activations, given as tables (tables.ts).
 *
 * One vector of 16 bytes is the signs of 8 weights of 16 rows: its low nibbles look up the first four, its high nibbles
 * the others. Per row and block of 128 weights: S = the sum over the tables' entries, an integer; y += S (H D), H the
 * weights' scale, D the activations'; each operation rounded, blocks in order.
 *
 * A matrix larger than the caches is read as four streams a quarter of the rows apart, a block of each in turn: the
 * hardware's prefetchers follow each of them by itself, and so read more ahead than on one. Blocks are read once for
 * all rows of activations.
 */
import { addScaled, average16, clear, counted03, counted47, counting, NIBBLES, pick, STREAMS, upper } from './lookup';
import { LOW_BITS } from './tables';

const BLOCK_BYTES: usize = 288;

/** 2^23 and the biases of 32 entries, as a counting float has them. */
const EXACT_ZERO: usize = memory.data<f32>([8421248, 8421248, 8421248, 8421248], 16);
/** 2^25 and 4 times 8 averages' centres. */
const FAST_ZERO: usize = memory.data<f32>([33558528, 33558528, 33558528, 33558528], 16);

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
  matvec(true, out, outStride, w, rows, cols, tables, scales, n);
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
  matvec(false, out, outStride, w, rows, cols, tables, scales, n);
}

// @ts-ignore: decorator
@inline
function matvec(
  exact: bool,
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
  const apart = ((<usize>rows) >> 4) / STREAMS; // tiles from one stream to the next
  let streams = STREAMS;
  let outStep = apart << 6;
  let tileStep = apart * tileBytes;
  for (let i: usize = 0; i <= apart; i++, out += 64, w += tileBytes) {
    if (i == apart) {
      // The last of rows / 16 tiles, fewer than there are streams, lie side by side.
      out += outStep * (STREAMS - 1);
      w += tileStep * (STREAMS - 1);
      streams = ((<usize>rows) >> 4) - apart * STREAMS;
      outStep = 64;
      tileStep = tileBytes;
    }
    clear(out, nextOut, n, streams, outStep);
    for (let b: usize = 0; b < blocks; b++) {
      let block = w + b * BLOCK_BYTES;
      let blockOut = out;
      for (let t: usize = 0; t < streams; t++, block += tileStep, blockOut += outStep) {
        let y = blockOut;
        let table = tables + b * tableBytes;
        let scale = scales + (b << 2);
        for (let j = 0; j < n; j++) {
          const d = v128.load32_splat(scale);
          if (exact) exactBlock(y, block, table, d, nibbles);
          else fastBlock(y, block, table, d, nibbles);
          y += nextOut;
          table += blocks * tableBytes;
          scale += blocks << 2;
        }
      }
    }
  }
}

/** A block of 16 rows times 128 activations, added to y. */
// @ts-ignore: decorator
@inline
function exactBlock(y: usize, block: usize, table: usize, d: v128, nibbles: v128): void {
  // Sums of a plane's bytes: the even ones, plus 256 times the odd ones, modulo 2^16; and the odd ones alone.
  let all0 = i16x8.splat(0);
  let odd0 = i16x8.splat(0);
  let all1 = i16x8.splat(0);
  let odd1 = i16x8.splat(0);
  // Four vectors of signs a time. The compiler's schedule of anything longer spills registers, above all Node 20's.
  for (let k: usize = 0; k < 4; k++) {
    const bits = block + 32 + (k << 6);
    const t = table + (k << 8);
    let signs = v128.load(bits);
    let low = v128.and(signs, nibbles);
    let high = upper(signs, nibbles);
    let plane0 = i8x16.add(pick(v128.load(t), low), pick(v128.load(t, 32), high));
    let plane1 = i8x16.add(pick(v128.load(t, 16), low), pick(v128.load(t, 48), high));
    signs = v128.load(bits, 16);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(i8x16.add(plane0, pick(v128.load(t, 64), low)), pick(v128.load(t, 96), high));
    plane1 = i8x16.add(i8x16.add(plane1, pick(v128.load(t, 80), low)), pick(v128.load(t, 112), high));
    all0 = i16x8.add(all0, plane0);
    odd0 = i16x8.add(odd0, i16x8.shr_u(plane0, 8));
    signs = v128.load(bits, 32);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(pick(v128.load(t, 128), low), pick(v128.load(t, 160), high));
    plane1 = i8x16.add(i8x16.add(plane1, pick(v128.load(t, 144), low)), pick(v128.load(t, 176), high));
    signs = v128.load(bits, 48);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(i8x16.add(plane0, pick(v128.load(t, 192), low)), pick(v128.load(t, 224), high));
    plane1 = i8x16.add(i8x16.add(plane1, pick(v128.load(t, 208), low)), pick(v128.load(t, 240), high));
    all0 = i16x8.add(all0, plane0);
    odd0 = i16x8.add(odd0, i16x8.shr_u(plane0, 8));
    all1 = i16x8.add(all1, plane1);
    odd1 = i16x8.add(odd1, i16x8.shr_u(plane1, 8));
  }
  const odd = i16x8.add(odd0, i16x8.shl(odd1, LOW_BITS));
  const even = i16x8.sub(i16x8.add(all0, i16x8.shl(all1, LOW_BITS)), i16x8.shl(odd, 8));
  addBlock(y, block, even, odd, counting(0), v128.load(EXACT_ZERO), d);
}

/** y += S (H d) for 16 rows. */
// @ts-ignore: decorator
@inline
function addBlock(y: usize, halves: usize, even: v128, odd: v128, kind: v128, zero: v128, d: v128): void {
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

/** A block of 16 rows times 128 activations, added to y. */
// @ts-ignore: decorator
@inline
function fastBlock(y: usize, block: usize, table: usize, d: v128, nibbles: v128): void {
  let all = i16x8.splat(0);
  let odd = i16x8.splat(0);
  for (let k: usize = 0; k < 8; k++) {
    const average = average16(block + 32 + (k << 5), table + (k << 6), nibbles);
    all = i16x8.add(all, average);
    odd = i16x8.add(odd, i16x8.shr_u(average, 8));
  }
  addBlock(y, block, i16x8.sub(all, i16x8.shl(odd, 8)), odd, counting(2), v128.load(FAST_ZERO), d);
}
