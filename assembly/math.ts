/** A float in all four lanes, as memory: V8 makes a constant anew at each use, which takes longer than loading it. */
// @ts-ignore: decorator
@inline
export function lanes(p: usize, i: usize): v128 {
  return v128.load(p + (i << 4));
}

/** Four times each: the bounds, log2 e, ln 2 in two parts of which the first is short, the coefficients, 1, and what leaves a small float rounded in the low bits. */
const EXP: usize = memory.data<f32>(
  [
    -87.0, -87.0, -87.0, -87.0, 88.0, 88.0, 88.0, 88.0, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341,
    1.44269504088896341, 0.693359375, 0.693359375, 0.693359375, 0.693359375, -2.1219444e-4, -2.1219444e-4,
    -2.1219444e-4, -2.1219444e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.3981999507e-3,
    1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
    8.3334519073e-3, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 1.6666665459e-1,
    1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1,
    5.0000001201e-1, 1.0, 1.0, 1.0, 1.0, 12582912.0, 12582912.0, 12582912.0, 12582912.0,
  ],
  16,
);

/** exp for four lanes: range reduction by ln 2 and a polynomial of degree 6 (Cephes expf); 2 ulp, clamped to [-87, 88]. */
// @ts-ignore: decorator
@inline
export function exp4(x0: v128): v128 {
  const one = lanes(EXP, 11);
  const x = f32x4.pmin(f32x4.pmax(x0, lanes(EXP, 0)), lanes(EXP, 1));
  const magic = lanes(EXP, 12);
  const rounded = f32x4.add(f32x4.mul(x, lanes(EXP, 2)), magic);
  const n = f32x4.sub(rounded, magic);
  // r = x - n ln 2, ln 2 in two parts so that the first product is exact.
  let r = f32x4.sub(x, f32x4.mul(n, lanes(EXP, 3)));
  r = f32x4.sub(r, f32x4.mul(n, lanes(EXP, 4)));
  let p = lanes(EXP, 5);
  p = f32x4.add(f32x4.mul(p, r), lanes(EXP, 6));
  p = f32x4.add(f32x4.mul(p, r), lanes(EXP, 7));
  p = f32x4.add(f32x4.mul(p, r), lanes(EXP, 8));
  p = f32x4.add(f32x4.mul(p, r), lanes(EXP, 9));
  p = f32x4.add(f32x4.mul(p, r), lanes(EXP, 10));
  p = f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), f32x4.add(r, one));
  // 2^n: n, the low bits of what was rounded, moved to where a float keeps its exponent, on top of that of 1.
  return f32x4.mul(p, i32x4.add(i32x4.shl(rounded, 23), one));
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sum4(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Largest of the four lanes. */
// @ts-ignore: decorator
@inline
export function max4(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

// @ts-ignore: decorator
@inline
export function store4(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}
