/**
 * Decode: rows of a 2-bit matrix (q2.ts) times few rows of activations, given as tables (tables.ts), in four streams as
 * matvec-q1.ts.
 *
 * Per row and group: S0 and S1 = the sums over the tables' entries under the low and the high bits, A = the plain sum
 * of the group's activations; y += ((S0 + 2 S1) + A) (H D / 2), H the weights' scale, D the activations'; each
 * operation rounded, groups in order.
 */
import {
  addScaled,
  average16,
  clear,
  counted03,
  counted47,
  counting,
  NIBBLES,
  STREAMS,
  streamLength,
  sum8,
  upper,
} from './lookup';
import { CENTRE, EXACT_BIAS, LOW_BITS } from './tables';

/** Bits of a half, sign-extended and moved to where a float keeps them. */
const HALF_BITS: usize = memory.data<u32>([0x8fffe000, 0x8fffe000, 0x8fffe000, 0x8fffe000], 16);

export function matvecQ2Exact(
  out: usize, // (n, outStride) f32
  outStride: i32, // floats
  w: usize, // (rows / 16, cols / group, 32 + 4 group) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of group
  group: i32, // 64 or 128
  tables: usize, // (n, cols / 4, 2, 16) u8
  scales: usize, // (n, cols / 128 rounded up) f32
  sums: usize, // (n, cols / 64) f32
  n: i32,
): void {
  matvec(true, out, outStride, w, rows, cols, group, tables, scales, sums, n);
}

export function matvecQ2Fast(
  out: usize, // (n, outStride) f32
  outStride: i32, // floats
  w: usize, // (rows / 16, cols / group, 32 + 4 group) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of group
  group: i32, // 64 or 128
  tables: usize, // (n, cols / 4, 16) u8
  scales: usize, // (n, cols / 128 rounded up) f32
  sums: usize, // (n, cols / 64) f32
  n: i32,
): void {
  matvec(false, out, outStride, w, rows, cols, group, tables, scales, sums, n);
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
  group: i32,
  tables: usize,
  scales: usize,
  sums: usize,
  n: i32,
): void {
  const nibbles = v128.load(NIBBLES);
  const groups = <usize>(cols / group);
  const groupBytes = ((<usize>group) << 2) + 32;
  const tileBytes = groups * groupBytes;
  const tableBytes = (<usize>group) << (exact ? 3 : 2); // of a group
  const nextOut = (<usize>outStride) << 2;
  const nextScales = ((<usize>cols + 127) >> 7) << 2;
  const nextSums = ((<usize>cols) >> 6) << 2;
  const entries = <f32>(group >> 2);
  const zero = f32x4.splat(exact ? 8388608.0 + entries * <f32>EXACT_BIAS : 33554432.0 + 3.0 * entries * <f32>CENTRE);
  let left = (<usize>rows) >> 4;
  while (left > 0) {
    const streams = min(left, STREAMS);
    const apart = streamLength(left, tileBytes); // tiles from one stream to the next
    const outStep = apart << 6;
    const tileStep = apart * tileBytes;
    for (let i: usize = 0; i < apart; i++, out += 64, w += tileBytes) {
      clear(out, nextOut, n, streams, outStep);
      for (let g: usize = 0; g < groups; g++) {
        const column = g * <usize>group;
        let block = w + g * groupBytes;
        if (!exact && n == 1 && streams == STREAMS) {
          const from = tables + g * tableBytes;
          const d = load<f32>(scales + ((column >> 7) << 2));
          const sum = sums + ((column >> 6) << 2);
          const a = group == 64 ? load<f32>(sum) : load<f32>(sum) + load<f32>(sum, 4);
          fastFour(out, outStep, block, tileStep, <usize>group, from, d, a, zero, nibbles);
          continue;
        }
        let blockOut = out;
        for (let t: usize = 0; t < streams; t++, block += tileStep, blockOut += outStep) {
          let y = blockOut;
          let table = tables + g * tableBytes;
          let scale = scales + ((column >> 7) << 2);
          let sum = sums + ((column >> 6) << 2);
          for (let j = 0; j < n; j++) {
            const a = group == 64 ? load<f32>(sum) : load<f32>(sum) + load<f32>(sum, 4);
            if (exact) exactGroup(y, block, <usize>group, table, load<f32>(scale), a, zero, nibbles);
            else fastGroup(y, block, <usize>group, table, load<f32>(scale), a, zero, nibbles);
            y += nextOut;
            table += groups * tableBytes;
            scale += nextScales;
            sum += nextSums;
          }
        }
      }
    }
    out += outStep * (streams - 1);
    w += tileStep * (streams - 1);
    left -= apart * streams;
  }
}

