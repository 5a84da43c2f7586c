/** Q1_0 matrices and Q8_0 activations in plain TypeScript: the reference the kernels are held against. */
import { halfToNumber, numberToHalf, roundHalfEven } from './half.ts';

/** Floats (rows * cols) to GGUF Q1_0: scale = mean |x| of each 128, bit = x >= 0. */
export function encodeQ1(values: Float32Array): Uint8Array {
  const blocks = values.length / 128;
  const out = new Uint8Array(blocks * 18);
  const view = new DataView(out.buffer);
  for (let b = 0; b < blocks; b++) {
    const block = values.subarray(b * 128, b * 128 + 128);
    view.setUint16(b * 18, numberToHalf(block.reduce((sum, x) => sum + Math.abs(x), 0) / 128), true);
    block.forEach((x, j) => {
      if (x >= 0) out[b * 18 + 2 + (j >> 3)]! |= 1 << (j & 7);
    });
  }
  return out;
}

const decoded = new WeakMap<Uint8Array, Float32Array>();

/** GGUF Q1_0 to floats. The same bytes are decoded once. */
export function decodeQ1(bytes: Uint8Array): Float32Array {
  const known = decoded.get(bytes);
  if (known !== undefined) return known;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float32Array.from({ length: (bytes.length / 18) * 128 }, (_, i) => {
    const block = Math.floor(i / 128) * 18;
    const j = i % 128;
    const scale = halfToNumber(view.getUint16(block, true));
    return (bytes[block + 2 + (j >> 3)]! >> (j & 7)) & 1 ? scale : -scale;
  });
  decoded.set(bytes, values);
  return values;
}

export interface Quantized {
  /** Integers in [-127, 127]. */
  readonly q: Int32Array;
  /** One scale per 32 values, half precision as a number. */
  readonly d: Float64Array;
}

/** A row of activations as Q8_0, rounded as llama.cpp's NEON build rounds. */
export function quantizeQ8(x: Float32Array): Quantized {
  const q = new Int32Array(x.length);
  const d = new Float64Array(x.length / 32);
  for (let g = 0; g < d.length; g++) {
    const part = x.subarray(g * 32, g * 32 + 32);
    const scale = Math.fround(part.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    d[g] = halfToNumber(numberToHalf(scale));
    part.forEach((v, j) => (q[g * 32 + j] = roundHalfEven(Math.fround(v * inverse))));
  }
  return { q, d };
}

/**
 * Floats to GGUF Q2_0 (group 64) or PQ2_0 (group 128): scale = largest magnitude of the group, code = round(x / scale)
 * + 1. `spread` puts some codes to 3 (+2 scale), which the format allows and ternary models never use.
 */
export function encodeQ2(
  values: Float32Array,
  group: number,
  spread: (i: number) => boolean = () => false,
): Uint8Array {
  const groupBytes = 2 + group / 4;
  const out = new Uint8Array((values.length / group) * groupBytes);
  const view = new DataView(out.buffer);
  for (let g = 0; g < values.length / group; g++) {
    const part = values.subarray(g * group, (g + 1) * group);
    const scale = part.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    view.setUint16(g * groupBytes, numberToHalf(scale), true);
    part.forEach((x, j) => {
      const code = spread(g * group + j) ? 3 : Math.round(x / (scale || 1)) + 1;
      out[g * groupBytes + 2 + (j >> 2)]! |= code << (2 * (j & 3));
    });
  }
  return out;
}

export function decodeQ2(bytes: Uint8Array, group: number): Float32Array {
  const groupBytes = 2 + group / 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: (bytes.length / groupBytes) * group }, (_, i) => {
    const at = Math.floor(i / group) * groupBytes;
    const j = i % group;
    const code = (bytes[at + 2 + (j >> 2)]! >> (2 * (j & 3))) & 3;
    return (code - 1) * halfToNumber(view.getUint16(at, true));
  });
}

/** Floats to GGUF Q8_0. */
export function encodeQ8(values: Float32Array): Uint8Array {
  const out = new Uint8Array((values.length / 32) * 34);
  const view = new DataView(out.buffer);
  for (let b = 0; b < values.length / 32; b++) {
    const part = values.subarray(b * 32, b * 32 + 32);
    const scale = part.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / 127;
    view.setUint16(b * 34, numberToHalf(scale), true);
    part.forEach((x, j) => view.setInt8(b * 34 + 2 + j, Math.round(scale === 0 ? 0 : x / scale)));
  }
  return out;
}

