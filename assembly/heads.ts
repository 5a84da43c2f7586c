/** What happens to queries and keys between their projection and attention. Both work in place. */
import { rmsNormRow } from './norm';

/** RMS norm of every head by itself (Qwen3's QK-norm). */
export function normHeads(
  x: usize, // (n, stride) f32, of each row the first heads * headDim
  weight: usize, // (headDim) f32
  heads: i32,
  headDim: i32,
  stride: i32,
  n: i32,
  eps: f32,
): void {
  const bytes = (<usize>headDim) << 2;
  for (let i = 0; i < n; i++, x += (<usize>stride) << 2) {
    let head = x;
    for (let h = 0; h < heads; h++, head += bytes) rmsNormRow(head, head, weight, headDim, eps);
  }
}

/** Rotary embedding, NEOX pairs: (i, i + headDim / 2). */
export function ropeHeads(
  x: usize, // (n, stride) f32, of each row the first heads * headDim
  angles: usize, // (n, 2, headDim / 2) f32: cosines, then sines
  heads: i32,
  headDim: i32, // multiple of 8
  stride: i32,
  n: i32,
): void {
  const half = (<usize>headDim) << 1; // bytes
  for (let i = 0; i < n; i++, x += (<usize>stride) << 2, angles += half << 1) {
    let head = x;
    for (let h = 0; h < heads; h++, head += half << 1) {
      for (let j: usize = 0; j < half; j += 16) {
        const cos = v128.load(angles + j);
        const sin = v128.load(angles + half + j);
        const a = v128.load(head + j);
        const b = v128.load(head + half + j);
        v128.store(head + j, f32x4.sub(f32x4.mul(a, cos), f32x4.mul(b, sin)));
        v128.store(head + half + j, f32x4.add(f32x4.mul(a, sin), f32x4.mul(b, cos)));
      }
    }
  }
}
