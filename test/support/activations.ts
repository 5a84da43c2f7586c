/** Activations that a model has, and those it should never have. */
import type { Random } from './random.ts';

export const ACTIVATIONS: Record<string, (random: Random, n: number) => Float32Array> = {
  normal: (random, n) => random.floats(n),
  'with outliers': (random, n) => random.floats(n).map((x, i) => (i % 97 === 0 ? x * 400 : x)),
  zero: (_, n) => new Float32Array(n),
  'one value': (random, n) => {
    const x = new Float32Array(n);
    x[random.int(0, n - 1)] = -7;
    return x;
  },
  'all the same': (_, n) => new Float32Array(n).fill(-3.25),
  tiny: (random, n) => random.floats(n, 1e-6),
  subnormal: (random, n) => random.floats(n, 1e-40),
  huge: (random, n) => random.floats(n, 1e6),
  'ties of rounding': (random, n) =>
    Float32Array.from({ length: n }, (_, i) => {
      if (i % 128 < 4) return i % 128 === 0 ? 508 : 0;
      return random.int(-127, 126) + 0.5;
    }),
};