/** A group of one tile. all and odd as in exact.ts, for the low and the high bits. */
// @ts-ignore: decorator
@inline
function exactGroup(
  y: usize,
  block: usize, // (16) f16, (2, group / 8, 16) u8
  group: usize,
  table: usize,
  d: f32,
  a: f32,
  zero: v128, // what sums of nothing are
  nibbles: v128,
): void {
  let allLow = i16x8.splat(0);
  let oddLow = i16x8.splat(0);
  let allHigh = i16x8.splat(0);
  let oddHigh = i16x8.splat(0);
  const highBits = group << 1;
  let bits = block + 32;
  for (let t = table, end = table + (group << 3); t < end; t += 256, bits += 64) {
    let signs = v128.load(bits);
    let low = v128.and(signs, nibbles);
    let high = upper(signs, nibbles);
    let plane0 = sum8(t, low, high);
    let plane1 = sum8(t + 16, low, high);
    signs = v128.load(bits, 16);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(t + 64, low, high));
    plane1 = i8x16.add(plane1, sum8(t + 80, low, high));
    signs = v128.load(bits, 32);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(t + 128, low, high));
    plane1 = i8x16.add(plane1, sum8(t + 144, low, high));
    signs = v128.load(bits, 48);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(t + 192, low, high));
    plane1 = i8x16.add(plane1, sum8(t + 208, low, high));
    allLow = i16x8.add(allLow, plane0);
    oddLow = i16x8.add(oddLow, i16x8.shr_u(plane0, 8));
    allLow = i16x8.add(allLow, i16x8.shl(plane1, LOW_BITS));
    oddLow = i16x8.add(oddLow, i16x8.shl(i16x8.shr_u(plane1, 8), LOW_BITS));
    signs = v128.load(bits + highBits);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = sum8(t, low, high);
    plane1 = sum8(t + 16, low, high);
    signs = v128.load(bits + highBits, 16);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(t + 64, low, high));
    plane1 = i8x16.add(plane1, sum8(t + 80, low, high));
    signs = v128.load(bits + highBits, 32);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(t + 128, low, high));
    plane1 = i8x16.add(plane1, sum8(t + 144, low, high));
    signs = v128.load(bits + highBits, 48);
    low = v128.and(signs, nibbles);
    high = upper(signs, nibbles);
    plane0 = i8x16.add(plane0, sum8(t + 192, low, high));
    plane1 = i8x16.add(plane1, sum8(t + 208, low, high));
    allHigh = i16x8.add(allHigh, plane0);
    oddHigh = i16x8.add(oddHigh, i16x8.shr_u(plane0, 8));
    allHigh = i16x8.add(allHigh, i16x8.shl(plane1, LOW_BITS));
    oddHigh = i16x8.add(oddHigh, i16x8.shl(i16x8.shr_u(plane1, 8), LOW_BITS));
  }
  const evenLow = i16x8.sub(allLow, i16x8.shl(oddLow, 8));
  const evenHigh = i16x8.sub(allHigh, i16x8.shl(oddHigh, 8));
  // S0 + A in ones, 2 S1 in twos.
  const zeroLow = f32x4.sub(zero, f32x4.splat(a));
  const zeroHigh = f32x4.add(zero, zero);
  const ones = counting(0);
  const twos = counting(1);
  addGroup(
    y,
    block,
    f32x4.add(f32x4.sub(counted03(evenLow, ones), zeroLow), f32x4.sub(counted03(evenHigh, twos), zeroHigh)),
    f32x4.add(f32x4.sub(counted47(evenLow, ones), zeroLow), f32x4.sub(counted47(evenHigh, twos), zeroHigh)),
    f32x4.add(f32x4.sub(counted03(oddLow, ones), zeroLow), f32x4.sub(counted03(oddHigh, twos), zeroHigh)),
    f32x4.add(f32x4.sub(counted47(oddLow, ones), zeroLow), f32x4.sub(counted47(oddHigh, twos), zeroHigh)),
    d,
  );
}

