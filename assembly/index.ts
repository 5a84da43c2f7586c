/**
 * Every operation that touches weights or activations once per token. Pointers are byte addresses in the imported
 * memory, handed out by src/model/arena.ts; the comment beside each gives the shape behind it.
 */
export { tablesExact, tablesFast } from './tables';
export { matvecQ2Exact, matvecQ2Fast } from './matvec-q2';
export { columns } from './columns';
export { matvecQ1Exact, matvecQ1Fast, prefillQ1, prefillQ1Small, prefillScratch } from './products-q1';
export { prefillQ2, prefillQ2Small } from './prefill-q2';
export { repackQ1, embedQ1 } from './q1';
export { repackQ2, embedQ2 } from './q2';
export { matmulQ8, embedQ8, matmulF16, embedF16, matmulF32, embedF32 } from './dense';
export { quantizeBytes } from './quantize';
export { addTo, rmsNorm } from './norm';
export { normHeads, ropeHeads } from './heads';
export { storeHalf } from './half';
export { storeKey, storeValue } from './kv';
export { attend } from './attention';
export { openTeam, stopTeam, lead, serve } from './team';
export { swiglu } from './swiglu';
