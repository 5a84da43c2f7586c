/** A loaded model: its weights, its KV cache and its run state, all in one WASM memory of fixed size. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { PQ2_0, Q2_0 } from '../gguf/types.ts';
import { PAGE } from './arena.ts';
import { manyOrSmall } from './calibrate.ts';
import { readConfig, type ModelConfig } from './config.ts';
import { Forward } from './forward.ts';
import { isForArm, loadKernels, variantsHere, type Kernels, type KernelVariant } from './kernels.ts';
import type { KvCache } from './kv-cache.ts';
import type { MemoryUse, RunState } from './layout.ts';
import type { Measured } from './measured.ts';
import { roundUp, TABLE_TOKENS, TILE_ROWS } from './matrix.ts';
import { planMemory, type MemoryPlan, type PlanOptions } from './plan.ts';
import { Rope } from './rope.ts';
import { soundKernels } from './self-check.ts';
import type { OnProgress, Precision } from './types.ts';
import { Team } from './team.ts';
import { Pages, Vocabulary } from './vocabulary.ts';
import { loadWeights, type Weights } from './weights.ts';

export interface ModelOptions extends PlanOptions {
  readonly kernels?: KernelVariant;
  /** Of the products that generate text, and on ARM of those that read a prompt. */
  readonly precision?: Precision;
  /** What was measured on this machine before; absent: it is measured anew. */
  readonly measured?: Measured;
  /** Told what may interest a log. */
  readonly note?: (message: string) => void;
  /** (1) counted up by every job; see Team. */
  readonly beat?: Int32Array;
  /** Told of bytes of weights that are in their place. */
  readonly onLoad?: OnProgress;
}

export interface FeedOptions {
  /** Read as a prompt is, exactly (on ARM by the model's precision). Default: whether there are more tokens than are generated at once. */
  readonly exact?: boolean;
  /** Tokens whose logits are wanted, ascending; the others are left as they are. Default: all. */
  readonly allowed?: ArrayLike<number>;
  /** Asked before each layer; true ends with code `cancelled`, and of the batch that was being read nothing counts. */
  readonly cancelled?: () => boolean;
  /** Told after each batch how many of the tokens are read. */
  readonly onRead?: OnProgress;
}

const AUTO = 'fast';
/** Of more than this share of the vocabulary all logits are computed: leaving out single rows saves nothing then. */
const WORTH_PICKING = 0.25;

export class Model {
  readonly config: ModelConfig;
  readonly context: number;
  readonly batch: number;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly kernelVariant: KernelVariant;
  readonly rope: Rope;
  readonly weights: Weights;
  readonly vocabulary: Vocabulary;
  readonly state: RunState;
  readonly team: Team;
  readonly precision: 'exact' | 'fast';
  /** What prompts are read by. */
  readonly reads: 'exact' | 'fast';
  /** What jobs look up (assembly/jobs.ts), as addresses, and eps as the bits of its float. */
  readonly shape: number;
  readonly record: number;
  readonly scratch: number;
  readonly eps: number;
  readonly kv: KvCache;
  readonly use: MemoryUse;
  readonly plan: MemoryPlan;
  readonly #forward: Forward;
  readonly #pages: Pages | undefined;
  /** Tokens whose keys and values the cache holds, in order. */
  #cached: number[] = [];
  readonly #many: 'many' | 'small';
  /** Tokens of the last batch, and how they were computed. */
  #rows = 0;
  #kind: 'exact' | 'fast' = 'exact';

  /**
   * Lays out, reads and repacks a model.
   * @throws TokonomaError `model-architecture`, `model-config`, `model-tensor`, `model-tensor-type`, `memory-budget`,
   * `kernels-broken`
   */
  constructor(file: GgufFile, options: ModelOptions = {}) {
    this.config = readConfig(file);
    const { layout, plan } = planMemory(file, this.config, process.memoryUsage.rss(), options);
    this.plan = plan;
    this.context = layout.context;
    this.batch = layout.batch;
    this.kv = layout.kv;
    this.state = layout.state;
    this.use = layout.use;
    this.weights = layout.weights.weights;

    const pages = layout.use.total / PAGE;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const sound = soundKernels(options.kernels === undefined ? variantsHere() : [options.kernels], {
      twoBit: [...file.tensors.values()].some(({ type }) => type === Q2_0 || type === PQ2_0),
      note: options.note,
    });
    this.kernelVariant = sound.variant;
    this.kernels = loadKernels(this.memory, sound.module);
    loadWeights(file, layout.weights, this.memory, this.kernels, layout.repack, options.onLoad);
    const { embedding, head } = this.weights;
    const { window } = layout.weights;
    this.#pages = window && new Pages(file, window, this.memory, this.kernels, layout.repack);
    this.vocabulary = new Vocabulary(embedding, head, this.kernels, this.#pages);
    this.rope = new Rope(this.config.rope, this.config.headDim);
    const { precision = 'auto' } = options;
    this.precision = precision === 'auto' ? AUTO : precision;
    // ARM reads a prompt a third faster by the tables that text is generated by.
    this.reads = isForArm(this.kernelVariant) ? this.precision : 'exact';

    const { team, rooms, scratch, shape, record } = layout.team;
    this.scratch = scratch;
    this.shape = shape;
    this.record = record;
    this.eps = new Int32Array(Float32Array.of(this.config.eps).buffer)[0]!;
    const { heads, kvHeads, headDim } = this.config;
    const { qkvStride, activations: a } = this.state;
    const words = (address: number, values: readonly number[]): void =>
      new Int32Array(this.memory.buffer, address).set(values);
    words(shape, [this.kv.positions, heads, kvHeads, headDim, this.kv.precisionId, qkvStride, this.eps]);
    words(record, [a.tables, a.scales, a.sums, a.bytes, a.byteScales, a.halves]);
    this.team = new Team(this.memory, this.kernels, team, rooms, options.beat);
    this.#forward = new Forward(this);
    const [{ q }] = this.weights.layers as [Weights['layers'][number]];
    const { use, batch, state, kernelVariant: variant } = this;
    this.#many = manyOrSmall(
      { matrix: q, weights: use.weights, batch, variant, team: this.team, state, scratch },
      options.measured,
    );
  }

