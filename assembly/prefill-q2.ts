/**
 * Prefill of 2-bit matrices (q2.ts), in the order of arithmetic of matvecQ2Exact: y += 2 T (H D / 2), groups in order,
 * where T is the group's sum of (code - 1) q.
 *
 * T of 64 weights is at most 16 * 2 * 510 in magnitude and has room in 16 bits, though what it is added up from may not:
 * it comes out right modulo 2^16.
 */
import {
  add0,
  add1,
  ADDRESSES,
  buildTables,
  bytesAtOnce,
  FIRST,
  HALVES,
  PARTIAL,
  ROWS,
  spread,
  storeTokens,
  touch,
  Y,
} from './prefill';

/** 1/3 modulo 2^16. */
const THIRD: i16 = -21845;

/** Bits of a half, sign-extended and moved to where a float keeps them. */
const HALF_BITS: i32 = 0x8fffe000;

/** out = x W^T for n rows of activations, bit for bit what matvecQ2Exact gives. */
export function prefillQ2(
  out: usize, // (n, outStride) f32
  outStride: i32, // floats
  w: usize, // (rows / 16, cols / group, 32 + 4 group) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of group
  group: i32, // 64 or 128
  columns: usize, // (ceil(n / 16), cols, 16) i16
  scales: usize, // (ceil(n / 16), ceil(cols / 128), 16) f32
  sums: usize, // (ceil(n / 16), cols / 64, 16) f32
  n: i32,
  scratch: usize, // prefillScratch() bytes, this thread's own
): void {
  prefill(out, outStride, w, rows, cols, group, columns, scales, sums, n, scratch, true);
}

/** The same with small tables, for first-level caches of 32 KB and less. */
export function prefillQ2Small(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  group: i32,
  columns: usize,
  scales: usize,
  sums: usize,
  n: i32,
  scratch: usize,
): void {
  prefill(out, outStride, w, rows, cols, group, columns, scales, sums, n, scratch, false);
}

// @ts-ignore: decorator
@inline
function prefill(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  group: i32,
  columns: usize,
  scales: usize,
  sums: usize,
  n: i32,
  scratch: usize,
  wide: bool,
): void {
  const blockBytes = <usize>(32 + (group << 2));
  const plane = (<usize>group) << 1;
  const step = bytesAtOnce(wide);
  const tileBytes = <usize>(cols / group) * blockBytes;
  for (let row = 0; row < rows; row += ROWS) {
    const some = min(rows - row, ROWS);
    const tiles = <usize>(some >> 4);
    let column = columns;
    let d = scales;
    let sum = sums;
    for (let token = 0; token < n; token += 16) {
      store<u32>(scratch, touch(w, tiles * tileBytes));
      memory.fill(scratch + Y, 0, (<usize>some) << 6);
      let block = w;
      for (let at = 0; at < cols; at += 64) {
        const second = group == 128 && (at & 64) != 0; // half of its group
        const partial = scratch + (group == 64 || second ? PARTIAL : FIRST);
        let bits = block + (second ? 160 : 32);
        codeTables(scratch, column, sum, wide);
        pass(scratch, bits, plane, tileBytes, tiles, partial, wide, false);
        for (let byte = step; byte < 8; byte += step) {
          column += step << 8;
          bits += step << 4;
          memory.fill(scratch, 0, 32);
          buildTables(scratch, step, column, 0);
          if (byte < 8 - step || (group == 128 && !second)) {
            pass(scratch, bits, plane, tileBytes, tiles, partial, wide, true);
          }
        }
        if (group == 64) lastPass(scratch, block, bits, plane, tileBytes, tiles, d, wide, false);
        else if (second) lastPass(scratch, block, bits, plane, tileBytes, tiles, d, wide, true);
        if (group == 64 || second) block += blockBytes;
        if (at & 64) d += 64;
        column += step << 8;
        sum += 64;
      }
      if (cols & 64) d += 64;
      storeTokens(out + ((<usize>(token * outStride + row)) << 2), outStride, scratch + Y, some, n - token);
    }
    w += tiles * tileBytes;
  }
}

/**
 * The tables of the first of 64 activations. Rows look up the low bits once and the high bits twice, which adds the
 * bias three times: -1 of all 64 activations.
 */
// @ts-ignore: decorator
@inline
function codeTables(scratch: usize, columns: usize, sums: usize, wide: bool): void {
  const all0 = i16x8.narrow_i32x4_s(integers(v128.load(sums)), integers(v128.load(sums, 16)));
  const all1 = i16x8.narrow_i32x4_s(integers(v128.load(sums, 32)), integers(v128.load(sums, 48)));
  const minusThird = i16x8.splat(-THIRD);
  v128.store(scratch, i16x8.mul(all0, minusThird));
  v128.store(scratch, i16x8.mul(all1, minusThird), 16);
  buildTables(scratch, bytesAtOnce(wide), columns, 0);
}

// @ts-ignore: decorator
@inline
function integers(x: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(x);
}