export function decodeQ8(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: (bytes.length / 34) * 32 }, (_, i) => {
    const at = Math.floor(i / 32) * 34;
    return view.getInt8(at + 2 + (i % 32)) * halfToNumber(view.getUint16(at, true));
  });
}

/** Floats to halves and back. */
export function encodeF16(values: Float32Array): Uint8Array {
  return new Uint8Array(Uint16Array.from(values, numberToHalf).buffer);
}

export function decodeF16(bytes: Uint8Array): Float32Array {
  return Float32Array.from(new Uint16Array(bytes.slice().buffer), halfToNumber);
}

/** W x in double precision, W (rows, cols), x as quantized activations. */
export function matvec(weights: Float32Array, rows: number, cols: number, { q, d }: Quantized): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += weights[r * cols + c]! * q[c]! * d[c >> 5]!;
    return sum;
  });
}

/** A row of activations as the table kernels take it: integers or steps, one scale for each 128 (the rest of a row: fewer). */
export interface Blocks {
  /** Activations in units of their scale: integers in `exact`, floats in `fast`. */
  readonly q: Float32Array;
  readonly d: Float32Array;
}

const largest = (values: Float32Array): number => values.reduce((most, v) => Math.max(most, v), 0);

/** W x in double precision, x as blocks. */
export function matvecBlocks(weights: Float32Array, rows: number, cols: number, { q, d }: Blocks): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += weights[r * cols + c]! * q[c]! * d[c >> 7]!;
    return sum;
  });
}

/** Blocks of 128 in steps of which the largest |a0| + |a1| + |a2| + |a3| has `most`. */
function blocks(x: Float32Array, most: number, round: (steps: number) => number): Blocks {
  const q = new Float32Array(x.length);
  const d = new Float32Array(Math.ceil(x.length / 128));
  d.forEach((_, b) => {
    const part = x.subarray(b * 128, b * 128 + 128);
    const sums = Float32Array.from({ length: part.length / 4 }, (_, g) => {
      const [a0, a1, a2, a3] = part.subarray(g * 4, g * 4 + 4).map(Math.abs) as unknown as [
        number,
        number,
        number,
        number,
      ];
      return Math.fround(a0 + a1) + Math.fround(a2 + a3);
    });
    const peak = largest(sums);
    d[b] = peak / most;
    const steps = Math.fround(most / peak);
    const inverse = Number.isFinite(steps) ? steps : 0;
    part.forEach((v, j) => (q[b * 128 + j] = round(Math.fround(v * inverse))));
  });
  return { q, d };
}

/** The exact form: integers. */
export function exactBlocks(x: Float32Array): Blocks {
  return blocks(x, 508, roundHalfEven);
}

/** The fast form, whose sums are rounded, not its activations. */
export function fastBlocks(x: Float32Array): Blocks {
  return blocks(x, 127, (steps) => steps);
}

/** Plain sums of each 64 activations of the exact form. */
export function exactSums({ q }: Blocks): Float32Array {
  return plainSums(q, (part) => part.reduce((sum, v) => sum + v, 0));
}

/** The same of the fast form, whose activations are floats: in the kernels' order of additions. */
export function fastSums({ q }: Blocks): Float32Array {
  return plainSums(q, (part) => {
    const lane = new Float32Array(4);
    for (let j = 0; j < 64; j += 8)
      lane.forEach((v, k) => (lane[k] = v + Math.fround(part[j + k]! + part[j + 4 + k]!)));
    return Math.fround(lane[0]! + lane[1]!) + Math.fround(lane[2]! + lane[3]!);
  });
}

function plainSums(q: Float32Array, sum: (part: Float32Array) => number): Float32Array {
  return Float32Array.from({ length: q.length / 64 }, (_, g) => sum(q.subarray(g * 64, g * 64 + 64)));
}

