/**
 * Causal attention of one token over the KV cache, grouped queries: query head h reads KV head h / (heads / kvHeads).
 * A cached row is turned into floats once for all the query heads that read it.
 */
import { loadKv, rowBytes } from './kv';
import { exp4, sum4 } from './math';

export function attention(
  out: usize, // (heads, headDim) f32
  q: usize, // (heads, headDim) f32
  keys: usize, // (kvHeads, context) rows, see kv.ts
  values: usize, // (kvHeads, context) rows
  scores: usize, // (heads / kvHeads, context rounded up to 4) f32, scratch
  row: usize, // (headDim) f32, scratch
  length: i32, // positions to attend to, the token's own included
  context: i32,
  heads: i32,
  kvHeads: i32,
  headDim: i32, // multiple of 8; of 32 at 4 bits
  precision: i32,
): void {
  if (precision == 0) attend(out, q, keys, values, scores, row, length, context, heads, kvHeads, headDim, 0);
  else if (precision == 1) attend(out, q, keys, values, scores, row, length, context, heads, kvHeads, headDim, 1);
  else attend(out, q, keys, values, scores, row, length, context, heads, kvHeads, headDim, 2);
}

// @ts-ignore: decorator
@inline
function attend(
  out: usize,
  q: usize,
  keys: usize,
  values: usize,
  scores: usize,
  row: usize,
  length: i32,
  context: i32,
  heads: i32,
  kvHeads: i32,
  headDim: i32,
  precision: i32,
): void {
  const group = heads / kvHeads;
  const bytes = rowBytes(precision, headDim);
  const headBytes = (<usize>headDim) << 2;
  const scoreBytes = (((<usize>context) << 2) + 15) & ~15;
  const scale: f32 = <f32>1.0 / sqrt<f32>(<f32>headDim);
  const groupBytes = <usize>group * headBytes;
  for (let kv = 0; kv < kvHeads; kv++, q += groupBytes, out += groupBytes) {
    const first = <usize>kv * <usize>context * bytes;
    for (let t: usize = 0; t < <usize>length; t++) {
      loadKv(row, keys + first + t * bytes, headDim, precision);
      for (let g: usize = 0; g < <usize>group; g++) {
        store<f32>(scores + g * scoreBytes + (t << 2), dot(q + g * headBytes, row, headBytes) * scale);
      }
    }
    for (let g: usize = 0; g < <usize>group; g++) softmax(scores + g * scoreBytes, length);
    memory.fill(out, 0, groupBytes);
    for (let t: usize = 0; t < <usize>length; t++) {
      loadKv(row, values + first + t * bytes, headDim, precision);
      for (let g: usize = 0; g < <usize>group; g++) {
        addScaled(out + g * headBytes, row, v128.load32_splat(scores + g * scoreBytes + (t << 2)), headBytes);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, bytes: usize): f32 {
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  for (let j: usize = 0; j < bytes; j += 32) {
    even = f32x4.add(even, f32x4.mul(v128.load(a + j), v128.load(b + j)));
    odd = f32x4.add(odd, f32x4.mul(v128.load(a + j, 16), v128.load(b + j, 16)));
  }
  return sum4(f32x4.add(even, odd));
}

/** out += p x. */
// @ts-ignore: decorator
@inline
function addScaled(out: usize, x: usize, p: v128, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    v128.store(out + j, f32x4.add(v128.load(out + j), f32x4.mul(p, v128.load(x + j))));
  }
}

/** Scores to probabilities, in place. */
function softmax(scores: usize, length: i32): void {
  const used = (<usize>length) << 2;
  const bytes = (used + 15) & ~15;
  let peak: f32 = -Infinity;
  for (let t: usize = 0; t < used; t += 4) peak = max(peak, load<f32>(scores + t));
  for (let t = used; t < bytes; t += 4) store<f32>(scores + t, -Infinity);
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
