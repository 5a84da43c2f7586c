/** Where everything of a model lies in its WASM memory, worked out before there is any. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { Arena, PAGE } from './arena.ts';
import type { ModelConfig } from './config.ts';
import { DEFAULT_KV, layOutKv, type KvCache, type KvPrecision } from './kv-cache.ts';
import { roundUp, TABLE_TOKENS, TILE_ROWS, type ActivationForm } from './matrix.ts';
import { PREFILL_SCRATCH, ROOM_BYTES, TEAM_BYTES } from './team.ts';
import { layOutWeights, type WeightLayout } from './weights.ts';

/** Activations of the tokens in flight, as addresses. `n` is the batch. */
export interface RunState {
  readonly x: number; // (n, dim) f32: the residual stream
  readonly h: number; // (n, dim) f32: a normed copy
  readonly qkv: number; // (n, qkvStride) f32: queries, keys, values
  readonly qkvStride: number;
  readonly att: number; // (n, heads * headDim) f32
  readonly gate: number; // (2, n, ffn) f32: gate, then up
  readonly y: number; // (n, dim) f32: what a projection adds to x
  /** What a projection reads, in the forms its matrices want; the width is that of the widest. */
  readonly activations: Activations;
  readonly angles: number; // (n, 2, headDim / 2) f32
  readonly logits: number; // (vocab rounded up to 16) f32
}

/** One batch of activations in the forms that matrices want, as addresses. Only what the model needs is there. */
export interface Activations {
  readonly tables: number; // (8, width * 8) u8 or (n, width) i16: see assembly/tables.ts, assembly/columns.ts
  readonly scales: number; // (n, width / 128 rounded up) f32
  readonly sums: number; // (n, width / 64) f32
  readonly bytes: number; // (n, width) i8
  readonly byteScales: number; // (n, width / 32) f32
  readonly halves: number; // (n, width) f16
}

/** What threads work with, as addresses. */
export interface TeamState {
  readonly team: number; // (TEAM_BYTES) u8
  readonly rooms: readonly number[]; // each ROOM_BYTES and the scratch
  readonly scratch: number; // the leader's
  /** Numbers that jobs look up: assembly/jobs.ts. */
  readonly shape: number; // (7) i32
  readonly record: number; // (6) i32
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
  readonly threads: number;
  readonly weights: WeightLayout;
  readonly kv: KvCache;
  readonly state: RunState;
  readonly team: TeamState;
  /** Room for repacking one tile of weights. */
  readonly repack: number;
  readonly use: MemoryUse;
}

export interface LayoutOptions {
  /** Positions of the KV cache. Default: what the model was trained for, at most 1,024. */
  readonly context?: number;
  /** Precision of the KV cache. Default: q8. */
  readonly kv?: KvPrecision;
  /** Tokens of one forward pass. */
  readonly batch?: number;
  /** Threads that share the work. Default: 1. */
  readonly threads?: number;
  /** Embedding and head stay in the file (vocabulary.ts). Default: false. */
  readonly paged?: boolean;
}

const DEFAULT_CONTEXT = 1024;
const DEFAULT_BATCH = 32;

export function defaultContext(config: ModelConfig): number {
  return Math.min(config.contextLength, DEFAULT_CONTEXT);
}

/** @throws TokonomaError `model-config`, `model-tensor`, `model-tensor-type` */
export function layOutModel(file: GgufFile, config: ModelConfig, options: LayoutOptions = {}): ModelLayout {
  const context = options.context ?? defaultContext(config);
  const { batch = DEFAULT_BATCH, threads = 1 } = options;
  if (context > config.contextLength) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: a context of ${context} tokens is more than the model's ${config.contextLength}`,
    );
  }
  const arena = new Arena();
  const weights = layOutWeights(file, config, arena, options.paged);
  const weightBytes = arena.bytes;
  const kv = layOutKv(config, context, options.kv ?? DEFAULT_KV, arena);
  const kvBytes = arena.bytes - weightBytes;
  const state = layOutState(config, batch, weights.forms, arena);
  const team = layOutTeam(config, kv.positions, threads - 1, arena);
  const repack = arena.take(weights.scratchBytes);
  const total = roundUp(arena.bytes, PAGE);
  const use: MemoryUse = { weights: weightBytes, kv: kvBytes, scratch: total - weightBytes - kvBytes, total };
  return { context, batch, threads, weights, kv, state, team, repack, use };
}

function layOutState(config: ModelConfig, batch: number, forms: ReadonlySet<ActivationForm>, arena: Arena): RunState {
  const { dim, ffn, headDim } = config;
  const qDim = config.heads * headDim;
  const kvDim = config.kvHeads * headDim;
  const qkvStride = qDim + kvDim + roundUp(kvDim, TILE_ROWS);
  const widest = Math.max(dim, ffn, qDim);
  const floats = (n: number): number => arena.take(n * 4);
  const tableBytes = Math.max(Math.min(batch, TABLE_TOKENS) * 8, roundUp(batch, 16) * 2) * roundUp(widest, 128);
  return {
    x: floats(batch * dim),
    h: floats(batch * dim),
    qkv: floats(batch * qkvStride),
    qkvStride,
    att: floats(batch * roundUp(qDim, TILE_ROWS)),
    gate: floats(2 * batch * roundUp(ffn, TILE_ROWS)),
    y: floats(batch * roundUp(dim, TILE_ROWS)),
    activations: {
      tables: arena.take(forms.has('tables') ? tableBytes : 0),
      scales: floats(roundUp(batch, 16) * Math.ceil(widest / 128)),
      sums: floats(roundUp(batch, 16) * Math.ceil(widest / 64)),
      bytes: arena.take(forms.has('bytes') ? batch * widest : 0),
      byteScales: floats(forms.has('bytes') ? (batch * widest) / 32 : 0),
      halves: arena.take(forms.has('halves') ? batch * widest * 2 : 0),
    },
    angles: floats(batch * headDim),
    logits: floats(roundUp(config.vocabSize, TILE_ROWS)),
  };
}

/** What a thread needs beside: for attention two rows of scores and two queries, for many tokens at once a table. */
function layOutTeam(config: ModelConfig, positions: number, servers: number, arena: Arena): TeamState {
  const scratchBytes = Math.max(2 * (positions + config.headDim) * 4, PREFILL_SCRATCH);
  return {
    team: arena.take(TEAM_BYTES),
    scratch: arena.take(scratchBytes),
    rooms: Array.from({ length: servers }, () => arena.take(ROOM_BYTES + scratchBytes)),
    shape: arena.take(7 * 4),
    record: arena.take(6 * 4),
  };
}
