import t from 'tap';
import { halfToNumber, numberToHalf } from '../support/half.ts';
import { Random } from '../support/random.ts';
import { Harness, maxRelativeError, VARIANTS } from './harness.ts';

const rmsNormReference = (x: Float32Array, w: Float32Array, eps: number): Float64Array => {
  const mean = x.reduce((sum, v) => sum + v * v, 0) / x.length;
  return Float64Array.from(x, (v, i) => (v / Math.sqrt(mean + eps)) * w[i]!);
};

for (const variant of VARIANTS) {
  t.test(`rmsNorm (${variant})`, async (t) => {
    const random = new Random(1);
    for (const [dim, n, scale] of [
      [128, 1, 1],
      [256, 3, 1e-4],
      [640, 2, 1e3],
      [128, 1, 0],
    ] as const) {
      const h = new Harness(variant);
      const x = random.floats(n * dim, scale);
      const w = random.floats(dim);
      const out = h.room(n * dim * 4);
      h.kernels.rmsNorm(out, h.put(x), h.put(w), dim, n, 1e-6);
      for (let i = 0; i < n; i++) {
        const row = x.subarray(i * dim, (i + 1) * dim);
        const error = maxRelativeError(h.floats(out + i * dim * 4, dim), rmsNormReference(row, w, 1e-6));
        t.ok(error < 1e-6, `dim ${dim}, scale ${scale}: error ${error}`);
      }
    }
  });

  t.test(`addTo (${variant})`, async (t) => {
    const random = new Random(2);
    const h = new Harness(variant);
    const [a, b] = [random.floats(132), random.floats(132)];
    const x = h.put(a);
    h.kernels.addTo(x, h.put(b), 132);
    t.same(
      h.floats(x, 132),
      a.map((v, i) => v + b[i]!),
    );
  });

  t.test(`normHeads norms each head and nothing else (${variant})`, async (t) => {
    const random = new Random(3);
    const [heads, headDim, stride, n] = [3, 16, 64, 2];
    const h = new Harness(variant);
    const x = random.floats(n * stride);
    const w = random.floats(headDim);
    const address = h.put(x);
    h.kernels.normHeads(address, h.put(w), heads, headDim, stride, n, 1e-6);
    const actual = h.floats(address, n * stride);
    for (let i = 0; i < n; i++) {
      for (let head = 0; head < heads; head++) {
        const at = i * stride + head * headDim;
        const expected = rmsNormReference(x.subarray(at, at + headDim), w, 1e-6);
        t.ok(maxRelativeError(actual.subarray(at, at + headDim), expected) < 1e-6, `token ${i}, head ${head}`);
      }
      const rest = i * stride + heads * headDim;
      t.same(actual.slice(rest, (i + 1) * stride), x.slice(rest, (i + 1) * stride), `padding of token ${i}`);
    }
  });

  t.test(`ropeHeads rotates the pairs (i, i + half) (${variant})`, async (t) => {
    const random = new Random(4);
    const [heads, headDim, n] = [2, 24, 3];
    const stride = heads * headDim;
    const half = headDim / 2;
    const h = new Harness(variant);
    const x = random.floats(n * stride);
    const angles = random.floats(n * headDim);
    const address = h.put(x);
    h.kernels.ropeHeads(address, h.put(angles), heads, headDim, stride, n);
    const expected = Float64Array.from(x, (v, at) => {
      const i = Math.floor(at / stride);
      const j = at % headDim;
      const pair = j % half;
      const cos = angles[i * headDim + pair]!;
      const sin = angles[i * headDim + half + pair]!;
      return j < half ? v * cos - x[at + half]! * sin : x[at - half]! * sin + v * cos;
    });
    t.ok(maxRelativeError(h.floats(address, n * stride), expected) < 1e-6);
  });

  t.test(`swiglu (${variant})`, async (t) => {
    const random = new Random(5);
    const h = new Harness(variant);
    const gate = Float32Array.from({ length: 256 }, (_, i) => (i < 16 ? (i - 8) * 20 : random.normal() * 4));
    const up = random.floats(256);
    const address = h.put(gate);
    h.kernels.swiglu(address, h.put(up), 256);
    const expected = Float64Array.from(gate, (g, i) => (g / (1 + Math.exp(-g))) * up[i]!);
    const actual = h.floats(address, 256);
    expected.forEach((e, i) => {
      if (Math.abs(actual[i]! - e) > 1e-6 * Math.abs(e) + 1e-30)
        t.fail(`swiglu(${gate[i]}) is ${actual[i]}, expected ${e}`);
    });
    t.ok(maxRelativeError(actual, expected) < 1e-6);
  });

  t.test(`storeHalf rounds to nearest even (${variant})`, async (t) => {
    const random = new Random(6);
    const edges = [
      0,
      -0,
      1,
      -2,
      65504,
      65519.99,
      65520,
      1e9,
      -Infinity,
      NaN,
      2 ** -14,
      2 ** -24,
      2 ** -25,
      2 ** -25 * 1.0001,
      3 * 2 ** -25,
    ];
    // The middle between two halves and its neighbours, at random exponents.
    const ties = Array.from({ length: 2000 }, () => {
      const bits = random.int(0, 0x7bfe);
      const middle = (halfToNumber(bits) + halfToNumber(bits + 1)) / 2;
      return random.pick([middle, middle * (1 + 2 ** -22), middle * (1 - 2 ** -22)]) * random.pick([1, -1]);
    });
    const some = [...edges, ...ties];
    const x = Float32Array.from({ length: Math.ceil(some.length / 8) * 8 }, (_, i) => some[i] ?? 0);
    const h = new Harness(variant);
    const out = h.room(x.length * 2);
    h.kernels.storeHalf(out, h.put(x), x.length);
    const actual = h.halves(out, x.length);
    x.forEach((v, i) => {
      if (actual[i] !== numberToHalf(v)) t.equal(actual[i], numberToHalf(v), `half of ${v}`);
    });
    t.equal(actual[0], 0);
  });
}
