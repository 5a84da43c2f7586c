/** gate = silu(gate) * up, in place; silu(g) = g / (1 + exp(-g)). */
import { exp4 } from './math';

export function swiglu(
  gate: usize, // (n) f32
  up: usize, // (n) f32
  n: i32, // multiple of 4
): void {
  const one = f32x4.splat(1.0);
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    const g = v128.load(gate + i);
    const silu = f32x4.div(g, f32x4.add(one, exp4(f32x4.neg(g))));
    v128.store(gate + i, f32x4.mul(silu, v128.load(up + i)));
  }
}
