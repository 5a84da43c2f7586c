/** Rows of the KV cache in plain arithmetic, as assembly/kv.ts describes them; a scale stands behind its row. */
import { halfToNumber, numberToHalf, roundHalfEven } from './half.ts';

export interface KvRows {
  readonly id: number;
  /** Bytes of a value. */
  readonly bytes: number;
  /** What attention over such rows may be off, relative to its largest output: 16-bit weights and queries at 8 bits. */
  readonly error: number;
  readonly encode: (x: Float32Array) => Uint8Array;
  readonly decode: (row: Uint8Array) => Float64Array;
}

const view = (row: Uint8Array): DataView => new DataView(row.buffer, row.byteOffset, row.byteLength);
const f32 = Math.fround;

export const KV_ROWS: Readonly<Record<'f16' | 'q8', KvRows>> = {
  f16: {
    id: 0,
    bytes: 2,
    error: 1e-5,
    encode: (x) => new Uint8Array(Uint16Array.from(x, numberToHalf).buffer),
    decode: (row) =>
      Float64Array.from({ length: row.length / 2 }, (_, i) => halfToNumber(view(row).getUint16(2 * i, true))),
  },
  q8: {
    id: 1,
    bytes: 1,
    error: 1e-3,
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
};
