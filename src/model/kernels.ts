/** The compiled kernels and their signatures: see assembly/ for the shapes behind the addresses. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

export interface Kernels {
  /** What they are compiled to: threads that share the memory instantiate it again. */
  readonly module: WebAssembly.Module;
  /** Returns the number of scales that are not finite, as repackQ2. */
  repackQ1(w: number, rows: number, cols: number, scratch: number): number;
  tablesExact(tables: number, scales: number, sums: number, x: number, dim: number, n: number): void;
  tablesFast(tables: number, scales: number, sums: number, x: number, dim: number, n: number): void;
  matvecQ1Exact(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    tables: number,
    scales: number,
    n: number,
  ): void;
  matvecQ1Fast(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    tables: number,
    scales: number,
    n: number,
  ): void;
  embedQ1(out: number, w: number, row: number, cols: number): void;
  repackQ2(w: number, rows: number, cols: number, group: number, scratch: number): number;
  matvecQ2Exact(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    group: number,
    tables: number,
    scales: number,
    sums: number,
    n: number,
  ): void;
  matvecQ2Fast(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    group: number,
    tables: number,
    scales: number,
    sums: number,
    n: number,
  ): void;
  embedQ2(out: number, w: number, row: number, cols: number, group: number): void;
  matmulQ8(
    out: number,
    stride: number,
    w: number,
    rows: number,
    cols: number,
    bytes: number,
    scales: number,
    n: number,
  ): void;
  embedQ8(out: number, w: number, row: number, cols: number): void;
  matmulF16(out: number, stride: number, w: number, rows: number, cols: number, x: number, n: number): void;
  embedF16(out: number, w: number, row: number, cols: number): void;
  matmulF32(out: number, stride: number, w: number, rows: number, cols: number, x: number, n: number): void;
  embedF32(out: number, w: number, row: number, cols: number): void;
  columns(columns: number, scales: number, sums: number, x: number, dim: number, n: number): void;
  /** Bytes of scratch that each thread needs for prefillQ1 and prefillQ2. */
  prefillScratch(): number;
  prefillQ1(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    columns: number,
    scales: number,
    n: number,
    scratch: number,
  ): void;
  prefillQ1Small(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    columns: number,
    scales: number,
    n: number,
    scratch: number,
  ): void;
  prefillQ2(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    group: number,
    columns: number,
    scales: number,
    sums: number,
    n: number,
    scratch: number,
  ): void;
  prefillQ2Small(
    out: number,
    outStride: number,
    w: number,
    rows: number,
    cols: number,
    group: number,
    columns: number,
    scales: number,
    sums: number,
    n: number,
    scratch: number,
  ): void;
  quantizeBytes(bytes: number, scales: number, x: number, dim: number, n: number): void;
  openTeam(team: number): number;
  stopTeam(team: number, reason: number): void;
  lead(team: number, servers: number): number;
  serve(team: number, room: number): void;
  rmsNorm(out: number, x: number, weight: number, dim: number, n: number, eps: number): void;
  addTo(x: number, y: number, n: number): void;
  normHeads(x: number, weight: number, heads: number, headDim: number, stride: number, n: number, eps: number): void;
  ropeHeads(x: number, angles: number, heads: number, headDim: number, stride: number, n: number): void;
  storeHalf(out: number, x: number, n: number): void;
  storeKey(rows: number, scales: number, position: number, x: number, headDim: number, precision: number): void;
  storeValue(rows: number, scales: number, position: number, x: number, headDim: number, precision: number): void;
  attend(
    out: number,
    q: number,
    keys: number,
    values: number,
    keyScales: number,
    valueScales: number,
    scratch: number,
    position: number,
    context: number,
    group: number,
    headDim: number,
    stride: number,
    qStride: number,
    n: number,
    precision: number,
  ): void;
  swiglu(gate: number, up: number, n: number): void;
}

/**
 * Variants built by asconfig.json, equal in every bit of their results: `simd` runs everywhere, `relaxed` (relaxed SIMD)
 * is faster on x86, `ordered` is the same in the order of its source, for engines that keep the order (V8 from Node 24 on);
 * `debug` is unoptimized and asserts; `arm` is in the order in which small ARM cores want it, written out for engines that
 * keep it; `armloop` is its short form, for V8 before Node 24.
 */
export type KernelVariant = 'simd' | 'relaxed' | 'ordered' | 'arm' | 'armloop' | 'debug';

/** Whether a variant has the products written for ARM: of prompts they have one form, with small tables (assembly/arm.ts). */
export function isForArm(variant: KernelVariant): boolean {
  return variant === 'arm' || variant === 'armloop';
}

/** The compiled module of a variant, as it is on disk. */
export function readKernels(variant: KernelVariant): Uint8Array<ArrayBuffer> {
  return readFileSync(new URL(`../../kernels/kernels.${variant}.wasm`, import.meta.url));
}

/**
 * The variants that can run on this machine, the fastest first: relaxed SIMD on x86 where the engine has it, as Node 22
 * does, or can be told to, as Node 20. On ARM a plain table look-up is one instruction already, and what counts is the
 * order of instructions.
 */
export function variantsHere(): KernelVariant[] {
  const keepsOrder = nodeMajor() >= 24;
  if (process.arch === 'arm64') return keepsOrder ? ['arm', 'armloop', 'simd'] : ['armloop', 'simd'];
  if (process.arch !== 'x64' || !canRelax()) return ['simd'];
  return keepsOrder ? ['ordered', 'relaxed', 'simd'] : ['relaxed', 'simd'];
}

function nodeMajor(): number {
  return Number(process.versions.node.split('.')[0]);
}

/** Whether the relaxed variants can be run here; switches relaxed SIMD on in Node 20, where it waits behind a flag. */
export function canRelax(): boolean {
  const bytes = readKernels('relaxed');
  if (WebAssembly.validate(bytes)) return true;
  // Later versions know no such flag, and say so on stderr.
  if (nodeMajor() !== 20) return false;
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(bytes);
}

export function compileKernels(variant: KernelVariant): WebAssembly.Module {
  return new WebAssembly.Module(readKernels(variant));
}

/** Instantiates a compiled variant over the memory. */
export function loadKernels(memory: WebAssembly.Memory, module: WebAssembly.Module): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...exports, module } as unknown as Kernels;
}
