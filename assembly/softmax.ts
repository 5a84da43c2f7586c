/** The exponentials of a row of scores. What is left of softmax, the division by their sum, is done to what they weigh. */
import { lanes, max4, sum4 } from './math';

/** Scores are in bits: 2^x takes the place of e^x. */
export const LOG2_E: f32 = 1.4426950408889634;

/**
 * Four times each: the least exponent, what leaves a small float rounded in the low bits, and the coefficients of 2^x
 * for |x| <= 1/2, the highest first (minimax in the relative error, 8e-8).
 */
const EXP2: usize = memory.data<f32>(
  [
    -125.0, -125.0, -125.0, -125.0, 12582912.0, 12582912.0, 12582912.0, 12582912.0, 1.3276472e-3, 1.3276472e-3,
    1.3276472e-3, 1.3276472e-3, 9.675541e-3, 9.675541e-3, 9.675541e-3, 9.675541e-3, 5.550713e-2, 5.550713e-2,
    5.550713e-2, 5.550713e-2, 2.402212e-1, 2.402212e-1, 2.402212e-1, 2.402212e-1, 6.9314694e-1, 6.9314694e-1,
    6.9314694e-1, 6.9314694e-1, 1.0000001, 1.0000001, 1.0000001, 1.0000001,
  ],
  16,
);

/**
 * In place: scores (length) f32 become 2 to the power of what they are below the largest, at least 2^-126. Returns their sum.
 * Past the end, up to a whole vector, they become as good as zero.
 */
export function exponentials(scores: usize, length: i32): f32 {
  const used = (<usize>length) << 2;
  const bytes = (used + 15) & ~15;
  for (let t = used; t < bytes; t += 4) store<f32>(scores + t, -Infinity);
  let peaks = v128.load(scores);
  for (let t: usize = 16; t < bytes; t += 16) peaks = f32x4.pmax(peaks, v128.load(scores + t));
  const peak = f32x4.splat(max4(peaks));
  const least = lanes(EXP2, 0);
  const magic = lanes(EXP2, 1);
  const c5 = lanes(EXP2, 2);
  const c4 = lanes(EXP2, 3);
  const c3 = lanes(EXP2, 4);
  const c2 = lanes(EXP2, 5);
  const c1 = lanes(EXP2, 6);
  const c0 = lanes(EXP2, 7);
  let sum = f32x4.splat(0);
  for (let t: usize = 0; t < bytes; t += 16) {
    const x = f32x4.pmax(f32x4.sub(v128.load(scores + t), peak), least);
    const rounded = f32x4.add(x, magic);
    const r = f32x4.sub(x, f32x4.sub(rounded, magic));
    let p = f32x4.add(f32x4.mul(c5, r), c4);
    p = f32x4.add(f32x4.mul(p, r), c3);
    p = f32x4.add(f32x4.mul(p, r), c2);
    p = f32x4.add(f32x4.mul(p, r), c1);
    p = f32x4.add(f32x4.mul(p, r), c0);
    // The low bits of what was rounded, moved to where a float keeps its exponent.
    p = i32x4.add(p, i32x4.shl(rounded, 23));
    v128.store(scores + t, p);
    sum = f32x4.add(sum, p);
  }
  // The padding's share is below half an ulp of the sum.
  return sum4(sum);
}
