/** prefillQ1: matrices of q1.ts times many tokens. */
import { ADDRESSES, buildTables, HALVES, PARTIAL, ROWS, spread4, spreadScales, storeTokens, Y } from './prefill';

const TILE_BLOCK_BYTES: usize = 288;

/** out = x W^T for n rows of activations, the same bits as matvecQ1Exact. */
export function prefillQ1(
  out: usize, // (n, outStride) f32
  outStride: i32,
  w: usize, // (tiles, cols / 128, 288) u8
  rows: i32, // multiple of 16
  cols: i32, // multiple of 128
  columns: usize, // (ceil(n / 16), cols, 16) i16
  scales: usize, // (ceil(n / 16), cols / 128, 16) f32
  n: i32,
  scratch: usize, // prefillScratch() bytes, of this thread
): void {
  const blocks = <usize>(cols >> 7);
  const tileBytes = blocks * TILE_BLOCK_BYTES;
  for (let row = 0; row < rows; row += ROWS) {
    const some = min(rows - row, ROWS);
    const tiles = <usize>(some >> 4);
    let column = columns;
    let d = scales;
    for (let token = 0; token < n; token += 16) {
      memory.fill(scratch + Y, 0, (<usize>some) << 6);
      for (let block = w; block < w + tileBytes; block += TILE_BLOCK_BYTES) {
        buildTables(scratch, column, true);
        pass(scratch, block, 32, tileBytes, tiles, false);
        buildTables(scratch, column + 1024, true);
        pass(scratch, block, 96, tileBytes, tiles, true);
        buildTables(scratch, column + 2048, true);
        pass(scratch, block, 160, tileBytes, tiles, true);
        buildTables(scratch, column + 3072, true);
        lastPass(scratch, block, tileBytes, tiles, d);
        column += 4096;
        d += 64;
      }
      storeTokens(out + ((<usize>token * outStride + row) << 2), outStride << 2, scratch + Y, some, n - token);
    }
    w += tiles * tileBytes;
  }
}

/** 32 weights of each row: partial (tiles, lane, 16 tokens) i16. */
// @ts-ignore: decorator
@inline
function pass(scratch: usize, w: usize, from: usize, tileBytes: usize, tiles: usize, more: bool): void {
  const addresses = scratch + ADDRESSES;
  let partial = scratch + PARTIAL;
  w += from;
  for (; tiles > 0; tiles--, w += tileBytes) {
    spread4(addresses, w, scratch);
    for (let p = addresses; p < addresses + 64; p += 4, partial += 32) {
      const e0 = load<u32>(p);
      const e1 = load<u32>(p, 64);
      const e2 = load<u32>(p, 128);
      const e3 = load<u32>(p, 192);
      let s0 = i16x8.add(i16x8.add(v128.load(e0), v128.load(e1)), i16x8.add(v128.load(e2), v128.load(e3)));
      let s1 = i16x8.add(
        i16x8.add(v128.load(e0, 16), v128.load(e1, 16)),
        i16x8.add(v128.load(e2, 16), v128.load(e3, 16)),
      );
      if (more) {
        s0 = i16x8.add(s0, v128.load(partial));
        s1 = i16x8.add(s1, v128.load(partial, 16));
      }
      v128.store(partial, s0);
      v128.store(partial, s1, 16);
    }
  }
}

/** The last 32 weights of a block, and the block's contribution to y (rows, 16 tokens) f32. */
// @ts-ignore: decorator
@inline
function lastPass(scratch: usize, w: usize, tileBytes: usize, tiles: usize, d: usize): void {
  const addresses = scratch + ADDRESSES;
  const halves = scratch + HALVES;
  let partial = scratch + PARTIAL;
  let y = scratch + Y;
  const d0 = v128.load(d);
  const d1 = v128.load(d, 16);
  const d2 = v128.load(d, 32);
  const d3 = v128.load(d, 48);
  for (; tiles > 0; tiles--, w += tileBytes) {
    spread4(addresses, w + 224, scratch);
    spreadScales(halves, w);
    // Row r and row r + 8 are lanes 2 r and 2 r + 1.
    for (let i: usize = 0; i < 32; i += 4, partial += 64, y += 64) {
      lastRow(addresses + (i << 1), partial, halves + i, y, d0, d1, d2, d3);
      lastRow(addresses + (i << 1) + 4, partial + 32, halves + i + 32, y + 512, d0, d1, d2, d3);
    }
    y += 512;
  }
}

// @ts-ignore: decorator
@inline
function lastRow(p: usize, partial: usize, half: usize, y: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  const e0 = load<u32>(p);
  const e1 = load<u32>(p, 64);
  const e2 = load<u32>(p, 128);
  const e3 = load<u32>(p, 192);
  let s0 = i16x8.add(i16x8.add(v128.load(e0), v128.load(e1)), i16x8.add(v128.load(e2), v128.load(e3)));
  let s1 = i16x8.add(i16x8.add(v128.load(e0, 16), v128.load(e1, 16)), i16x8.add(v128.load(e2, 16), v128.load(e3, 16)));
  s0 = i16x8.add(s0, v128.load(partial));
  s1 = i16x8.add(s1, v128.load(partial, 16));
  const h = v128.load32_splat(half);
  accumulate(y, i32x4.extend_low_i16x8_s(s0), f32x4.mul(h, d0));
  accumulate(y + 16, i32x4.extend_high_i16x8_s(s0), f32x4.mul(h, d1));
  accumulate(y + 32, i32x4.extend_low_i16x8_s(s1), f32x4.mul(h, d2));
  accumulate(y + 48, i32x4.extend_high_i16x8_s(s1), f32x4.mul(h, d3));
}

// @ts-ignore: decorator
@inline
function accumulate(y: usize, s: v128, scale: v128): void {
  v128.store(y, f32x4.add(v128.load(y), f32x4.mul(f32x4.convert_i32x4_s(s), scale)));
}
