/**
 * Blocks of 16 rows times 128 activations by fast tables (tables.ts), added to the outputs: y += S (H d).
 *
 * all: the sums of the even bytes, plus 256 times those of the odd ones, modulo 2^16; odd: the sums of the odd bytes.
 */
import { addBlock, average16, counting, upper } from './lookup';

/** 2^25 and 4 times 8 averages' centres. */
const FAST_ZERO: usize = memory.data<f32>([33558528, 33558528, 33558528, 33558528], 16);

/** One tile, one row of activations. */
// @ts-ignore: decorator
@inline
export function fastBlock(y: usize, block: usize, table: usize, d: v128, nibbles: v128): void {
  let all = i16x8.splat(0);
  let odd = i16x8.splat(0);
  let bits = block + 32;
  for (let k = 0; k < 8; k++, bits += 32, table += 64) {
    let signs0 = v128.load(bits);
    let signs1 = v128.load(bits, 16);
    let average = average16(
      table,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all = i16x8.add(all, average);
    odd = i16x8.add(odd, i16x8.shr_u(average, 8));
  }
  addFast(y, block, all, odd, d);
}

/** Four tiles, half a cache line of each in turn. */
// @ts-ignore: decorator
@inline
export function fastFour(
  y: usize,
  outStep: usize,
  block: usize,
  tileStep: usize,
  table: usize,
  d: v128,
  nibbles: v128,
): void {
  let all0 = i16x8.splat(0);
  let odd0 = i16x8.splat(0);
  let all1 = i16x8.splat(0);
  let odd1 = i16x8.splat(0);
  let all2 = i16x8.splat(0);
  let odd2 = i16x8.splat(0);
  let all3 = i16x8.splat(0);
  let odd3 = i16x8.splat(0);
  const block1 = block + tileStep;
  const block2 = block1 + tileStep;
  const block3 = block2 + tileStep;
  for (let k: usize = 32; k < 288; k += 32, table += 64) {
    let signs0 = v128.load(block + k);
    let signs1 = v128.load(block + k, 16);
    let average = average16(
      table,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all0 = i16x8.add(all0, average);
    odd0 = i16x8.add(odd0, i16x8.shr_u(average, 8));
    signs0 = v128.load(block1 + k);
    signs1 = v128.load(block1 + k, 16);
    average = average16(
      table,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all1 = i16x8.add(all1, average);
    odd1 = i16x8.add(odd1, i16x8.shr_u(average, 8));
    signs0 = v128.load(block2 + k);
    signs1 = v128.load(block2 + k, 16);
    average = average16(
      table,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all2 = i16x8.add(all2, average);
    odd2 = i16x8.add(odd2, i16x8.shr_u(average, 8));
    signs0 = v128.load(block3 + k);
    signs1 = v128.load(block3 + k, 16);
    average = average16(
      table,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all3 = i16x8.add(all3, average);
    odd3 = i16x8.add(odd3, i16x8.shr_u(average, 8));
  }
  addFast(y, block, all0, odd0, d);
  addFast(y + outStep, block1, all1, odd1, d);
  addFast(y + 2 * outStep, block2, all2, odd2, d);
  addFast(y + 3 * outStep, block3, all3, odd3, d);
}

/** One tile, two rows of activations: the signs are taken apart once. */
// @ts-ignore: decorator
@inline
export function fastTwice(
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
  for (let k = 0; k < 8; k++, bits += 32, ta += 64, tb += 64) {
    let signs0 = v128.load(bits);
    let signs1 = v128.load(bits, 16);
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
  addFast(ya, block, allA, oddA, da);
  addFast(yb, block, allB, oddB, db);
}

/** Adds the sums of a block to y. */
// @ts-ignore: decorator
@inline
function addFast(y: usize, block: usize, all: v128, odd: v128, d: v128): void {
  addBlock(y, block, i16x8.sub(all, i16x8.shl(odd, 8)), odd, counting(2), v128.load(FAST_ZERO), d);
}
