/** Kernels written out, for the V8 of Node 24, which keeps their order. */
export const UNROLLED = true;
