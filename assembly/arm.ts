/** The products of 1-bit matrices for ARM: in the place of products-q1.ts. */
import { matvec } from './arm/matvec-q1';
import { prefill } from './arm/prefill-q1';

export { prefillScratch } from './arm/prefill-q1';

export function matvecQ1Exact(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  tables: usize,
  scales: usize,
  n: i32,
): void {
  matvec(true, out, outStride, w, rows, cols, tables, scales, n);
}

export function matvecQ1Fast(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  tables: usize,
  scales: usize,
  n: i32,
): void {
  matvec(false, out, outStride, w, rows, cols, tables, scales, n);
}

export function prefillQ1(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  columns: usize,
  scales: usize,
  n: i32,
  scratch: usize,
): void {
  prefill(out, outStride, w, rows, cols, columns, scales, n, scratch);
}

/** There is one form only: its tables are small. */
export function prefillQ1Small(
  out: usize,
  outStride: i32,
  w: usize,
  rows: i32,
  cols: i32,
  columns: usize,
  scales: usize,
  n: i32,
  scratch: usize,
): void {
  prefill(out, outStride, w, rows, cols, columns, scales, n, scratch);
}
