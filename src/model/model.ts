/** A loaded model: its weights, its KV cache and its run state, all in one WASM memory of fixed size. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { PAGE } from './arena.ts';
import { readConfig, type ModelConfig } from './config.ts';
import { forward } from './forward.ts';
import { bestVariant, loadKernels, type Kernels, type KernelVariant } from './kernels.ts';
import type { KvCache } from './kv-cache.ts';
import type { MemoryUse, RunState } from './layout.ts';
import type { ActivationForm } from './matrix.ts';
import { planMemory, type MemoryPlan, type PlanOptions } from './plan.ts';
import { Rope } from './rope.ts';
import { loadWeights, type Weights } from './weights.ts';

export interface ModelOptions extends PlanOptions {
  readonly kernels?: KernelVariant;
}

export class Model {
  readonly config: ModelConfig;
  readonly context: number;
  readonly batch: number;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly kernelVariant: KernelVariant;
  readonly rope: Rope;
  readonly weights: Weights;
  readonly state: RunState;
  /** The forms of activations that some matrix wants. */
  readonly forms: ReadonlySet<ActivationForm>;
  readonly kv: KvCache;
  readonly use: MemoryUse;
  readonly plan: MemoryPlan;
  /** Tokens whose keys and values the cache holds, in order. */
  #cached: number[] = [];

  /**
   * Lays out, reads and repacks a model.
   * @throws TokonomaError `model-architecture`, `model-config`, `model-tensor`, `model-tensor-type`, `memory-budget`
   */
  constructor(file: GgufFile, options: ModelOptions = {}) {
    this.config = readConfig(file);
    const { layout, plan } = planMemory(file, this.config, process.memoryUsage.rss(), options);
    this.plan = plan;
    this.context = layout.context;
    this.batch = layout.batch;
    this.kv = layout.kv;
    this.forms = layout.weights.forms;
    this.state = layout.state;
    this.use = layout.use;
    this.weights = layout.weights.weights;

    const pages = layout.use.total / PAGE;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.kernelVariant = options.kernels ?? bestVariant();
    this.kernels = loadKernels(this.memory, this.kernelVariant);
    loadWeights(file, layout.weights, this.memory, this.kernels, layout.repack);
    this.rope = new Rope(this.config.rope, this.config.headDim);
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
   * The first `count` positions of the KV cache as they lie in memory: (layers, 2: keys and values, kvHeads) views of
   * `count` rows each. Neither order nor size depends on the length of the context.
   */
  *cachedRows(count: number): Generator<Uint8Array> {
    const { keys, values, layerBytes, rowBytes } = this.kv;
    for (let layer = 0; layer < this.config.layers; layer++) {
      for (const side of [keys, values]) {
        for (let head = 0; head < this.config.kvHeads; head++) {
          const at = side + layer * layerBytes + head * this.context * rowBytes;
          yield new Uint8Array(this.memory.buffer, at, count * rowBytes);
        }
      }
    }
  }

  /**
   * Replaces what is cached by the state after `tokens`: `fill` writes it into the views of cachedRows and says whether
   * it is right. When it is not, or throws, nothing is cached.
   */
  restore(tokens: ArrayLike<number>, fill: (rows: Iterable<Uint8Array>) => boolean): boolean {
    if (tokens.length > this.context) return false;
    this.#cached.length = 0;
    if (!fill(this.cachedRows(tokens.length))) return false;
    for (let i = 0; i < tokens.length; i++) this.#cached.push(tokens[i]!);
    return true;
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
