/** The kernels for ARM and the V8 of Node 24: ./index.ts, with those of 1-bit matrices in an order of their own. */
import { matvec } from './arm/matvec-q1';

export * from './index';
export { prefillQ1, prefillScratch } from './arm/prefill-q1';

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
  matvec(true, true, out, outStride, w, rows, cols, tables, scales, n);
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
  matvec(true, false, out, outStride, w, rows, cols, tables, scales, n);
}
