/** A loaded model: its weights, its KV cache and its run state, all in one WASM memory of fixed size. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { Arena, MAX_BYTES, PAGE } from './arena.ts';
import { readConfig, type ModelConfig } from './config.ts';
import { forward } from './forward.ts';
import { layOutKv, type KvCache, type KvPrecision } from './kv-cache.ts';
import { loadKernels, type Kernels, type KernelVariant } from './kernels.ts';
import { Rope } from './rope.ts';
import { roundUp, TILE_ROWS, type ActivationForm, type Activations } from './matrix.ts';
import { layOutWeights, loadWeights, type Weights } from './weights.ts';

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
  readonly total: number;
}

export interface ModelOptions {
  /** Positions of the KV cache. Default: what the model was trained for, at most 1,024. */
  readonly context?: number;
  /** Precision of the KV cache. Default: f16. */
  readonly kv?: KvPrecision;
  /** Tokens of one forward pass. */
  readonly batch?: number;
  /** Upper bound of the WASM memory in bytes. */
  readonly maxBytes?: number;
  readonly kernels?: KernelVariant;
}

const DEFAULT_CONTEXT = 1024;
const DEFAULT_BATCH = 32;

export class Model {
  readonly config: ModelConfig;
  readonly context: number;
  readonly batch: number;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly rope: Rope;
  readonly weights: Weights;
  readonly state: RunState;
  /** The forms of activations that some matrix wants. */
  readonly forms: ReadonlySet<ActivationForm>;
  readonly kv: KvCache;
  readonly use: MemoryUse;
  /** Tokens whose keys and values the cache holds, in order. */
  #cached: number[] = [];

  /**
   * Lays out, reads and repacks a model.
   * @throws TokonomaError `model-architecture`, `model-config`, `model-tensor`, `model-tensor-type`, `memory-budget`
   */
  constructor(file: GgufFile, options: ModelOptions = {}) {
    const config = readConfig(file);
    this.config = config;
    this.context = options.context ?? Math.min(config.contextLength, DEFAULT_CONTEXT);
    this.batch = options.batch ?? DEFAULT_BATCH;
    if (this.context > config.contextLength) {
      throw new TokonomaError(
        'model-config',
        `${file.path}: a context of ${this.context} tokens is more than the model's ${config.contextLength}`,
      );
    }

    const arena = new Arena();
    const layout = layOutWeights(file, config, arena);
    const weightBytes = arena.bytes;
    this.kv = layOutKv(config, this.context, options.kv ?? 'f16', arena);
    const kvBytes = arena.bytes - weightBytes;
    this.forms = layout.forms;
    this.state = layOutState(config, this.context, this.batch, layout.forms, arena);
    const repackScratch = arena.take(layout.scratchBytes);
    const pages = Math.ceil(arena.bytes / PAGE);
    this.use = {
      weights: weightBytes,
      kv: kvBytes,
      scratch: arena.bytes - weightBytes - kvBytes,
      total: pages * PAGE,
    };
    const limit = Math.min(options.maxBytes ?? MAX_BYTES, MAX_BYTES);
    if (this.use.total > limit) {
      throw new TokonomaError(
        'memory-budget',
        `${file.path} needs ${mib(this.use.total)} (weights ${mib(weightBytes)}, KV cache of ${this.context} tokens ` +
          `${mib(kvBytes)}), more than the ${mib(limit)} it may have; try a smaller --context or a smaller model`,
      );
    }

    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.kernels = loadKernels(this.memory, options.kernels);
    loadWeights(file, layout, this.memory, this.kernels, repackScratch);
    this.weights = layout.weights;
    this.rope = new Rope(config.rope, config.headDim);
  }

  /** Tokens in the KV cache. */
  get length(): number {
    return this.#cached.length;
  }

  /**
   * Keeps of the cache what is also the beginning of `tokens` (but never all of them: the last token must be fed to
   * have logits), forgets the rest, and returns how many tokens need not be fed again.
   */
  reuse(tokens: ArrayLike<number>): number {
    const most = Math.min(this.#cached.length, tokens.length - 1);
    let same = 0;
    while (same < most && this.#cached[same] === tokens[same]) same++;
    this.#cached.length = Math.max(0, same);
    return this.#cached.length;
  }

  /**
   * Feeds tokens after those in the cache and returns the logits of the last, (vocab) f32: a view that the next call
   * overwrites.
   * @throws TokonomaError `context-full`, `bad-token`
   */
  feed(tokens: ArrayLike<number>): Float32Array {
    if (tokens.length === 0) throw new TokonomaError('bad-token', 'no token to feed');
    if (this.length + tokens.length > this.context) {
      throw new TokonomaError(
        'context-full',
        `${this.length + tokens.length} tokens do not fit the context of ${this.context}; raise --context or say less`,
      );
    }
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (!Number.isInteger(token) || token < 0 || token >= this.config.vocabSize) {
        throw new TokonomaError('bad-token', `token ${token} is not one of the model's ${this.config.vocabSize}`);
      }
    }
    for (let at = 0; at < tokens.length; at += this.batch) {
      const part = Array.prototype.slice.call(tokens, at, at + this.batch) as number[];
      forward(this, part, this.length, at + part.length === tokens.length);
      this.#cached.push(...part);
    }
    return new Float32Array(this.memory.buffer, this.state.logits, this.config.vocabSize);
  }
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

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 1048576)} MiB`;
}
