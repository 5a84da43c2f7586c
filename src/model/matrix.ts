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

/**
 * How a 1- or 2-bit product takes activations: `exact` is integer arithmetic, sums of four having 10 bits, `fast` rounds
 * these sums to 8 bits (assembly/tables.ts); `many` is exact for more tokens at a time than tables are made for, and so is
 * `small`, for small caches.
 */
export type ProductKind = 'exact' | 'fast' | 'many' | 'small';

/** Forms of activations, as the bits by which the kernels know them: assembly/jobs.ts. */
export const FORM = { exact: 1, fast: 2, many: 4, small: 4, bytes: 8, halves: 16, floats: 0 } as const;

/** Where a matrix finds its activations. */
export type ActivationForm = 'tables' | 'bytes' | 'halves' | 'floats';

export interface MatrixFormat {
  readonly name: string;
  readonly form: ActivationForm;
  /** Weights that share a scale: rows must be a multiple. */
  readonly group: number;
  readonly groupBytes: number;
  /** The kernels' numbers of its products: assembly/jobs.ts. */
  readonly job: Readonly<Record<ProductKind, number>>;
  /**
   * Brings rows as the file has them into the kernels' layout, in place; `scratch` holds 16 rows. Returns how many
   * scales are not finite.
   */
  readonly repack?: (k: Kernels, m: Matrix, scratch: number) => number;
  /** out (cols) f32 = row of W. */
  readonly embed: (k: Kernels, out: number, m: Matrix, row: number) => void;
}

/** Rows of a tile: outputs and tiled matrices are padded to it. */
export const TILE_ROWS = 16;
/** Tokens that tables are made for at once; more are taken together in another form. */
export const TABLE_TOKENS = 8;

export const roundUp = (n: number, step: number): number => Math.ceil(n / step) * step;

/** Bytes of a matrix in memory. */
export function matrixBytes(format: MatrixFormat, rows: number, cols: number): number {
  return (roundUp(rows, TILE_ROWS) * cols * format.groupBytes) / format.group;
}

/** The form, as a bit, that a matrix wants of activations. */
export function formBit({ form }: MatrixFormat, kind: ProductKind): number {
  return form === 'tables' ? FORM[kind] : FORM[form];
}

const always = (job: number): MatrixFormat['job'] => ({ exact: job, fast: job, many: job, small: job });

const twoBit = (name: string, group: number): MatrixFormat => ({
  name,
  form: 'tables',
  group,
  groupBytes: 2 + group / 4,
  job: { exact: 4, fast: 5, many: 6, small: 7 },
  repack: (k, m, scratch) => k.repackQ2(m.address, m.rows, m.cols, group, scratch),
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
      job: { exact: 0, fast: 1, many: 2, small: 3 },
      repack: (k, m, scratch) => k.repackQ1(m.address, m.rows, m.cols, scratch),
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
      job: always(8),
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
      job: always(9),
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
      job: always(10),
      embed: (k, out, m, row) => k.embedF32(out, m.address, row, m.cols),
    },
  ],
] satisfies [number, MatrixFormat][]);

export const MATRIX_TYPES: string = [...FORMATS.keys()].map((id) => ggmlType(id)!.name).join(', ');

/** The format of a ggml type; undefined where no kernel works on it. */
export function matrixFormat(type: number): MatrixFormat | undefined {
  return FORMATS.get(type);
}

/** Matrices of the same input that lie one behind the other in memory, as one where they can be: their rows stacked. */
export function stacked(matrices: readonly Matrix[]): readonly Matrix[] {
  const stacks: Matrix[] = [];
  for (const m of matrices) {
    const last = stacks.at(-1);
    const follows =
      last !== undefined &&
      last.format === m.format &&
      last.rows % TILE_ROWS === 0 &&
      last.address + matrixBytes(last.format, last.rows, last.cols) === m.address;
    if (follows) stacks[stacks.length - 1] = { ...last, rows: last.rows + m.rows };
    else stacks.push(m);
  }
  return stacks;
}
