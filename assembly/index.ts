/**
 * Every operation that touches weights or activations once per token. Pointers are byte addresses in the imported
 * memory, handed out by src/model/arena.ts; the comment beside each gives the shape behind it.
 */
export { repackQ1, matmulQ1, embedQ1 } from './q1';
export { quantizeTables } from './quantize';
export { addTo, rmsNorm } from './norm';
export { normHeads, ropeHeads } from './heads';
export { storeHalf } from './half';
export { attention } from './attention';
export { swiglu } from './swiglu';
