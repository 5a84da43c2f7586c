/**
 * Blocks of 16 rows times 128 activations by exact tables (tables.ts), added to the outputs: y += S (H d).
 *
 * all: the sums of the even bytes, plus 256 times those of the odd ones, modulo 2^16; odd: the sums of the odd bytes.
 * Four vectors of signs a time: that many look-ups fill a byte, and of anything longer Node 20's schedule spills registers.
 */
import { addBlock, counting, pick, sum8, upper } from './lookup';
import { LOW_BITS } from './tables';

/** 2^23 and the biases of 32 entries, as a counting float has them. */
const EXACT_ZERO: usize = memory.data<f32>([8404992, 8404992, 8404992, 8404992], 16);

/** One tile, one row of activations. */
// @ts-ignore: decorator
@inline
export function exactBlock(y: usize, block: usize, table: usize, d: v128, nibbles: v128): void {
  let all = i16x8.splat(0);
  let odd = i16x8.splat(0);
  let bits = block + 32;
  for (let k = 0; k < 4; k++, bits += 64, table += 256) {
    let signs = v128.load(bits);
    let low = v128.and(signs, nibbles);
    let high = upper(signs, nibbles);
    let plane0 = sum8(table, low, high);
    let plane1 = sum8(table + 16, low, high);
    signs = v128.load(bits, 16);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(table + 64, low, high));
    plane1 = i8x16.add(plane1, sum8(table + 80, low, high));
    signs = v128.load(bits, 32);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(table + 128, low, high));
    plane1 = i8x16.add(plane1, sum8(table + 144, low, high));
    signs = v128.load(bits, 48);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(table + 192, low, high));
    plane1 = i8x16.add(plane1, sum8(table + 208, low, high));
    all = i16x8.add(all, plane0);
    odd = i16x8.add(odd, i16x8.shr_u(plane0, 8));
    all = i16x8.add(all, i16x8.shl(plane1, LOW_BITS));
    odd = i16x8.add(odd, i16x8.shl(i16x8.shr_u(plane1, 8), LOW_BITS));
  }
  addExact(y, block, all, odd, d);
}

/**
 * Two tiles, a cache line of each in turn, in an order that needs no more than the sixteen registers of x86: a table is
 * loaded for both, and what is looked up is added at once. Four tiles at a time would share it further, but spill.
 */
// @ts-ignore: decorator
@inline
function exactPair(ya: usize, yb: usize, a: usize, b: usize, table: usize, d: v128, nibbles: v128): void {
  let allA = i16x8.splat(0);
  let oddA = i16x8.splat(0);
  let allB = i16x8.splat(0);
  let oddB = i16x8.splat(0);
  for (let k: usize = 0; k < 256; k += 64, table += 256) {
    let signs = v128.load(a + k, 32);
    let lowA = v128.and(signs, nibbles);
    let highA = upper(signs, nibbles);
    signs = v128.load(b + k, 32);
    let lowB = v128.and(signs, nibbles);
    let highB = upper(signs, nibbles);
    let entries = v128.load(table);
    let plane0A = pick(entries, lowA);
    let plane0B = pick(entries, lowB);
    entries = v128.load(table, 16);
    let plane1A = pick(entries, lowA);
    let plane1B = pick(entries, lowB);
    entries = v128.load(table, 32);
    plane0A = i8x16.add(plane0A, pick(entries, highA));
    plane0B = i8x16.add(plane0B, pick(entries, highB));
    entries = v128.load(table, 48);
    plane1A = i8x16.add(plane1A, pick(entries, highA));
    plane1B = i8x16.add(plane1B, pick(entries, highB));
    signs = v128.load(a + k, 48);
    lowA = v128.and(signs, nibbles);
    highA = upper(signs, nibbles);
    signs = v128.load(b + k, 48);
    lowB = v128.and(signs, nibbles);
    highB = upper(signs, nibbles);
    entries = v128.load(table, 64);
    plane0A = i8x16.add(plane0A, pick(entries, lowA));
    plane0B = i8x16.add(plane0B, pick(entries, lowB));
    entries = v128.load(table, 80);
    plane1A = i8x16.add(plane1A, pick(entries, lowA));
    plane1B = i8x16.add(plane1B, pick(entries, lowB));
    entries = v128.load(table, 96);
    plane0A = i8x16.add(plane0A, pick(entries, highA));
    plane0B = i8x16.add(plane0B, pick(entries, highB));
    entries = v128.load(table, 112);
    plane1A = i8x16.add(plane1A, pick(entries, highA));
    plane1B = i8x16.add(plane1B, pick(entries, highB));
    signs = v128.load(a + k, 64);
    lowA = v128.and(signs, nibbles);
    highA = upper(signs, nibbles);
    signs = v128.load(b + k, 64);
    lowB = v128.and(signs, nibbles);
    highB = upper(signs, nibbles);
    entries = v128.load(table, 128);
    plane0A = i8x16.add(plane0A, pick(entries, lowA));
    plane0B = i8x16.add(plane0B, pick(entries, lowB));
    entries = v128.load(table, 144);
    plane1A = i8x16.add(plane1A, pick(entries, lowA));
    plane1B = i8x16.add(plane1B, pick(entries, lowB));
    entries = v128.load(table, 160);
    plane0A = i8x16.add(plane0A, pick(entries, highA));
    plane0B = i8x16.add(plane0B, pick(entries, highB));
    entries = v128.load(table, 176);
    plane1A = i8x16.add(plane1A, pick(entries, highA));
    plane1B = i8x16.add(plane1B, pick(entries, highB));
    signs = v128.load(a + k, 80);
    lowA = v128.and(signs, nibbles);
    highA = upper(signs, nibbles);
    signs = v128.load(b + k, 80);
    lowB = v128.and(signs, nibbles);
    highB = upper(signs, nibbles);
    entries = v128.load(table, 192);
    plane0A = i8x16.add(plane0A, pick(entries, lowA));
    plane0B = i8x16.add(plane0B, pick(entries, lowB));
    entries = v128.load(table, 208);
    plane1A = i8x16.add(plane1A, pick(entries, lowA));
    plane1B = i8x16.add(plane1B, pick(entries, lowB));
    entries = v128.load(table, 224);
    plane0A = i8x16.add(plane0A, pick(entries, highA));
    plane0B = i8x16.add(plane0B, pick(entries, highB));
    entries = v128.load(table, 240);
    plane1A = i8x16.add(plane1A, pick(entries, highA));
    plane1B = i8x16.add(plane1B, pick(entries, highB));
    allA = i16x8.add(allA, plane0A);
    oddA = i16x8.add(oddA, i16x8.shr_u(plane0A, 8));
    allA = i16x8.add(allA, i16x8.shl(plane1A, LOW_BITS));
    oddA = i16x8.add(oddA, i16x8.shl(i16x8.shr_u(plane1A, 8), LOW_BITS));
    allB = i16x8.add(allB, plane0B);
    oddB = i16x8.add(oddB, i16x8.shr_u(plane0B, 8));
    allB = i16x8.add(allB, i16x8.shl(plane1B, LOW_BITS));
    oddB = i16x8.add(oddB, i16x8.shl(i16x8.shr_u(plane1B, 8), LOW_BITS));
  }
  addExact(ya, a, allA, oddA, d);
  addExact(yb, b, allB, oddB, d);
}

