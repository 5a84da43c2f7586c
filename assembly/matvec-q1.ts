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
        for (let j = 1; !one && j < n; j += 2) {
          const d0 = v128.load32_splat(scale);
          const d1 = v128.load32_splat(scale + nextScales);
          if (exact) exactBlocks(y, y + nextOut, block, table, table + nextTables, d0, d1, nibbles);
          else fastBlocks(y, y + nextOut, block, table, table + nextTables, d0, d1, nibbles);
          y += nextOut << 1;
          table += nextTables << 1;
          scale += nextScales << 1;
        }
        if (one || n & 1) {
          const d = v128.load32_splat(scale);
          if (exact) exactBlock(y, block, table, d, nibbles);
          else fastBlock(y, block, table, d, nibbles);
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

/** The same for two rows of activations: the weights are taken apart once. */
// @ts-ignore: decorator
@inline
function exactBlocks(
  ya: usize,
  yb: usize,
  block: usize,
  ta: usize,
  tb: usize,
  da: v128,
  db: v128,
  nibbles: v128,
): void {
  let all0a = i16x8.splat(0);
  let odd0a = i16x8.splat(0);
  let all1a = i16x8.splat(0);
  let odd1a = i16x8.splat(0);
  let all0b = i16x8.splat(0);
  let odd0b = i16x8.splat(0);
  let all1b = i16x8.splat(0);
  let odd1b = i16x8.splat(0);
  for (let k: usize = 0; k < 4; k++, ta += 256, tb += 256) {
    const bits = block + 32 + (k << 6);
    let signs = v128.load(bits);
    let low = v128.and(signs, nibbles);
    let high = upper(signs, nibbles);
    let plane0a = i8x16.add(pick(v128.load(ta), low), pick(v128.load(ta, 32), high));
    let plane1a = i8x16.add(pick(v128.load(ta, 16), low), pick(v128.load(ta, 48), high));
    let plane0b = i8x16.add(pick(v128.load(tb), low), pick(v128.load(tb, 32), high));
    let plane1b = i8x16.add(pick(v128.load(tb, 16), low), pick(v128.load(tb, 48), high));
    signs = v128.load(bits, 16);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0a = i8x16.add(i8x16.add(plane0a, pick(v128.load(ta, 64), low)), pick(v128.load(ta, 96), high));
    plane1a = i8x16.add(i8x16.add(plane1a, pick(v128.load(ta, 80), low)), pick(v128.load(ta, 112), high));
    plane0b = i8x16.add(i8x16.add(plane0b, pick(v128.load(tb, 64), low)), pick(v128.load(tb, 96), high));
    plane1b = i8x16.add(i8x16.add(plane1b, pick(v128.load(tb, 80), low)), pick(v128.load(tb, 112), high));
    all0a = i16x8.add(all0a, plane0a);
    odd0a = i16x8.add(odd0a, i16x8.shr_u(plane0a, 8));
    all0b = i16x8.add(all0b, plane0b);
    odd0b = i16x8.add(odd0b, i16x8.shr_u(plane0b, 8));
    signs = v128.load(bits, 32);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0a = i8x16.add(pick(v128.load(ta, 128), low), pick(v128.load(ta, 160), high));
    plane1a = i8x16.add(i8x16.add(plane1a, pick(v128.load(ta, 144), low)), pick(v128.load(ta, 176), high));
    plane0b = i8x16.add(pick(v128.load(tb, 128), low), pick(v128.load(tb, 160), high));
    plane1b = i8x16.add(i8x16.add(plane1b, pick(v128.load(tb, 144), low)), pick(v128.load(tb, 176), high));
    signs = v128.load(bits, 48);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0a = i8x16.add(i8x16.add(plane0a, pick(v128.load(ta, 192), low)), pick(v128.load(ta, 224), high));
    plane1a = i8x16.add(i8x16.add(plane1a, pick(v128.load(ta, 208), low)), pick(v128.load(ta, 240), high));
    plane0b = i8x16.add(i8x16.add(plane0b, pick(v128.load(tb, 192), low)), pick(v128.load(tb, 224), high));
    plane1b = i8x16.add(i8x16.add(plane1b, pick(v128.load(tb, 208), low)), pick(v128.load(tb, 240), high));
    all0a = i16x8.add(all0a, plane0a);
    odd0a = i16x8.add(odd0a, i16x8.shr_u(plane0a, 8));
    all0b = i16x8.add(all0b, plane0b);
    odd0b = i16x8.add(odd0b, i16x8.shr_u(plane0b, 8));
    all1a = i16x8.add(all1a, plane1a);
    odd1a = i16x8.add(odd1a, i16x8.shr_u(plane1a, 8));
    all1b = i16x8.add(all1b, plane1b);
    odd1b = i16x8.add(odd1b, i16x8.shr_u(plane1b, 8));
  }
  const odda = i16x8.add(odd0a, i16x8.shl(odd1a, LOW_BITS));
  const evena = i16x8.sub(i16x8.add(all0a, i16x8.shl(all1a, LOW_BITS)), i16x8.shl(odda, 8));
  addBlock(ya, block, evena, odda, counting(0), v128.load(EXACT_ZERO), da);
  const oddb = i16x8.add(odd0b, i16x8.shl(odd1b, LOW_BITS));
  const evenb = i16x8.sub(i16x8.add(all0b, i16x8.shl(all1b, LOW_BITS)), i16x8.shl(oddb, 8));
  addBlock(yb, block, evenb, oddb, counting(0), v128.load(EXACT_ZERO), db);
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
    const signs0 = v128.load(block + 32 + (k << 5));
    const signs1 = v128.load(block + 48 + (k << 5));
    const average = average16(
      table + (k << 6),
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all = i16x8.add(all, average);
    odd = i16x8.add(odd, i16x8.shr_u(average, 8));
  }
  addBlock(y, block, i16x8.sub(all, i16x8.shl(odd, 8)), odd, counting(2), v128.load(FAST_ZERO), d);
}

/** The same for two rows of activations: the weights are taken apart once. */
// @ts-ignore: decorator
@inline
function fastBlocks(ya: usize, yb: usize, block: usize, ta: usize, tb: usize, da: v128, db: v128, nibbles: v128): void {
  let allA = i16x8.splat(0);
  let oddA = i16x8.splat(0);
  let allB = i16x8.splat(0);
  let oddB = i16x8.splat(0);
  for (let k: usize = 0; k < 8; k++, ta += 64, tb += 64) {
    const signs0 = v128.load(block + 32 + (k << 5));
    const signs1 = v128.load(block + 48 + (k << 5));
    const low0 = v128.and(signs0, nibbles);
    const low1 = v128.and(signs1, nibbles);
    const high0 = upper(signs0, nibbles);
    const high1 = upper(signs1, nibbles);
    let average = average16(ta, low0, high0, low1, high1);
    allA = i16x8.add(allA, average);
    oddA = i16x8.add(oddA, i16x8.shr_u(average, 8));
    average = average16(tb, low0, high0, low1, high1);
    allB = i16x8.add(allB, average);
    oddB = i16x8.add(oddB, i16x8.shr_u(average, 8));
  }
  addBlock(ya, block, i16x8.sub(allA, i16x8.shl(oddA, 8)), oddA, counting(2), v128.load(FAST_ZERO), da);
  addBlock(yb, block, i16x8.sub(allB, i16x8.shl(oddB, 8)), oddB, counting(2), v128.load(FAST_ZERO), db);
}
