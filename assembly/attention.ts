/**
 * Causal attention of one token over a KV cache in half precision, grouped queries: query head h reads KV head
 * h / (heads / kvHeads).
 */
import { loadHalf4 } from './half';
import { exp4, sum4 } from './math';

export function attention(
  out: usize, // (heads, headDim) f32
  q: usize, // (heads, headDim) f32
  keys: usize, // (kvHeads, context, headDim) f16
  values: usize, // (kvHeads, context, headDim) f16
  scores: usize, // (context rounded up to 4) f32, scratch
  length: i32, // positions to attend to, the token's own included
  context: i32,
  heads: i32,
  kvHeads: i32,
  headDim: i32, // multiple of 4
): void {
  const group = heads / kvHeads;
  const rowBytes = <usize>headDim << 1;
  const headBytes = <usize>headDim << 2;
  const scale: f32 = <f32>1.0 / sqrt<f32>(<f32>headDim);
  for (let h = 0; h < heads; h++, out += headBytes, q += headBytes) {
    const kv = <usize>(h / group) * <usize>context * rowBytes;
    softmax(scores, dots(scores, q, keys + kv, length, headDim, scale), length);
    for (let j: usize = 0; j < headBytes; j += 16) v128.store(out + j, f32x4.splat(0));
    let v = values + kv;
    for (let t: usize = 0; t < <usize>length; t++, v += rowBytes) {
      const p = v128.load32_splat(scores + (t << 2));
      for (let j: usize = 0; j < headBytes; j += 16) {
        v128.store(out + j, f32x4.add(v128.load(out + j), f32x4.mul(p, loadHalf4(v + (j >> 1)))));
      }
    }
  }
}

/** scores[t] = q . k[t] * scale; returns their maximum. */
// @ts-ignore: decorator
@inline
function dots(scores: usize, q: usize, k: usize, length: i32, headDim: i32, scale: f32): f32 {
  let peak: f32 = -Infinity;
  for (let t: usize = 0; t < <usize>length; t++) {
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < <usize>headDim << 2; j += 16, k += 8) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(q + j), loadHalf4(k)));
    }
    const score = sum4(sum) * scale;
    store<f32>(scores + (t << 2), score);
    peak = max(peak, score);
  }
  return peak;
}

/** Scores to probabilities, in place. */
// @ts-ignore: decorator
@inline
function softmax(scores: usize, peak: f32, length: i32): void {
  const bytes = (<usize>length << 2) + 15 & ~15;
  for (let t = <usize>length << 2; t < bytes; t += 4) store<f32>(scores + t, -Infinity);
  let sum = f32x4.splat(0);
  for (let t: usize = 0; t < bytes; t += 16) {
    const p = exp4(f32x4.sub(v128.load(scores + t), f32x4.splat(peak)));
    v128.store(scores + t, p);
    sum = f32x4.add(sum, p);
  }
  // The padding's share, exp(-87) a lane, is below half an ulp of the sum.
  const inverse = f32x4.splat(<f32>1.0 / sum4(sum));
  for (let t: usize = 0; t < bytes; t += 16) v128.store(scores + t, f32x4.mul(v128.load(scores + t), inverse));
}