/** Four tiles, two by two. */
// @ts-ignore: decorator
@inline
export function exactFour(
  y: usize,
  outStep: usize,
  block: usize,
  tileStep: usize,
  table: usize,
  d: v128,
  nibbles: v128,
): void {
  exactPair(y, y + outStep, block, block + tileStep, table, d, nibbles);
  y += outStep << 1;
  block += tileStep << 1;
  exactPair(y, y + outStep, block, block + tileStep, table, d, nibbles);
}

/** One tile, two rows of activations: the signs are taken apart once. */
// @ts-ignore: decorator
@inline
export function exactTwice(
  ya: usize,
  yb: usize,
  block: usize,
  ta: usize,
  tb: usize,
  da: v128,
  db: v128,
  nibbles: v128,
): void {
  let allA = i16x8.splat(0);
  let oddA = i16x8.splat(0);
  let allB = i16x8.splat(0);
  let oddB = i16x8.splat(0);
  let bits = block + 32;
  for (let k = 0; k < 4; k++, bits += 64, ta += 256, tb += 256) {
    let signs = v128.load(bits);
    let low = v128.and(signs, nibbles);
    let high = upper(signs, nibbles);
    let plane0A = sum8(ta, low, high);
    let plane1A = sum8(ta + 16, low, high);
    let plane0B = sum8(tb, low, high);
    let plane1B = sum8(tb + 16, low, high);
    signs = v128.load(bits, 16);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0A = i8x16.add(plane0A, sum8(ta + 64, low, high));
    plane1A = i8x16.add(plane1A, sum8(ta + 80, low, high));
    plane0B = i8x16.add(plane0B, sum8(tb + 64, low, high));
    plane1B = i8x16.add(plane1B, sum8(tb + 80, low, high));
    signs = v128.load(bits, 32);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0A = i8x16.add(plane0A, sum8(ta + 128, low, high));
    plane1A = i8x16.add(plane1A, sum8(ta + 144, low, high));
    plane0B = i8x16.add(plane0B, sum8(tb + 128, low, high));
    plane1B = i8x16.add(plane1B, sum8(tb + 144, low, high));
    signs = v128.load(bits, 48);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0A = i8x16.add(plane0A, sum8(ta + 192, low, high));
    plane1A = i8x16.add(plane1A, sum8(ta + 208, low, high));
    plane0B = i8x16.add(plane0B, sum8(tb + 192, low, high));
    plane1B = i8x16.add(plane1B, sum8(tb + 208, low, high));
    allA = i16x8.add(allA, plane0A);
    oddA = i16x8.add(oddA, i16x8.shr_u(plane0A, 8));
    allA = i16x8.add(allA, i16x8.shl(plane1A, LOW_BITS));
    oddA = i16x8.add(oddA, i16x8.shl(i16x8.shr_u(plane1A, 8), LOW_BITS));
    allB = i16x8.add(allB, plane0B);
    oddB = i16x8.add(oddB, i16x8.shr_u(plane0B, 8));
    allB = i16x8.add(allB, i16x8.shl(plane1B, LOW_BITS));
    oddB = i16x8.add(oddB, i16x8.shl(i16x8.shr_u(plane1B, 8), LOW_BITS));
  }
  addExact(ya, block, allA, oddA, da);
  addExact(yb, block, allB, oddB, db);
}

/** Adds the sums of a block to y. */
// @ts-ignore: decorator
@inline
function addExact(y: usize, block: usize, all: v128, odd: v128, d: v128): void {
  addBlock(y, block, i16x8.sub(all, i16x8.shl(odd, 8)), odd, counting(0), v128.load(EXACT_ZERO), d);
}