/** A group of one tile. all and odd as in fast.ts, with the high bits counted twice. */
// @ts-ignore: decorator
@inline
function fastGroup(
  y: usize,
  block: usize, // (16) f16, (2, group / 8, 16) u8
  group: usize,
  table: usize,
  d: f32,
  a: f32,
  zero: v128, // what sums of nothing are
  nibbles: v128,
): void {
  let all = i16x8.splat(0);
  let odd = i16x8.splat(0);
  const highBits = group << 1;
  let bits = block + 32;
  for (let t = table, end = table + (group << 2); t < end; t += 64, bits += 32) {
    let signs0 = v128.load(bits);
    let signs1 = v128.load(bits, 16);
    let average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all = i16x8.add(all, average);
    odd = i16x8.add(odd, i16x8.shr_u(average, 8));
    signs0 = v128.load(bits + highBits);
    signs1 = v128.load(bits + highBits, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all = i16x8.add(all, i16x8.shl(average, 1));
    odd = i16x8.add(odd, i16x8.shl(i16x8.shr_u(average, 8), 1));
  }
  addFast(y, block, all, odd, d, a, zero);
}

/** A group of four tiles, half a cache line of each in turn. */
// @ts-ignore: decorator
@inline
function fastFour(
  y: usize,
  outStep: usize,
  block: usize,
  tileStep: usize,
  group: usize,
  table: usize,
  d: f32,
  a: f32,
  zero: v128, // what sums of nothing are
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
  const highBits = group << 1;
  const block1 = block + tileStep;
  const block2 = block1 + tileStep;
  const block3 = block2 + tileStep;
  let k: usize = 32;
  for (let t = table, end = table + (group << 2); t < end; t += 64, k += 32) {
    let signs0 = v128.load(block + k);
    let signs1 = v128.load(block + k, 16);
    let average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all0 = i16x8.add(all0, average);
    odd0 = i16x8.add(odd0, i16x8.shr_u(average, 8));
    signs0 = v128.load(block + k + highBits);
    signs1 = v128.load(block + k + highBits, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all0 = i16x8.add(all0, i16x8.shl(average, 1));
    odd0 = i16x8.add(odd0, i16x8.shl(i16x8.shr_u(average, 8), 1));
    signs0 = v128.load(block1 + k);
    signs1 = v128.load(block1 + k, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all1 = i16x8.add(all1, average);
    odd1 = i16x8.add(odd1, i16x8.shr_u(average, 8));
    signs0 = v128.load(block1 + k + highBits);
    signs1 = v128.load(block1 + k + highBits, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all1 = i16x8.add(all1, i16x8.shl(average, 1));
    odd1 = i16x8.add(odd1, i16x8.shl(i16x8.shr_u(average, 8), 1));
    signs0 = v128.load(block2 + k);
    signs1 = v128.load(block2 + k, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all2 = i16x8.add(all2, average);
    odd2 = i16x8.add(odd2, i16x8.shr_u(average, 8));
    signs0 = v128.load(block2 + k + highBits);
    signs1 = v128.load(block2 + k + highBits, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all2 = i16x8.add(all2, i16x8.shl(average, 1));
    odd2 = i16x8.add(odd2, i16x8.shl(i16x8.shr_u(average, 8), 1));
    signs0 = v128.load(block3 + k);
    signs1 = v128.load(block3 + k, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all3 = i16x8.add(all3, average);
    odd3 = i16x8.add(odd3, i16x8.shr_u(average, 8));
    signs0 = v128.load(block3 + k + highBits);
    signs1 = v128.load(block3 + k + highBits, 16);
    average = average16(
      t,
      v128.and(signs0, nibbles),
      upper(signs0, nibbles),
      v128.and(signs1, nibbles),
      upper(signs1, nibbles),
    );
    all3 = i16x8.add(all3, i16x8.shl(average, 1));
    odd3 = i16x8.add(odd3, i16x8.shl(i16x8.shr_u(average, 8), 1));
  }
  addFast(y, block, all0, odd0, d, a, zero);
  addFast(y + outStep, block1, all1, odd1, d, a, zero);
  addFast(y + 2 * outStep, block2, all2, odd2, d, a, zero);
  addFast(y + 3 * outStep, block3, all3, odd3, d, a, zero);
}

/** Adds the sums of a group to y. */
// @ts-ignore: decorator
@inline
function addFast(y: usize, halves: usize, all: v128, odd: v128, d: f32, a: f32, zero: v128): void {
  const even = i16x8.sub(all, i16x8.shl(odd, 8));
  const kind = counting(2);
  const plain = f32x4.splat(a);
  addGroup(
    y,
    halves,
    f32x4.add(f32x4.sub(counted03(even, kind), zero), plain),
    f32x4.add(f32x4.sub(counted47(even, kind), zero), plain),
    f32x4.add(f32x4.sub(counted03(odd, kind), zero), plain),
    f32x4.add(f32x4.sub(counted47(odd, kind), zero), plain),
    d,
  );
}

/** y += s (H d / 2) for 16 rows. */
// @ts-ignore: decorator
@inline
function addGroup(y: usize, halves: usize, s0: v128, s1: v128, s2: v128, s3: v128, d: f32): void {
  const half = f32x4.splat(d * 0.5);
  addScaled(y, s0, signedHalves(halves), half);
  addScaled(y + 16, s1, signedHalves(halves + 8), half);
  addScaled(y + 32, s2, signedHalves(halves + 16), half);
  addScaled(y + 48, s3, signedHalves(halves + 24), half);
}

/** 2^-112 times four halves. */
// @ts-ignore: decorator
@inline
function signedHalves(p: usize): v128 {
  return v128.and(i32x4.shl(v128.load16x4_s(p), 13), v128.load(HALF_BITS));
}
