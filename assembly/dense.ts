/**
 * Matrices of 8 bits and more, as the file has them: rows one after the other. They exist so that ordinary small Qwen3
 * files run; the formats this runtime is about are in q1.ts and q2.ts.
 */
import { loadHalf, loadHalf4 } from './half';
import { sum4 } from './math';

const Q8_BLOCK: usize = 34;

/** out = x W^T with W in Q8_0 (per 32 weights a half precision scale and 32 signed bytes). */
export function matmulQ8(
  out: usize, // (n, stride) f32
  stride: i32,
  w: usize, // (rows, cols / 32, 34) u8
  rows: i32,
  cols: i32,
  bytes: usize, // (n, cols) i8
  scales: usize, // (n, cols / 32) f32
  n: i32,
): void {
  const blocks = (<usize>cols) >> 5;
  const outBytes = (<usize>stride) << 2;
  for (let row = 0; row < rows; row++, out += 4, w += blocks * Q8_BLOCK) {
    let a = bytes;
    let d = scales;
    for (let i: usize = 0; i < <usize>n; i++) {
      let sum: f32 = 0;
      let block = w;
      for (let b: usize = 0; b < blocks; b++, block += Q8_BLOCK, a += 32, d += 4) {
        const w0 = v128.load(block, 2);
        const w1 = v128.load(block, 18);
        const a0 = v128.load(a);
        const a1 = v128.load(a, 16);
        let dot = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(w0), i16x8.extend_low_i8x16_s(a0));
        dot = i32x4.add(dot, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(w0), i16x8.extend_high_i8x16_s(a0)));
        dot = i32x4.add(dot, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(w1), i16x8.extend_low_i8x16_s(a1)));
        dot = i32x4.add(dot, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(w1), i16x8.extend_high_i8x16_s(a1)));
        sum += loadHalf(block) * load<f32>(d) * sum4(f32x4.convert_i32x4_s(dot));
      }
      store<f32>(out + i * outBytes, sum);
    }
  }
}

export function embedQ8(
  out: usize, // (cols) f32
  w: usize, // (rows, cols / 32, 34) u8
  row: i32,
  cols: i32,
): void {
  const blocks = (<usize>cols) >> 5;
  w += <usize>row * blocks * Q8_BLOCK;
  for (let b: usize = 0; b < blocks; b++, w += Q8_BLOCK) {
    const d = loadHalf(w);
    for (let j: usize = 0; j < 32; j++, out += 4) store<f32>(out, <f32>load<i8>(w + 2 + j) * d);
  }
}

/** out = x W^T with W in half precision; the activations are rounded to halves, too, as ggml does. */
export function matmulF16(
  out: usize, // (n, stride) f32
  stride: i32,
  w: usize, // (rows, cols) f16
  rows: i32,
  cols: i32,
  x: usize, // (n, cols) f16
  n: i32,
): void {
  const rowBytes = (<usize>cols) << 1;
  const outBytes = (<usize>stride) << 2;
  for (let row = 0; row < rows; row++, out += 4, w += rowBytes) {
    let a = x;
    for (let i: usize = 0; i < <usize>n; i++, a += rowBytes) {
      let sum = f32x4.splat(0);
      for (let j: usize = 0; j < rowBytes; j += 8) sum = f32x4.add(sum, f32x4.mul(loadHalf4(w + j), loadHalf4(a + j)));
      store<f32>(out + i * outBytes, sum4(sum));
    }
  }
}

export function embedF16(
  out: usize, // (cols) f32
  w: usize, // (rows, cols) f16
  row: i32,
  cols: i32,
): void {
  w += (<usize>row * <usize>cols) << 1;
  for (let j: usize = 0; j < <usize>cols; j += 4) v128.store(out + (j << 2), loadHalf4(w + (j << 1)));
}

/** out = x W^T in single precision. */
export function matmulF32(
  out: usize, // (n, stride) f32
  stride: i32,
  w: usize, // (rows, cols) f32
  rows: i32,
  cols: i32,
  x: usize, // (n, cols) f32
  n: i32,
): void {
  const rowBytes = (<usize>cols) << 2;
  const outBytes = (<usize>stride) << 2;
  for (let row = 0; row < rows; row++, out += 4, w += rowBytes) {
    let a = x;
    for (let i: usize = 0; i < <usize>n; i++, a += rowBytes) {
      let sum = f32x4.splat(0);
      for (let j: usize = 0; j < rowBytes; j += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(w + j), v128.load(a + j)));
      store<f32>(out + i * outBytes, sum4(sum));
    }
  }
}

export function embedF32(
  out: usize, // (cols) f32
  w: usize, // (rows, cols) f32
  row: i32,
  cols: i32,
): void {
  memory.copy(out, w + ((<usize>row * <usize>cols) << 2), (<usize>cols) << 2);
}