  /** Whether the model goes on reading its file, which must then stay open until it is closed. */
  get needsFile(): boolean {
    return this.#pages !== undefined;
  }

  /** Ends the threads that the model works with, and closes its file where it still reads it. */
  close(): void {
    this.team.close();
    this.#pages?.close();
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

  /** Forgets all but the first `length` tokens of the cache. */
  truncate(length: number): void {
    this.#cached.length = Math.min(this.#cached.length, length);
  }

  /**
   * The first `count` positions of the KV cache as they lie in memory: (layers, 2: keys and values, kvHeads) views of
   * `count` rows each, or of the whole tiles that hold them, with their scales behind them where they have any. Neither
   * order nor size depends on the length of the context.
   */
  *cachedRows(count: number): Generator<Uint8Array> {
    const { keys, values, positions, rowBytes, scaleBytes } = this.kv;
    const { layers, kvHeads } = this.config;
    for (let layer = 0; layer < layers; layer++) {
      for (const { rows, scales, tile } of [keys, values]) {
        for (let head = 0; head < kvHeads; head++) {
          const first = (layer * kvHeads + head) * positions;
          const whole = roundUp(count, tile);
          this.#clear(
            rows + first * rowBytes,
            scales + first * scaleBytes,
            Math.max(count, this.#cached.length),
            whole,
          );
          yield new Uint8Array(this.memory.buffer, rows + first * rowBytes, whole * rowBytes);
          if (scaleBytes === 0) continue;
          yield new Uint8Array(this.memory.buffer, scales + first * scaleBytes, count * scaleBytes);
        }
      }
    }
  }

  /** Values of a head at positions that hold none become zeros: what is cached of the same tokens is the same bytes. */
  #clear(rows: number, scales: number, from: number, to: number): void {
    const { headDim } = this.config;
    const zeros = this.state.qkv;
    new Uint8Array(this.memory.buffer, zeros, 4 * headDim).fill(0);
    for (let position = from; position < to; position++) {
      this.kernels.storeValue(rows, scales, position, zeros, headDim, this.kv.precisionId);
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
   * @throws TokonomaError `context-full`, `bad-token`, `cancelled`
   */
  feed(tokens: ArrayLike<number>, options: FeedOptions = {}): Float32Array {
    this.read(tokens, options);
    return this.logits(options.allowed);
  }

  /**
   * Feeds tokens without asking what might follow. What was read before it is cancelled stays cached.
   * @throws TokonomaError `context-full`, `bad-token`, `cancelled`
   */
  read(tokens: ArrayLike<number>, options: FeedOptions = {}): void {
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
    const exact = options.exact ?? tokens.length > TABLE_TOKENS;
    this.#kind = exact ? this.reads : this.precision;
    const batch = this.#kind === 'exact' ? this.batch : Math.min(this.batch, TABLE_TOKENS);
    for (let at = 0; at < tokens.length; at += batch) {
      const part = Array.prototype.slice.call(tokens, at, at + batch) as number[];
      this.#forward.run(part, this.length, part.length > TABLE_TOKENS ? this.#many : this.#kind, options.cancelled);
      this.#cached.push(...part);
      this.#rows = part.length;
      options.onRead?.(at + part.length, tokens.length);
    }
  }

  /**
   * Logits after a token of the last batch fed, (vocab) f32: a view that the next call overwrites.
   * @param allowed tokens whose logits are wanted; the others' are left as they were. Default: all
   * @param back how many tokens before the last
   */
  logits(allowed?: ArrayLike<number>, back = 0): Float32Array {
    this.#forward.logits(this.#rows - 1 - back, this.#kind, allowed && this.#tilesOf(allowed));
    return new Float32Array(this.memory.buffer, this.state.logits, this.config.vocabSize);
  }

  /** The tiles of the vocabulary that have a token of these, ascending; undefined where they are too many to pick. */
  #tilesOf(tokens: ArrayLike<number>): number[] | undefined {
    const tiles = new Set<number>();
    const most = (this.config.vocabSize / TILE_ROWS) * WORTH_PICKING;
    for (let i = 0; i < tokens.length; i++) {
      tiles.add(Math.floor(tokens[i]! / TILE_ROWS));
      if (tiles.size > most) return undefined;
    }
    return [...tiles].sort((a, b) => a - b);
  }
}
