/** The products of 1-bit matrices for ARM: in the place of products-q1.ts. */
import { matvec } from './arm/matvec-q1';

/** Of prefill there is one form only: its tables are small. */
export { prefill as prefillQ1, prefill as prefillQ1Small, prefillScratch } from './arm/prefill-q1';

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
