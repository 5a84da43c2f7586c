/** Prefill of 1-bit matrices (q1.ts), in the order of arithmetic of matvecQ1Exact: y += S (H D), blocks in order. */
import {
  add0,
  add1,
  ADDRESSES,
  buildTables,
  bytesAtOnce,
  HALVES,
  PARTIAL,
  ROWS,
  spread,
  storeTokens,
  touch,
  Y,
} from './prefill';

const BLOCK: usize = 288;

/** out = x W^T for n rows of activations, bit for bit what matvecQ1Exact gives. */
export function prefillQ1(
  out: usize, // (n, outStride) f32
  outStride: i32, // floats
  w: usize, // (rows / 16, cols / 128, 288) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of 128
  columns: usize, // (ceil(n / 16), cols, 16) i16
  scales: usize, // (ceil(n / 16), cols / 128, 16) f32
  n: i32,
  scratch: usize, // prefillScratch() bytes, this thread's own
): void {
  prefill(out, outStride, w, rows, cols, columns, scales, n, scratch, true);
}

/** The same with small tables, for first-level caches of 32 KB and less. */
export function prefillQ1Small(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  columns: usize,
  scales: usize,
  n: i32,
  scratch: usize,
): void {
  prefill(out, outStride, w, rows, cols, columns, scales, n, scratch, false);
}

// @ts-ignore: decorator
@inline
function prefill(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  columns: usize,
  scales: usize,
  n: i32,
  scratch: usize,
  wide: bool,
): void {
  const tileBytes = <usize>(cols >> 7) * BLOCK;
  const step = bytesAtOnce(wide);
  for (let row = 0; row < rows; row += ROWS) {
    const some = min(rows - row, ROWS);
    const tiles = <usize>(some >> 4);
    let column = columns;
    let d = scales;
    for (let token = 0; token < n; token += 16) {
      store<u32>(scratch, touch(w, tiles * tileBytes));
      memory.fill(scratch + Y, 0, (<usize>some) << 6);
      for (let block = w; block < w + tileBytes; block += BLOCK) {
        signedTables(scratch, column, wide);
        pass(scratch, block + 32, tileBytes, tiles, wide, false);
        for (let byte = step; byte < 16 - step; byte += step) {
          column += step << 8;
          signedTables(scratch, column, wide);
          pass(scratch, block + 32 + (byte << 4), tileBytes, tiles, wide, true);
        }
        column += step << 8;
        signedTables(scratch, column, wide);
        lastPass(scratch, block, tileBytes, tiles, d, wide);
        column += step << 8;
        d += 64;
      }
      storeTokens(out + ((<usize>(token * outStride + row)) << 2), outStride, scratch + Y, some, n - token);
    }
    w += tiles * tileBytes;
  }
}

/** Tables in which a bit that is not set is -1: twice those that are set, less all. */
// @ts-ignore: decorator
@inline
function signedTables(scratch: usize, columns: usize, wide: bool): void {
  let bias0 = i16x8.splat(0);
  let bias1 = i16x8.splat(0);
  for (let p = columns; p < columns + (bytesAtOnce(wide) << 8); p += 32) {
    bias0 = i16x8.sub(bias0, v128.load(p));
    bias1 = i16x8.sub(bias1, v128.load(p, 16));
  }
  v128.store(scratch, bias0);
  v128.store(scratch, bias1, 16);
  buildTables(scratch, bytesAtOnce(wide), columns, 1);
}

/** 32 or 16 weights of each row, on top of what passes before have left or not. */
// @ts-ignore: decorator
@inline
function pass(scratch: usize, bits: usize, tileBytes: usize, tiles: usize, wide: bool, more: bool): void {
  const addresses = scratch + ADDRESSES;
  let partial = scratch + PARTIAL;
  for (; tiles > 0; tiles--, bits += tileBytes) {
    spread(addresses, bits, scratch, wide);
    for (let p = addresses; p < addresses + 64; p += 4, partial += 32) {
      const e0 = load<u32>(p);
      const e1 = load<u32>(p, 64);
      let s0 = add0(e0, e1);
      let s1 = add1(e0, e1);
      if (wide) {
        const e2 = load<u32>(p, 128);
        const e3 = load<u32>(p, 192);
        s0 = i16x8.add(s0, add0(e2, e3));
        s1 = i16x8.add(s1, add1(e2, e3));
      }
      if (more) {
        s0 = i16x8.add(s0, v128.load(partial));
        s1 = i16x8.add(s1, v128.load(partial, 16));
      }
      v128.store(partial, s0);
      v128.store(partial, s1, 16);
    }
  }
}

/** The last weights of a block, and what the block adds to y. */
// @ts-ignore: decorator
@inline
function lastPass(scratch: usize, block: usize, tileBytes: usize, tiles: usize, d: usize, wide: bool): void {
  const addresses = scratch + ADDRESSES;
  const halves = scratch + HALVES;
  let partial = scratch + PARTIAL;
  let y = scratch + Y;
  const d0 = v128.load(d);
  const d1 = v128.load(d, 16);
  const d2 = v128.load(d, 32);
  const d3 = v128.load(d, 48);
  for (; tiles > 0; tiles--, block += tileBytes) {
    spread(addresses, block + 288 - (bytesAtOnce(wide) << 4), scratch, wide);
    v128.store(halves, i32x4.shl(v128.load16x4_u(block), 13));
    v128.store(halves, i32x4.shl(v128.load16x4_u(block, 8), 13), 16);
    v128.store(halves, i32x4.shl(v128.load16x4_u(block, 16), 13), 32);
    v128.store(halves, i32x4.shl(v128.load16x4_u(block, 24), 13), 48);
    // Lanes 2 i and 2 i + 1 are rows i and i + 8.
    for (let i: usize = 0; i < 32; i += 4, partial += 64, y += 64) {
      lastRow(wide, addresses + (i << 1), partial, halves + i, y, d0, d1, d2, d3);
      lastRow(wide, addresses + (i << 1) + 4, partial + 32, halves + i + 32, y + 512, d0, d1, d2, d3);
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
): void {
  const e0 = load<u32>(p);
  const e1 = load<u32>(p, 64);
  let s0 = add0(e0, e1);
  let s1 = add1(e0, e1);
  if (wide) {
    const e2 = load<u32>(p, 128);
    const e3 = load<u32>(p, 192);
    s0 = i16x8.add(s0, add0(e2, e3));
    s1 = i16x8.add(s1, add1(e2, e3));
  }
  s0 = i16x8.add(s0, v128.load(partial));
  s1 = i16x8.add(s1, v128.load(partial, 16));
  const h = v128.load32_splat(half);
  v128.store(y, plus(v128.load(y), i32x4.extend_low_i16x8_s(s0), f32x4.mul(h, d0)));
  v128.store(y, plus(v128.load(y, 16), i32x4.extend_high_i16x8_s(s0), f32x4.mul(h, d1)), 16);
  v128.store(y, plus(v128.load(y, 32), i32x4.extend_low_i16x8_s(s1), f32x4.mul(h, d2)), 32);
  v128.store(y, plus(v128.load(y, 48), i32x4.extend_high_i16x8_s(s1), f32x4.mul(h, d3)), 48);
}

// @ts-ignore: decorator
@inline
function plus(y: v128, s: v128, scale: v128): v128 {
  return f32x4.add(y, f32x4.mul(f32x4.convert_i32x4_s(s), scale));
}
