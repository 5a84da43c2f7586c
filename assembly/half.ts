/** IEEE half precision: scales of weight blocks and the KV cache. */

/** Bits of a half in the low 16 bits of each lane's sign-extended i32, moved to where a float keeps them. */
const HALF_BITS: i32 = 0x8fffe000;
/** 2^112: the difference of the exponents' biases. Multiplying by it also makes halves' subnormals right. */
export const REBIAS: f32 = 5.192296858534828e33;

/** Loads 4 halves as floats, each too small by REBIAS. Exact for every finite half. */
// @ts-ignore: decorator
@inline
export function bitsOfHalf4(p: usize): v128 {
  return v128.and(i32x4.shl(v128.load16x4_s(p), 13), i32x4.splat(HALF_BITS));
}

/** Loads 4 halves as floats. Exact for every finite half. */
// @ts-ignore: decorator
@inline
export function loadHalf4(p: usize): v128 {
  return f32x4.mul(bitsOfHalf4(p), f32x4.splat(REBIAS));
}

// @ts-ignore: decorator
@inline
function fromHalf(h: u32): f32 {
  return reinterpret<f32>(((h & 0x8000) << 16) | ((h & 0x7fff) << 13)) * REBIAS;
}

// @ts-ignore: decorator
@inline
export function loadHalf(p: usize): f32 {
  return fromHalf(load<u16>(p));
}

/** Float to half, rounded to nearest even; overflow becomes infinity, NaN stays NaN. */
export function toHalf(x: f32): u32 {
  const bits = reinterpret<u32>(x);
  const sign = (bits >> 16) & 0x8000;
  const mag = bits & 0x7fffffff;
  if (mag >= 0x47800000) return sign | (mag > 0x7f800000 ? 0x7e00 : 0x7c00); // 65536 and above
  if (mag < 0x38800000) {
    // Below 2^-14: adding 0.5 lets the float adder round at the subnormals' step of 2^-24.
    return sign | (reinterpret<u32>(reinterpret<f32>(mag) + 0.5) - 0x3f000000);
  }
  return sign | ((mag + 0xfff + ((mag >> 13) & 1) - 0x38000000) >> 13);
}

/** Rounds a float to the nearest half, as a float. */
// @ts-ignore: decorator
@inline
export function roundToHalf(x: f32): f32 {
  return fromHalf(toHalf(x));
}

/** toHalf for four lanes, each in the low half of an i32. */
// @ts-ignore: decorator
@inline
function toHalf4(x: v128): v128 {
  const sign = v128.and(i32x4.shr_u(x, 16), i32x4.splat(0x8000));
  const mag = v128.and(x, i32x4.splat(0x7fffffff));
  const odd = v128.and(i32x4.shr_u(mag, 13), i32x4.splat(1));
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(mag, odd), i32x4.splat(0xfff - 0x38000000)), 13);
  const subnormal = i32x4.sub(f32x4.add(mag, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  const beyond = v128.bitselect(
    i32x4.splat(0x7e00),
    i32x4.splat(0x7c00),
    i32x4.gt_s(mag, i32x4.splat(0x7f800000)), // NaN
  );
  const finite = v128.bitselect(subnormal, normal, i32x4.lt_s(mag, i32x4.splat(0x38800000)));
  return v128.or(sign, v128.bitselect(beyond, finite, i32x4.ge_s(mag, i32x4.splat(0x47800000))));
}

/** Stores n floats as halves, rounded to nearest even. */
export function storeHalf(
  out: usize, // (n) u16
  x: usize, // (n) f32
  n: i32, // multiple of 8
): void {
  const low16 = i32x4.splat(0xffff);
  for (let i: usize = 0; i < <usize>n; i += 8, x += 32) {
    const low = v128.and(toHalf4(v128.load(x)), low16);
    const high = v128.and(toHalf4(v128.load(x, 16)), low16);
    v128.store(out + (i << 1), i16x8.narrow_i32x4_u(low, high));
  }
}
