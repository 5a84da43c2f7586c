/**
 * The work of one stage of a forward pass, cut into chunks that threads may share (team.ts). A job is 16 words of i32,
 * written by src/model/team.ts: the number of chunks, whether it is revocable, its kind, then the arguments below.
 *
 *   MATMUL   out, stride, w, rows, cols, group, input, scales, sums, n, rows of a chunk, leader's scratch; chunk: rows
 *   ATTEND   out, qkv, keys, values, key scales, value scales, shape, position, n, leader's scratch; chunk: a KV head
 *   HEADS    qkv, keys, values, key scales, value scales, shape, q norm, k norm, angles, position, n; chunk: tokens
 *   NORM     x, y or 0, out, weight, dim, eps, n, activations, forms; chunk: tokens
 *   GATE     gate, up, ffn, n, activations, forms, columns of a chunk or 0; chunk: columns, or else tokens
 *   PREPARE  x, width, n, activations, forms; chunk: tokens
 */
import { attend } from './attention';
import { columns } from './columns';
import { matmulF16, matmulF32, matmulQ8 } from './dense';
import { storeHalf } from './half';
import { normHeads, ropeHeads } from './heads';
import { rowBytes, storeKey, storeValue } from './kv';
import { matvecQ2Exact, matvecQ2Fast } from './matvec-q2';
import { addTo, rmsNorm } from './norm';
import { prefillQ2, prefillQ2Small } from './prefill-q2';
import { matvecQ1Exact, matvecQ1Fast, prefillQ1, prefillQ1Small } from './products-q1';
import { quantizeBytes } from './quantize';
import { swiglu } from './swiglu';
import { tablesExact, tablesFast } from './tables';

/** A server's room begins with its copy of the job; then comes what a chunk results in, then its scratch. */
export const JOB_BYTES: usize = 64;
const RESULT_BYTES: usize = 1 << 18;
const SCRATCH: usize = JOB_BYTES + RESULT_BYTES;

/** Tokens of one chunk of the jobs that are cut by tokens: as many as the prefill kernels take at once. */
const TOKENS: i32 = 16;

const Q1_EXACT: i32 = 0;
const Q1_FAST: i32 = 1;
const Q1_PREFILL: i32 = 2;
const Q1_PREFILL_SMALL: i32 = 3;
const Q2_EXACT: i32 = 4;
const Q2_FAST: i32 = 5;
const Q2_PREFILL: i32 = 6;
const Q2_PREFILL_SMALL: i32 = 7;
const Q8: i32 = 8;
const F16: i32 = 9;
const F32: i32 = 10;
const ATTEND: i32 = 16;
const HEADS: i32 = 17;
const NORM: i32 = 18;
const GATE: i32 = 19;

/** Forms of activations, as bits. */
const TABLES_EXACT: i32 = 1;
const TABLES_FAST: i32 = 2;
const COLUMNS: i32 = 4;
const BYTES: i32 = 8;
const HALVES: i32 = 16;

// @ts-ignore: decorator
@inline
function word(job: usize, i: usize): i32 {
  return load<i32>(job + (i << 2));
}

// @ts-ignore: decorator
@inline
function address(job: usize, i: usize): usize {
  return load<u32>(job + (i << 2));
}

/** One chunk of a job. A server gives its room: results of a revocable job go there, and commit brings them home. */
export function work(job: usize, chunk: i32, room: usize): void {
  const kind = word(job, 2);
  if (kind <= F32) matmulChunk(job, kind, chunk, room);
  else if (kind == ATTEND) attendChunk(job, chunk, room);
  else if (kind == HEADS) headsChunk(job, chunk);
  else if (kind == NORM) normChunk(job, chunk);
  else if (kind == GATE) gateChunk(job, chunk);
  else prepareChunk(job, chunk);
}

/**
 * Multiply-adds of a chunk of a matrix product, in units of 256: a core takes about as long for one as to look whether
 * another is done.
 */
export function chunkWork(job: usize): i32 {
  return ((word(job, 13) * word(job, 12)) >> 4) * (word(job, 7) >> 4);
}

/** Copies what a server made of a chunk to where it belongs. */
export function commit(room: usize, chunk: i32): void {
  const stride = (<usize>word(room, 4)) << 2;
  const first = chunk * word(room, 13);
  const bytes = (<usize>min(word(room, 6) - first, word(room, 13))) << 2;
  let from = room + JOB_BYTES;
  let to = address(room, 3) + ((<usize>first) << 2);
  for (let i = word(room, 12); i > 0; i--, from += bytes, to += stride) memory.copy(to, from, bytes);
}

