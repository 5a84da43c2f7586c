/** Rows of the KV cache in plain arithmetic, and how they lie in memory: as assembly/kv.ts describes them. */
import { halfToNumber, numberToHalf, roundHalfEven } from './half.ts';

export interface KvRows {
  readonly id: number;
  /** Bytes of a value. */
  readonly bytes: number;
  /** What attention over such rows may be off, relative to its largest output: 16-bit weights and queries at 8 bits. */
  readonly error: number;
  /** A row, with its scale behind it where it has one. */
  readonly encode: (x: Float32Array) => Uint8Array;
  readonly decode: (row: Uint8Array) => Float64Array;
  /** Where a dimension of a value of 8 or 16 bits lies, in values from the head's first. */
  readonly valueAt: (position: number, dimension: number, headDim: number) => number;
}

/** Positions whose values lie together. */
export const KV_TILE = 32;

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
    valueAt: (position, dimension, headDim) => position * headDim + dimension,
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
    // (tiles, headDim / 16, pairs of positions, 16, 2)
    valueAt: (position, dimension, headDim) => {
      const inTile = position % KV_TILE;
      const slice = ((position - inTile) * headDim) / 16 + Math.floor(dimension / 16) * KV_TILE;
      return (slice + (inTile & ~1)) * 16 + (dimension % 16) * 2 + (inTile & 1);
    },
  },
};
