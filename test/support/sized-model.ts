/** A GGUF of any size whose weights are noise: for what depends on how much there is and not on what it says. */
import { writeFileSync } from 'node:fs';
import { Q1_0, ggmlType } from '../../src/gguf/types.ts';
import { gguf, writeGguf, type TensorSource } from './gguf-writer.ts';
import { makeToyModel } from './toy-model.ts';

export interface Size {
  readonly layers: number;
  readonly dim: number;
  readonly ffn: number;
  /** Of attention; every one has its own keys and values. */
  readonly heads: number;
  readonly headDim: number;
  readonly context: number;
  /** Rows of the embedding, more than the vocabulary has tokens: a plan can be made for it, but no model. */
  readonly rows?: number;
}

/** Writes the model: Q1_0, Bonsai's template, a vocabulary of bytes. */
export function writeSizedModel(path: string, size: Size): void {
  const { layers, dim, ffn, heads, headDim, context } = size;
  const { metadata, tensors } = makeToyModel({ planFormat: 'hermes', layers: 1 }).source;
  const widths: Record<string, readonly [cols: number, rows: number]> = {
    attn_q: [dim, heads * headDim],
    attn_k: [dim, heads * headDim],
    attn_v: [dim, heads * headDim],
    attn_output: [heads * headDim, dim],
    ffn_gate: [dim, ffn],
    ffn_up: [dim, ffn],
    ffn_down: [ffn, dim],
  };
  const norms: Record<string, number> = { attn_norm: dim, attn_q_norm: headDim, attn_k_norm: headDim, ffn_norm: dim };
  const vocabSize = size.rows ?? tensors!.find(({ name }) => name === 'token_embd.weight')!.shape[1]!;
  const sources: TensorSource[] = [matrix('token_embd.weight', dim, vocabSize), ones('output_norm.weight', dim)];
  for (let i = 0; i < layers; i++) {
    for (const [name, shape] of Object.entries(widths)) sources.push(matrix(`blk.${i}.${name}.weight`, ...shape));
    for (const [name, length] of Object.entries(norms)) sources.push(ones(`blk.${i}.${name}.weight`, length));
  }
  const changed = {
    'qwen3.block_count': layers,
    'qwen3.embedding_length': dim,
    'qwen3.feed_forward_length': ffn,
    'qwen3.attention.head_count': heads,
    'qwen3.attention.head_count_kv': heads,
    'qwen3.attention.key_length': headDim,
    'qwen3.attention.value_length': headDim,
    'qwen3.context_length': context,
  };
  const figures = Object.fromEntries(Object.entries(changed).map(([key, value]) => [key, gguf.u32(value)]));
  writeFileSync(path, writeGguf({ metadata: { ...metadata, ...figures }, tensors: sources }));
}

function ones(name: string, length: number): TensorSource {
  return { name, type: 0, shape: [length], data: new Uint8Array(new Float32Array(length).fill(1).buffer) };
}

/** Random signs under a scale that leaves the size of what it is multiplied with about as it is. */
function matrix(name: string, cols: number, rows: number): TensorSource {
  const { blockSize, blockBytes } = ggmlType(Q1_0)!;
  const blocks = (cols * rows) / blockSize;
  const data = new Uint8Array(blocks * blockBytes);
  let state = cols * 31 + rows;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes
    data[i] = state >>> 24;
  }
  const view = new DataView(data.buffer);
  // A half of 2^-k for k = log2(sqrt(cols)): exponent 15 - k, no mantissa (IEEE 754, binary16).
  const scale = (15 - Math.round(Math.log2(cols) / 2)) << 10;
  for (let block = 0; block < blocks; block++) view.setUint16(block * blockBytes, scale, true);
  return { name, type: Q1_0, shape: [cols, rows], data };
}