/** 32 or 16 weights of each row, on top of what the pass before has left or not. */
// @ts-ignore: decorator
@inline
function pass(
  scratch: usize,
  bits: usize,
  plane: usize,
  tileBytes: usize,
  tiles: usize,
  partial: usize,
  wide: bool,
  more: bool,
): void {
  const addresses = scratch + ADDRESSES;
  for (; tiles > 0; tiles--, bits += tileBytes) {
    spread(addresses, bits, scratch, wide);
    spread(addresses + 256, bits + plane, scratch, wide);
    for (let p = addresses; p < addresses + 64; p += 4, partial += 32) {
      const e0 = load<u32>(p);
      const e1 = load<u32>(p, 64);
      const f0 = load<u32>(p, 256);
      const f1 = load<u32>(p, 320);
      let s0 = add0(e0, e1);
      let s1 = add1(e0, e1);
      let t0 = add0(f0, f1);
      let t1 = add1(f0, f1);
      if (wide) {
        const e2 = load<u32>(p, 128);
        const e3 = load<u32>(p, 192);
        const f2 = load<u32>(p, 384);
        const f3 = load<u32>(p, 448);
        s0 = i16x8.add(s0, add0(e2, e3));
        s1 = i16x8.add(s1, add1(e2, e3));
        t0 = i16x8.add(t0, add0(f2, f3));
        t1 = i16x8.add(t1, add1(f2, f3));
      }
      s0 = i16x8.add(s0, i16x8.shl(t0, 1));
      s1 = i16x8.add(s1, i16x8.shl(t1, 1));
      if (more) {
        s0 = i16x8.add(s0, v128.load(partial));
        s1 = i16x8.add(s1, v128.load(partial, 16));
      }
      v128.store(partial, s0);
      v128.store(partial, s1, 16);
    }
  }
}

/** The last weights of a group, and what the group adds to y. A group of 128 has its first half's T waiting. */
// @ts-ignore: decorator
@inline
function lastPass(
  scratch: usize,
  block: usize,
  bits: usize,
  plane: usize,
  tileBytes: usize,
  tiles: usize,
  d: usize,
  wide: bool,
  both: bool,
): void {
  const addresses = scratch + ADDRESSES;
  const halves = scratch + HALVES;
  let partial = scratch + PARTIAL;
  let y = scratch + Y;
  const d0 = f32x4.mul(v128.load(d), f32x4.splat(0.5));
  const d1 = f32x4.mul(v128.load(d, 16), f32x4.splat(0.5));
  const d2 = f32x4.mul(v128.load(d, 32), f32x4.splat(0.5));
  const d3 = f32x4.mul(v128.load(d, 48), f32x4.splat(0.5));
  for (; tiles > 0; tiles--, block += tileBytes, bits += tileBytes) {
    spread(addresses, bits, scratch, wide);
    spread(addresses + 256, bits + plane, scratch, wide);
    const kept = i32x4.splat(HALF_BITS);
    v128.store(halves, v128.and(i32x4.shl(v128.load16x4_s(block), 13), kept));
    v128.store(halves, v128.and(i32x4.shl(v128.load16x4_s(block, 8), 13), kept), 16);
    v128.store(halves, v128.and(i32x4.shl(v128.load16x4_s(block, 16), 13), kept), 32);
    v128.store(halves, v128.and(i32x4.shl(v128.load16x4_s(block, 24), 13), kept), 48);
    // Lanes 2 i and 2 i + 1 are rows i and i + 8.
    for (let i: usize = 0; i < 32; i += 4, partial += 64, y += 64) {
      lastRow(wide, addresses + (i << 1), partial, halves + i, y, d0, d1, d2, d3, both);
      lastRow(wide, addresses + (i << 1) + 4, partial + 32, halves + i + 32, y + 512, d0, d1, d2, d3, both);
    }
    y += 512;
  }
}

// @ts-ignore: decorator
@inline
function lastRow(
  wide: bool,
  p: usize,
  partial: usize,
  half: usize,
  y: usize,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  both: bool,
): void {
  const e0 = load<u32>(p);
  const e1 = load<u32>(p, 64);
  const f0 = load<u32>(p, 256);
  const f1 = load<u32>(p, 320);
  let s0 = add0(e0, e1);
  let s1 = add1(e0, e1);
  let t0 = add0(f0, f1);
  let t1 = add1(f0, f1);
  if (wide) {
    const e2 = load<u32>(p, 128);
    const e3 = load<u32>(p, 192);
    const f2 = load<u32>(p, 384);
    const f3 = load<u32>(p, 448);
    s0 = i16x8.add(s0, add0(e2, e3));
    s1 = i16x8.add(s1, add1(e2, e3));
    t0 = i16x8.add(t0, add0(f2, f3));
    t1 = i16x8.add(t1, add1(f2, f3));
  }
  s0 = i16x8.add(s0, i16x8.shl(t0, 1));
  s1 = i16x8.add(s1, i16x8.shl(t1, 1));
  s0 = i16x8.add(s0, v128.load(partial));
  s1 = i16x8.add(s1, v128.load(partial, 16));
  let x0 = i32x4.extend_low_i16x8_s(s0);
  let x1 = i32x4.extend_high_i16x8_s(s0);
  let x2 = i32x4.extend_low_i16x8_s(s1);
  let x3 = i32x4.extend_high_i16x8_s(s1);
  if (both) {
    x0 = i32x4.add(x0, v128.load16x4_s(partial, FIRST - PARTIAL));
    x1 = i32x4.add(x1, v128.load16x4_s(partial, FIRST - PARTIAL + 8));
    x2 = i32x4.add(x2, v128.load16x4_s(partial, FIRST - PARTIAL + 16));
    x3 = i32x4.add(x3, v128.load16x4_s(partial, FIRST - PARTIAL + 24));
  }
  const h = v128.load32_splat(half);
  v128.store(y, plus(v128.load(y), x0, f32x4.mul(h, d0)));
  v128.store(y, plus(v128.load(y, 16), x1, f32x4.mul(h, d1)), 16);
  v128.store(y, plus(v128.load(y, 32), x2, f32x4.mul(h, d2)), 32);
  v128.store(y, plus(v128.load(y, 48), x3, f32x4.mul(h, d3)), 48);
}

// @ts-ignore: decorator
@inline
function plus(y: v128, t: v128, scale: v128): v128 {
  return f32x4.add(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(t, 1)), scale));
}
