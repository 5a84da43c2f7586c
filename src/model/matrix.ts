/** Weight formats: how a matrix lies in memory, what it wants its activations as, and which kernels work on it. */
import { F16, F32, ggmlType, PQ2_0, Q1_0, Q2_0, Q8_0 } from '../gguf/types.ts';
import type { Kernels } from './kernels.ts';

/** y (rows) = W x (cols). */
export interface Matrix {
  readonly address: number;
  readonly rows: number;
  readonly cols: number;
  readonly format: MatrixFormat;
}

/** One batch of activations in the forms that matrices want, as addresses. Only what the model needs is there. */
export interface Activations {
  readonly tables: number; // (n, width / 4, 2, 16) u8: see assembly/quantize.ts
  readonly scales: number; // (n, width / 32) f32
  readonly sums: number; // (n, width / 32) i16
  readonly bytes: number; // (n, width) i8
  readonly halves: number; // (n, width) f16
}

/** Form of the activations; `floats` are the activations themselves. */
export type ActivationForm = 'tables' | 'bytes' | 'halves' | 'floats';

export interface MatrixFormat {
  readonly name: string;
  readonly form: ActivationForm;
  /** Weights that share a scale: rows must be a multiple. */
  readonly group: number;
  readonly groupBytes: number;
  /** Brings rows as the file has them into the kernels' layout, in place; `scratch` holds 16 rows. */
  readonly repack?: (k: Kernels, m: Matrix, scratch: number) => void;
  /** out (n, rows rounded up to 16) f32 = x (n, cols) W^T. */
  readonly matmul: (k: Kernels, out: number, m: Matrix, x: number, a: Activations, n: number) => void;
  /** out (cols) f32 = row of W. */
  readonly embed: (k: Kernels, out: number, m: Matrix, row: number) => void;
}

/** Rows of a tile: outputs and tiled matrices are padded to it. */
export const TILE_ROWS = 16;

export const roundUp = (n: number, step: number): number => Math.ceil(n / step) * step;

/** Bytes of a matrix in memory. */
export function matrixBytes(format: MatrixFormat, rows: number, cols: number): number {
  return (roundUp(rows, TILE_ROWS) * cols * format.groupBytes) / format.group;
}

const twoBit = (name: string, group: number): MatrixFormat => ({
  name,
  form: 'tables',
  group,
  groupBytes: 2 + group / 4,
  repack: (k, m, scratch) => k.repackQ2(m.address, m.rows, m.cols, group, scratch),
  matmul: (k, out, m, _x, a, n) => k.matmulQ2(out, m.address, m.rows, m.cols, group, a.tables, a.scales, a.sums, n),
  embed: (k, out, m, row) => k.embedQ2(out, m.address, row, m.cols, group),
});

/** By ggml type id. */
const FORMATS: ReadonlyMap<number, MatrixFormat> = new Map([
  [
    Q1_0,
    {
      name: 'Q1_0',
      form: 'tables',
      group: 128,
      groupBytes: 18,
      repack: (k, m, scratch) => k.repackQ1(m.address, m.rows, m.cols, scratch),
      matmul: (k, out, m, _x, a, n) => k.matmulQ1(out, m.address, m.rows, m.cols, a.tables, a.scales, n),
      embed: (k, out, m, row) => k.embedQ1(out, m.address, row, m.cols),
    },
  ],
  [Q2_0, twoBit('Q2_0', 64)],
  [PQ2_0, twoBit('PQ2_0', 128)],
  [
    Q8_0,
    {
      name: 'Q8_0',
      form: 'bytes',
      group: 32,
      groupBytes: 34,
      matmul: (k, out, m, _x, a, n) => k.matmulQ8(out, m.address, m.rows, m.cols, a.bytes, a.scales, n),
      embed: (k, out, m, row) => k.embedQ8(out, m.address, row, m.cols),
    },
  ],
  [
    F16,
    {
      name: 'F16',
      form: 'halves',
      group: 32,
      groupBytes: 64,
      matmul: (k, out, m, _x, a, n) => k.matmulF16(out, m.address, m.rows, m.cols, a.halves, n),
      embed: (k, out, m, row) => k.embedF16(out, m.address, row, m.cols),
    },
  ],
  [
    F32,
    {
      name: 'F32',
      form: 'floats',
      group: 32,
      groupBytes: 128,
      matmul: (k, out, m, x, _a, n) => k.matmulF32(out, m.address, m.rows, m.cols, x, n),
      embed: (k, out, m, row) => k.embedF32(out, m.address, row, m.cols),
    },
  ],
] satisfies [number, MatrixFormat][]);

export const MATRIX_TYPES: string = [...FORMATS.keys()].map((id) => ggmlType(id)!.name).join(', ');

/** The format of a ggml type; undefined where no kernel works on it. */
export function matrixFormat(type: number): MatrixFormat | undefined {
  return FORMATS.get(type);
}