function matmulChunk(job: usize, kind: i32, chunk: i32, room: usize): void {
  const cols = word(job, 7);
  const group = word(job, 8);
  const n = word(job, 12);
  const first = chunk * word(job, 13);
  const rows = min(word(job, 6) - first, word(job, 13));
  const w = address(job, 5) + <usize>(first >> 4) * tileBytes(kind, cols, group);
  const input = address(job, 9);
  const scales = address(job, 10);
  const sums = address(job, 11);
  // What may be revoked waits in the server's room until it is committed.
  const waits = room && word(job, 1);
  const out = waits ? room + JOB_BYTES : address(job, 3) + ((<usize>first) << 2);
  const stride = waits ? rows : word(job, 4);
  const scratch = room ? room + SCRATCH : address(job, 14);
  if (kind == Q1_EXACT) matvecQ1Exact(out, stride, w, rows, cols, input, scales, n);
  else if (kind == Q1_FAST) matvecQ1Fast(out, stride, w, rows, cols, input, scales, n);
  else if (kind == Q1_PREFILL) prefillQ1(out, stride, w, rows, cols, input, scales, n, scratch);
  else if (kind == Q1_PREFILL_SMALL) prefillQ1Small(out, stride, w, rows, cols, input, scales, n, scratch);
  else if (kind == Q2_EXACT) matvecQ2Exact(out, stride, w, rows, cols, group, input, scales, sums, n);
  else if (kind == Q2_FAST) matvecQ2Fast(out, stride, w, rows, cols, group, input, scales, sums, n);
  else if (kind == Q2_PREFILL) prefillQ2(out, stride, w, rows, cols, group, input, scales, sums, n, scratch);
  else if (kind == Q2_PREFILL_SMALL) prefillQ2Small(out, stride, w, rows, cols, group, input, scales, sums, n, scratch);
  else if (kind == Q8) matmulQ8(out, stride, w, rows, cols, input, scales, n);
  else if (kind == F16) matmulF16(out, stride, w, rows, cols, input, n);
  else matmulF32(out, stride, w, rows, cols, input, n);
}

/** Bytes of 16 rows. */
function tileBytes(kind: i32, cols: i32, group: i32): usize {
  const c = <usize>cols;
  if (kind <= Q1_PREFILL_SMALL) return (c >> 7) * 288;
  if (kind <= Q2_PREFILL_SMALL) return (c / <usize>group) * (32 + ((<usize>group) << 2));
  if (kind == Q8) return (c >> 5) * (34 << 4);
  return c << (kind == F16 ? 5 : 6);
}

function attendChunk(job: usize, head: i32, room: usize): void {
  const shape = address(job, 9);
  const context = word(shape, 0);
  const kvHeads = word(shape, 2);
  const headDim = word(shape, 3);
  const precision = word(shape, 4);
  const group = word(shape, 1) / kvHeads;
  const h = <usize>head;
  const rows = h * <usize>context * rowBytes(precision, headDim);
  const scales = (h * <usize>context) << 2;
  const heads = (h * <usize>(group * headDim)) << 2;
  attend(
    address(job, 3) + heads,
    address(job, 4) + heads,
    address(job, 5) + rows,
    address(job, 6) + rows,
    address(job, 7) + scales,
    address(job, 8) + scales,
    room ? room + SCRATCH : address(job, 12),
    word(job, 10),
    context,
    group,
    headDim,
    word(shape, 1) * headDim,
    word(shape, 5),
    word(job, 11),
    precision,
  );
}

