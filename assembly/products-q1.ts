/**
 * The products of 1-bit matrices, in the order of operations that x86 wants. For ARM the build puts arm.ts
 * in the place of this file (scripts/build-wasm.mjs).
 */
export { matvecQ1Exact, matvecQ1Fast } from './matvec-q1';
export { prefillScratch } from './prefill';
export { prefillQ1, prefillQ1Small } from './prefill-q1';
