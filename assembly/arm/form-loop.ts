/** Kernels as loops, for the V8 of Node 20 and 22: in the place of form.ts. */
export const UNROLLED = false;