/** QK-norm and rotary embedding of new tokens; their keys and values join the cache. */
function headsChunk(job: usize, chunk: i32): void {
  const shape = address(job, 8);
  const context = word(shape, 0);
  const heads = word(shape, 1);
  const kvHeads = word(shape, 2);
  const headDim = word(shape, 3);
  const precision = word(shape, 4);
  const stride = word(shape, 5);
  const eps = load<f32>(shape + 24);
  const first = chunk * TOKENS;
  const n = min(word(job, 13) - first, TOKENS);
  const head = (<usize>headDim) << 2;
  const q = address(job, 3) + ((<usize>first * <usize>stride) << 2);
  const k = q + <usize>heads * head;
  const v = k + <usize>kvHeads * head;
  const angles = address(job, 11) + <usize>first * head;
  // A model without QK-norm has no weights for it.
  if (address(job, 9)) normHeads(q, address(job, 9), heads, headDim, stride, n, eps);
  if (address(job, 10)) normHeads(k, address(job, 10), kvHeads, headDim, stride, n, eps);
  ropeHeads(q, angles, heads, headDim, stride, n);
  ropeHeads(k, angles, kvHeads, headDim, stride, n);
  for (let i = 0; i < n; i++) {
    const position = word(job, 12) + first + i;
    for (let h: usize = 0; h < <usize>kvHeads; h++) {
      const from = ((<usize>i * <usize>stride) << 2) + h * head;
      const rows = h * <usize>context * rowBytes(precision, headDim);
      const scales = (h * <usize>context) << 2;
      storeKey(address(job, 4) + rows, address(job, 6) + scales, position, k + from, headDim, precision);
      storeValue(address(job, 5) + rows, address(job, 7) + scales, position, v + from, headDim, precision);
    }
  }
}

/** The residual stream takes a projection's output, and its norm becomes the next projection's input. */
function normChunk(job: usize, chunk: i32): void {
  const dim = word(job, 7);
  const first = chunk * TOKENS;
  const n = min(word(job, 9) - first, TOKENS);
  const at = (<usize>first * <usize>dim) << 2;
  const x = address(job, 3) + at;
  const y = address(job, 4);
  const out = address(job, 5) + at;
  if (y) addTo(x, y + at, n * dim);
  if (!address(job, 6)) return;
  rmsNorm(out, x, address(job, 6), dim, n, load<f32>(job + (8 << 2)));
  prepare(out, dim, 0, dim, first, n, address(job, 10), word(job, 11));
}

/** SwiGLU in place of the gate, which becomes the down projection's input. */
function gateChunk(job: usize, chunk: i32): void {
  const ffn = word(job, 5);
  const n = word(job, 6);
  const record = address(job, 7);
  const forms = word(job, 8);
  const width = word(job, 9);
  if (width) {
    const column = chunk * width;
    const count = min(ffn - column, width);
    for (let i = 0; i < n; i++) {
      const at = (<usize>(i * ffn + column)) << 2;
      swiglu(address(job, 3) + at, address(job, 4) + at, count);
      prepare(address(job, 3) + at, ffn, column, count, i, 1, record, forms);
    }
  } else {
    const first = chunk * TOKENS;
    const count = min(n - first, TOKENS);
    const at = (<usize>first * <usize>ffn) << 2;
    swiglu(address(job, 3) + at, address(job, 4) + at, count * ffn);
    prepare(address(job, 3) + at, ffn, 0, ffn, first, count, record, forms);
  }
}

function prepareChunk(job: usize, chunk: i32): void {
  const width = word(job, 4);
  const first = chunk * TOKENS;
  const n = min(word(job, 5) - first, TOKENS);
  const x = address(job, 3) + ((<usize>first * <usize>width) << 2);
  prepare(x, width, 0, width, first, n, address(job, 6), word(job, 7));
}

/**
 * Brings activations into the forms that the next matrices want.
 * @param x (n, count) f32: of tokens `first` and on, of rows of `width` the columns `column` and on
 * @param record addresses of: tables or columns, their scales, their sums, bytes, their scales, halves
 */
function prepare(
  x: usize,
  width: i32,
  column: i32, // multiple of 128; 0 where n > 1
  count: i32,
  first: i32, // multiple of 16 where columns are wanted
  n: i32,
  record: usize,
  forms: i32,
): void {
  const i = <usize>first;
  const c = <usize>column;
  const w = <usize>width;
  const scales = address(record, 1) + ((i * ((w + 127) >> 7) + (c >> 7)) << 2);
  const sums = address(record, 2) + ((i * (w >> 6) + (c >> 6)) << 2);
  if (forms & TABLES_EXACT) tablesExact(address(record, 0) + ((i * w + c) << 3), scales, sums, x, count, n);
  if (forms & TABLES_FAST) tablesFast(address(record, 0) + ((i * w + c) << 2), scales, sums, x, count, n);
  if (forms & COLUMNS) columns(address(record, 0) + ((i * w) << 1), scales, sums, x, count, n);
  if (forms & BYTES) {
    quantizeBytes(address(record, 3) + i * w + c, address(record, 4) + (((i * w + c) >> 5) << 2), x, count, n);
  }
  if (forms & HALVES) storeHalf(address(record, 5) + ((i * w + c) << 1), x, count * n);
}
