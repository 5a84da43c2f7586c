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

/** W x in double precision, W (rows, cols) given as GGUF Q1_0 bytes, x as quantized activations. */
export function matvecQ1(w: Uint8Array, rows: number, cols: number, x: Quantized): Float64Array {
  const weights = decodeQ1(w);
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += weights[r * cols + c]! * x.q[c]! * x.d[c >> 5]!;
    return sum;
  });
}
