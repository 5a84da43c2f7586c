/** Sum of squares in double precision, each square rounded to float first (as ggml does). n is a multiple of 4. */
// @ts-ignore: decorator
@inline
export function sumOfSquares(x: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    const v = v128.load(x + i);
    const square = f32x4.mul(v, v);
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(square));
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<i32>(square, square, 2, 3, 2, 3)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** One row scaled to root mean square 1, then by the weights. In place is allowed. n is a multiple of 4. */
// @ts-ignore: decorator
@inline
export function rmsNormRow(out: usize, x: usize, weight: usize, n: i32, eps: f32): void {
  const mean = <f32>(sumOfSquares(x, n) / <f64>n);
  const scale = f32x4.splat(<f32>1.0 / sqrt<f32>(mean + eps));
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    v128.store(out + i, f32x4.mul(f32x4.mul(v128.load(x + i), scale), v128.load(weight + i)));
  }
}

export function rmsNorm(
  out: usize, // (n, dim) f32
  x: usize, // (n, dim) f32
  weight: usize, // (dim) f32
  dim: i32, // multiple of 4
  n: i32,
  eps: f32,
): void {
  const bytes = (<usize>dim) << 2;
  for (let i = 0; i < n; i++, out += bytes, x += bytes) rmsNormRow(out, x, weight, dim, eps);
}

/** x += y: the residual stream takes a projection's output. */
export function addTo(
  x: usize, // (n) f32
  y: usize, // (n) f32
  n: i32, // multiple of 4
): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) v128.store(x + i, f32x4.add(v128.load(x + i), v128.load(y + i)));
}
