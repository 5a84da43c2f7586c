/**
 * Decode: rows of a 2-bit matrix (q2.ts) times few rows of activations, given as tables (tables.ts), in four streams as
 * matvec-q1.ts.
 *
 * Per row and group: S0 and S1 = the sums over the tables' entries under the low and the high bits, A = the plain sum
 * of the group's activations; y += ((A + S0) + 2 S1) (H D / 2), H the weights' scale, D the activations'; each
 * operation rounded, groups in order.
 */
import { addScaled, average16, clear, counted03, counted47, counting, NIBBLES, pick, STREAMS, upper } from './lookup';
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
  const zero = f32x4.splat(exact ? 8388608.0 + entries * <f32>EXACT_BIAS : 33554432.0 + entries * <f32>CENTRE);
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
    for (let g: usize = 0; g < groups; g++) {
      const column = g * <usize>group;
      let block = w + g * groupBytes;
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
}

/** A group of 16 rows times as many activations, added to y. */
// @ts-ignore: decorator
@inline
function exactGroup(
  y: usize,
  block: usize, // (16) f16, (2, group / 8, 16) u8
  group: usize,
  table: usize,
  d: f32,
  a: f32,
  zero: v128, // what a sum of nothing is in ones
  nibbles: v128,
): void {
  let s0 = f32x4.splat(a); // rows 0..3
  let s1 = s0; // rows 4..7
  let s2 = s0; // rows 8..11
  let s3 = s0; // rows 12..15
  let bits = block + 32;
  for (let plane: usize = 0; plane < 2; plane++) {
    let all0 = i16x8.splat(0);
    let odd0 = i16x8.splat(0);
    let all1 = i16x8.splat(0);
    let odd1 = i16x8.splat(0);
    const end = bits + (group << 1);
    for (let t = table; bits < end; bits += 64, t += 256) {
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
    const kind = counting(plane);
    s0 = f32x4.add(s0, f32x4.sub(counted03(even, kind), zero));
    s1 = f32x4.add(s1, f32x4.sub(counted47(even, kind), zero));
    s2 = f32x4.add(s2, f32x4.sub(counted03(odd, kind), zero));
    s3 = f32x4.add(s3, f32x4.sub(counted47(odd, kind), zero));
    zero = f32x4.add(zero, zero); // the high bits count twice
  }
  addGroup(y, block, s0, s1, s2, s3, d);
}

/** A group of 16 rows times as many activations, added to y. */
// @ts-ignore: decorator
@inline
function fastGroup(
  y: usize,
  block: usize, // (16) f16, (2, group / 8, 16) u8
  group: usize,
  table: usize,
  d: f32,
  a: f32,
  zero: v128, // what a sum of nothing is in fours
  nibbles: v128,
): void {
  let s0 = f32x4.splat(a); // rows 0..3
  let s1 = s0; // rows 4..7
  let s2 = s0; // rows 8..11
  let s3 = s0; // rows 12..15
  let bits = block + 32;
  for (let plane: usize = 0; plane < 2; plane++) {
    let all = i16x8.splat(0);
    let odd = i16x8.splat(0);
    const end = bits + (group << 1);
    for (let t = table; bits < end; bits += 32, t += 64) {
      const signs0 = v128.load(bits);
      const signs1 = v128.load(bits, 16);
      const average = average16(
        t,
        v128.and(signs0, nibbles),
        upper(signs0, nibbles),
        v128.and(signs1, nibbles),
        upper(signs1, nibbles),
      );
      all = i16x8.add(all, average);
      odd = i16x8.add(odd, i16x8.shr_u(average, 8));
    }
    const even = i16x8.sub(all, i16x8.shl(odd, 8));
    const kind = counting(plane + 2);
    s0 = f32x4.add(s0, f32x4.sub(counted03(even, kind), zero));
    s1 = f32x4.add(s1, f32x4.sub(counted47(even, kind), zero));
    s2 = f32x4.add(s2, f32x4.sub(counted03(odd, kind), zero));
    s3 = f32x4.add(s3, f32x4.sub(counted47(odd, kind), zero));
    zero = f32x4.add(zero, zero); // the high bits count twice
  }
  addGroup(y, block, s0, s1, s2, s3, d);
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
