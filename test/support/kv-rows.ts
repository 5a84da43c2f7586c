/** Rows of the KV cache in plain arithmetic, as assembly/kv.ts describes them. */
import { halfToNumber, numberToHalf, roundHalfEven } from './half.ts';

export interface KvRows {
  readonly id: number;
  readonly bytes: (headDim: number) => number;
  readonly encode: (x: Float32Array) => Uint8Array;
  readonly decode: (row: Uint8Array) => Float64Array;
}

const view = (row: Uint8Array): DataView => new DataView(row.buffer, row.byteOffset, row.byteLength);
const f32 = Math.fround;

export const KV_ROWS: Readonly<Record<'f16' | 'q8' | 'q4', KvRows>> = {
  f16: {
    id: 0,
    bytes: (n) => 2 * n,
    encode: (x) => new Uint8Array(Uint16Array.from(x, numberToHalf).buffer),
    decode: (row) =>
      Float64Array.from({ length: row.length / 2 }, (_, i) => halfToNumber(view(row).getUint16(2 * i, true))),
  },
  q8: {
    id: 1,
    bytes: (n) => n + 4,
    encode: (x) => {
      const peak = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const row = new Uint8Array(x.length + 4);
      const inverse = peak > 0 ? f32(127 / peak) : 0;
      x.forEach((v, i) => view(row).setInt8(i, roundHalfEven(f32(v * inverse))));
      view(row).setFloat32(x.length, peak / 127, true);
      return row;
    },
    decode: (row) => {
      const n = row.length - 4;
      return Float64Array.from({ length: n }, (_, i) => view(row).getInt8(i) * view(row).getFloat32(n, true));
    },
  },
  q4: {
    id: 2,
    bytes: (n) => (n / 32) * 18,
    encode: (x) => {
      const row = new Uint8Array((x.length / 32) * 18);
      for (let g = 0; g < x.length / 32; g++) {
        const part = x.subarray(g * 32, g * 32 + 32);
        const extreme = part.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0);
        const d = f32(extreme / -8);
        view(row).setUint16(g * 18, numberToHalf(d), true);
        const inverse = d === 0 ? 0 : f32(1 / d);
        part.forEach((v, j) => {
          const q = Math.min(15, Math.trunc(f32(f32(v * inverse) + 8.5)));
          row[g * 18 + 2 + (j % 16)]! |= q << (j < 16 ? 0 : 4);
        });
      }
      return row;
    },
    decode: (row) =>
      Float64Array.from({ length: (row.length / 18) * 32 }, (_, i) => {
        const group = Math.floor(i / 32) * 18;
        const j = i % 32;
        const nibble = (row[group + 2 + (j % 16)]! >> (j < 16 ? 0 : 4)) & 15;
        return (nibble - 8) * halfToNumber(view(row).getUint16(group, true));
      }),
  },
};
