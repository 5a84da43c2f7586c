// Random weights in each format, straight as the bytes of a file. Every format is given the root mean square that its
// weights shall have and spreads its scales a little around what gives it.
import { numberToHalf } from '../../build/test/support/half.js';

/** xoshiro128**: fast, seeded, good enough for weights that mean nothing. */
export class Random {
  #s = new Uint32Array(4);

  constructor(seed) {
    for (let i = 0; i < 4; i++) this.#s[i] = Math.imul(seed + i + 1, 0x9e3779b1) ^ (0x85ebca6b << i);
    for (let i = 0; i < 16; i++) this.u32();
  }

  u32() {
    const s = this.#s;
    const x = Math.imul(s[1], 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9);
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result >>> 0;
  }

  /** Uniform in [from, to). */
  between(from, to) {
    return from + (this.u32() / 4294967296) * (to - from);
  }
}

/** Root mean square of the spread below. */
const SPREAD_RMS = Math.sqrt((1.5 ** 3 - 0.5 ** 3) / 3);
const spread = (random) => random.between(0.5, 1.5) / SPREAD_RMS;

/** 256 values of a normal distribution's quantiles, root mean square 1. */
const NORMAL = (() => {
  const values = Float64Array.from({ length: 256 }, (_, i) => probit((i + 0.5) / 256));
  const rms = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / 256);
  return values.map((x) => x / rms);
})();

/** Inverse of the normal distribution, by bisection. */
function probit(p) {
  const cdf = (x) => {
    let sum = 0;
    const steps = 2000;
    for (let i = 0; i < steps; i++) sum += Math.exp(-0.5 * (((i + 0.5) / steps) * x) ** 2);
    return 0.5 + (sum * x) / steps / Math.sqrt(2 * Math.PI);
  };
  let [low, high] = [-4, 4];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}

const scaled = (group, bytes, rms, codes) => ({
  bytesOf: (weights) => (weights / group) * (2 + bytes),
  fill(out, random, target) {
    const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
    for (let at = 0; at < out.length; at += 2 + bytes) {
      view.setUint16(at, numberToHalf((target / rms) * spread(random)), true);
      for (let i = 0; i < bytes; i++) out[at + 2 + i] = codes(random);
    }
  },
});

/** Four random bytes of one 32-bit draw, one after the other. */
function byteSource() {
  let word = 0;
  let left = 0;
  return (random) => {
    if (left === 0) {
      word = random.u32();
      left = 4;
    }
    left--;
    const byte = word & 255;
    word >>>= 8;
    return byte;
  };
}

/** Bytes of four codes 0, 1, 2, equally likely. */
const TERNARY = Uint8Array.from({ length: 81 }, (_, i) => {
  let byte = 0;
  for (let k = 0, x = i; k < 4; k++, x = Math.floor(x / 3)) byte |= (x % 3) << (2 * k);
  return byte;
});
const ternary = (random) => TERNARY[Math.floor(random.u32() / 53024288)] ?? TERNARY[40];
const TERNARY_RMS = Math.sqrt(2 / 3);

const table = (Type, convert) => ({
  bytesOf: (weights) => weights * Type.BYTES_PER_ELEMENT,
  fill(out, random, target) {
    const values = new Type(out.buffer, out.byteOffset, out.length / Type.BYTES_PER_ELEMENT);
    const quantiles = Type.from(NORMAL, (x) => convert(x * target));
    const next = byteSource();
    for (let i = 0; i < values.length; i++) values[i] = quantiles[next(random)];
  },
});

const NORMAL_BYTES = Uint8Array.from(NORMAL, (x) => Math.round(x * 40));
const nextByte = byteSource();

/** `type` is the ggml id that goes into the file; `bytesOf` a number of weights; `fill` writes them. */
export const TYPES = {
  q1_0: { type: 41, ...scaled(128, 16, 1, nextByte) },
  q2_0: { type: 42, ...scaled(64, 16, TERNARY_RMS, ternary) },
  q2_0_g128: { type: 42, ...scaled(128, 32, TERNARY_RMS, ternary) },
  pq2_0: { type: 142, ...scaled(128, 32, TERNARY_RMS, ternary) },
  q8_0: { type: 8, ...scaled(32, 32, 40, (random) => NORMAL_BYTES[nextByte(random)]) },
  f16: { type: 1, ...table(Uint16Array, numberToHalf) },
  f32: { type: 0, ...table(Float32Array, (x) => x) },
};
