/** Where everything of a model lies in its WASM memory, worked out before there is any. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { Arena, PAGE } from './arena.ts';
import type { ModelConfig } from './config.ts';
import { layOutKv, type KvCache, type KvPrecision } from './kv-cache.ts';
import { roundUp, TILE_ROWS, type ActivationForm, type Activations } from './matrix.ts';
import { layOutWeights, type WeightLayout } from './weights.ts';

/** Activations of the tokens in flight, as addresses. `n` is the batch. */
export interface RunState {
  readonly x: number; // (n, dim) f32: the residual stream
  readonly h: number; // (n, dim) f32: a normed copy
  readonly q: number; // (n, heads * headDim) f32
  readonly k: number; // (n, kvHeads * headDim) f32
  readonly v: number; // (n, kvHeads * headDim) f32
  readonly att: number; // (n, heads * headDim) f32
  readonly gate: number; // (n, ffn) f32
  readonly up: number; // (n, ffn) f32
  readonly y: number; // (n, dim) f32: what a projection adds to x
  /** What a projection reads, in the forms its matrices want; the width is that of the widest. */
  readonly activations: Activations;
  readonly angles: number; // (n, 2, headDim / 2) f32
  readonly scores: number; // (heads / kvHeads, context rounded up to 4) f32
  readonly row: number; // (headDim) f32: one row of the KV cache
  readonly logits: number; // (vocab rounded up to 16) f32
}

/** Bytes of each part of the memory. */
export interface MemoryUse {
  readonly weights: number;
  readonly kv: number;
  readonly scratch: number;
  /** The sum: whole pages. */
  readonly total: number;
}

export interface ModelLayout {
  readonly context: number;
  readonly batch: number;
  readonly weights: WeightLayout;
  readonly kv: KvCache;
  readonly state: RunState;
  /** Room for repacking one tile of weights. */
  readonly repack: number;
  readonly use: MemoryUse;
}

export interface LayoutOptions {
  /** Positions of the KV cache. Default: what the model was trained for, at most 1,024. */
  readonly context?: number;
  /** Precision of the KV cache. Default: f16. */
  readonly kv?: KvPrecision;
  /** Tokens of one forward pass. */
  readonly batch?: number;
}

const DEFAULT_CONTEXT = 1024;
const DEFAULT_BATCH = 32;

export function defaultContext(config: ModelConfig): number {
  return Math.min(config.contextLength, DEFAULT_CONTEXT);
}

/** @throws TokonomaError `model-config`, `model-tensor`, `model-tensor-type` */
export function layOutModel(file: GgufFile, config: ModelConfig, options: LayoutOptions = {}): ModelLayout {
  const context = options.context ?? defaultContext(config);
  const batch = options.batch ?? DEFAULT_BATCH;
  if (context > config.contextLength) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: a context of ${context} tokens is more than the model's ${config.contextLength}`,
    );
  }
  const arena = new Arena();
  const weights = layOutWeights(file, config, arena);
  const weightBytes = arena.bytes;
  const kv = layOutKv(config, context, options.kv ?? 'f16', arena);
  const kvBytes = arena.bytes - weightBytes;
  const state = layOutState(config, context, batch, weights.forms, arena);
  const repack = arena.take(weights.scratchBytes);
  const total = roundUp(arena.bytes, PAGE);
  const use: MemoryUse = { weights: weightBytes, kv: kvBytes, scratch: total - weightBytes - kvBytes, total };
  return { context, batch, weights, kv, state, repack, use };
}

function layOutState(
  config: ModelConfig,
  context: number,
  batch: number,
  forms: ReadonlySet<ActivationForm>,
  arena: Arena,
): RunState {
  const { dim, ffn, headDim } = config;
  const qDim = config.heads * headDim;
  const kvDim = config.kvHeads * headDim;
  const widest = Math.max(dim, ffn, qDim);
  const floats = (n: number): number => arena.take(n * 4);
  return {
    x: floats(batch * dim),
    h: floats(batch * dim),
    q: floats(batch * roundUp(qDim, TILE_ROWS)),
    k: floats(batch * roundUp(kvDim, TILE_ROWS)),
    v: floats(batch * roundUp(kvDim, TILE_ROWS)),
    att: floats(batch * qDim),
    gate: floats(batch * ffn),
    up: floats(batch * ffn),
    y: floats(batch * dim),
    activations: {
      tables: arena.take(forms.has('tables') ? batch * widest * 8 : 0),
      scales: floats((batch * widest) / 32),
      sums: arena.take((batch * widest) / 16),
      bytes: arena.take(forms.has('bytes') ? batch * widest : 0),
      halves: arena.take(forms.has('halves') ? batch * widest * 2 : 0),
    },
    angles: floats(batch * headDim),
    scores: floats((config.heads / config.kvHeads) * roundUp(context, 4)),
    row: floats(headDim),
    logits: floats(roundUp(config.vocabSize, TILE_ROWS)),
  };
}