/** The 16 sums of 4 values, bit k of the index set where value k is added, in the kernels' order of additions. */
export function signedSums(a: ArrayLike<number>): number[] {
  const signed = (k: number, i: number): number => ((i >> k) & 1 ? a[k]! : -a[k]!);
  return Array.from({ length: 16 }, (_, i) =>
    Math.fround(Math.fround(signed(0, i) + signed(1, i)) + Math.fround(signed(2, i) + signed(3, i))),
  );
}

/** Signs of one row of 1-bit weights, 128 after another, as sums of a block. */
type BlockSum = (sign: (j: number) => boolean, from: number, length: number) => number;

/** S of the exact form: the activations added and subtracted. */
export function exactSum({ q }: Blocks): BlockSum {
  return (sign, from, length) => {
    let sum = 0;
    for (let j = 0; j < length; j++) sum += sign(j) ? q[from + j]! : -q[from + j]!;
    return sum;
  };
}

/** S of the fast form: entries of 8 bits, averaged by fours with halves rounded up. */
export function fastSum({ q }: Blocks): BlockSum {
  const tables = Array.from({ length: q.length / 4 }, (_, g) =>
    signedSums(q.subarray(g * 4, g * 4 + 4)).map((sum) => roundHalfEven(sum) + (g & 2 ? 128 : 127)),
  );
  const average = (a: number, b: number): number => (a + b + 1) >> 1;
  return (sign, from, length) => {
    let sum = 0;
    for (let j = 0; j < length; j += 16) {
      const entry = (k: number): number => {
        let index = 0;
        for (let bit = 0; bit < 4; bit++) if (sign(j + 4 * k + bit)) index |= 1 << bit;
        return tables[(from + j) / 4 + k]![index]!;
      };
      sum += 4 * (average(average(entry(0), entry(1)), average(entry(2), entry(3))) - 128);
    }
    return sum;
  };
}

/** W x of Q1_0 bytes in the kernels' own arithmetic, rounded as they round: y += S (H D), block after block. */
export function tableMatvecQ1(w: Uint8Array, rows: number, cols: number, d: Float32Array, sum: BlockSum): Float32Array {
  const view = new DataView(w.buffer, w.byteOffset, w.byteLength);
  return Float32Array.from({ length: rows }, (_, row) => {
    let y = 0;
    for (let b = 0; b < cols / 128; b++) {
      const at = (row * (cols / 128) + b) * 18;
      const half = halfToNumber(view.getUint16(at, true));
      const S = sum((j) => ((w[at + 2 + (j >> 3)]! >> (j & 7)) & 1) === (half < 0 ? 0 : 1), b * 128, 128);
      // The kernels' H is 2^-112 of the half, their D 2^112 of the scale.
      const scale = Math.fround(Math.fround(Math.abs(half) * 2 ** -112) * Math.fround(d[b]! * 2 ** 112));
      y = Math.fround(y + Math.fround(S * scale));
    }
    return y;
  });
}

/**
 * W x of Q2_0 or PQ2_0 bytes in the kernels' own arithmetic: y += ((S0 + 2 S1) + A) (H D / 2), group after group.
 * @param sums plain sums of the activations for each 64, in units of their scale
 */
export function tableMatvecQ2(
  w: Uint8Array,
  rows: number,
  cols: number,
  group: number,
  d: Float32Array,
  sums: Float32Array,
  sum: BlockSum,
): Float32Array {
  const view = new DataView(w.buffer, w.byteOffset, w.byteLength);
  const groupBytes = 2 + group / 4;
  return Float32Array.from({ length: rows }, (_, row) => {
    let y = 0;
    for (let g = 0; g < cols / group; g++) {
      const at = (row * (cols / group) + g) * groupBytes;
      const code = (j: number): number => w[at + 2 + (j >> 2)]! >> (2 * (j & 3));
      const from = g * group;
      const plain = group === 64 ? sums[g]! : Math.fround(sums[2 * g]! + sums[2 * g + 1]!);
      const low = sum((j) => (code(j) & 1) === 1, from, group);
      const high = sum((j) => (code(j) & 2) === 2, from, group);
      const S = Math.fround(low + 2 * high + plain);
      const half = Math.fround(halfToNumber(view.getUint16(at, true)) * 2 ** -112);
      const scale = Math.fround(half * Math.fround(Math.fround(d[from >> 7]! * 2 ** 112) / 2));
      y = Math.fround(y + Math.fround(S * scale));
    }
    return y;
  });
}
