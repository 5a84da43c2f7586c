/**
 * One forward pass of a Qwen3 model (https://arxiv.org/abs/2505.09388; llama.cpp src/models/qwen3.cpp): the tokens in,
 * the KV cache and the logits of the last token out. Everything below is a kernel over WASM memory.
 */
import type { Model } from './model.ts';
import { roundUp, TILE_ROWS, type Matrix } from './matrix.ts';

/**
 * @param tokens at most `model.batch` token ids
 * @param position of the first of them
 * @param wantLogits false leaves out the vocabulary head
 */
export function forward(model: Model, tokens: readonly number[], position: number, wantLogits: boolean): void {
  const { config, kernels, weights, state: s, kv, context } = model;
  const { dim, ffn, heads, kvHeads, headDim, eps } = config;
  const qDim = heads * headDim;
  const kvDim = roundUp(kvHeads * headDim, TILE_ROWS);
  const n = tokens.length;

  /** Makes the n rows of activations at `x` the input of the matmuls that follow, in the forms their matrices want. */
  let input = 0;
  const take = (x: number, width: number, rows = n): void => {
    const a = s.activations;
    input = x;
    if (model.forms.has('tables')) kernels.quantizeTables(a.tables, a.scales, a.sums, x, width, rows);
    if (model.forms.has('bytes')) kernels.quantizeBytes(a.bytes, a.scales, x, width, rows);
    if (model.forms.has('halves')) kernels.storeHalf(a.halves, x, rows * width);
  };
  /** out (n, rows) = W x. */
  const matmul = (out: number, w: Matrix, rows = n): void =>
    w.format.matmul(kernels, out, w, input, s.activations, rows);

  tokens.forEach((token, i) => {
    weights.embedding.format.embed(kernels, s.x + i * dim * 4, weights.embedding, token);
    const angles = new Float32Array(model.memory.buffer, s.angles + i * headDim * 4, headDim);
    model.rope.angles(position + i, angles);
  });

  weights.layers.forEach((w, layer) => {
    // Attention. Keys and values of the new tokens join the cache before anyone looks at it.
    kernels.rmsNorm(s.h, s.x, w.attnNorm, dim, n, eps);
    take(s.h, dim);
    matmul(s.q, w.q);
    matmul(s.k, w.k);
    matmul(s.v, w.v);
    kernels.normHeads(s.q, w.qNorm, heads, headDim, qDim, n, eps);
    kernels.normHeads(s.k, w.kNorm, kvHeads, headDim, kvDim, n, eps);
    kernels.ropeHeads(s.q, s.angles, heads, headDim, qDim, n);
    kernels.ropeHeads(s.k, s.angles, kvHeads, headDim, kvDim, n);

    const keys = kv.keys + layer * kv.layerBytes; // (kvHeads, context) rows
    const values = kv.values + layer * kv.layerBytes;
    for (let i = 0; i < n; i++) {
      for (let h = 0; h < kvHeads; h++) {
        const from = (i * kvDim + h * headDim) * 4;
        const to = (h * context + position + i) * kv.rowBytes;
        kernels.storeKv(keys + to, s.k + from, headDim, kv.precisionId);
        kernels.storeKv(values + to, s.v + from, headDim, kv.precisionId);
      }
    }
    for (let i = 0; i < n; i++) {
      const at = i * qDim * 4;
      const length = position + i + 1;
      kernels.attention(
        s.att + at,
        s.q + at,
        keys,
        values,
        s.scores,
        s.row,
        length,
        context,
        heads,
        kvHeads,
        headDim,
        kv.precisionId,
      );
    }
    take(s.att, qDim);
    matmul(s.y, w.attnOut);
    kernels.addTo(s.x, s.y, n * dim);

    // Feed-forward.
    kernels.rmsNorm(s.h, s.x, w.ffnNorm, dim, n, eps);
    take(s.h, dim);
    matmul(s.gate, w.gate);
    matmul(s.up, w.up);
    kernels.swiglu(s.gate, s.up, n * ffn);
    take(s.gate, ffn);
    matmul(s.y, w.down);
    kernels.addTo(s.x, s.y, n * dim);
  });

  if (!wantLogits) return;
  kernels.rmsNorm(s.h, s.x + (n - 1) * dim * 4, weights.outputNorm, dim, 1, eps);
  take(s.h, dim, 1);
  matmul(s.logits, weights.head, 1);
}
