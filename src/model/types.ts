/** What the rest of the house knows of the model: a prompt and a constraint in, text and timing out. */
import type { ActionSpec, DeclaredName } from '../grammar/actions.ts';
import type { JsonConstraint } from '../grammar/json/json.ts';
import type { Calibration } from './confidence.ts';
import type { KernelVariant } from './kernels.ts';
import type { MemoryPlan } from './plan.ts';

/**
 * A rendered prompt. `data` lists the [start, end) ranges of `text` (UTF-16 units) that came from users or sensors:
 * no special token is ever recognized there.
 */
export interface Prompt {
  readonly text: string;
  readonly data: readonly (readonly [start: number, end: number])[];
}

/** Constrains the output to plans: valid calls of `actions` whose texts are spans of `source` or one of `names`. */
export interface PlanConstraint {
  readonly actions: readonly ActionSpec[];
  readonly names: readonly DeclaredName[];
  /** The command as the model sees it (after the text passes). */
  readonly source: string;
}

/**
 * Of the products that generate text: both look up sums of four activations, which `exact` has in 10 bits and adds up as
 * integers, `fast` rounded to 8 bits; `auto` is the faster whose answers are as good (docs/decisions/precision.md). Prompts
 * are read exactly, but on ARM by `fast` where that is the precision.
 */
export type Precision = 'exact' | 'fast' | 'auto';

export interface GenerateRequest {
  readonly prompt: Prompt;
  readonly plan?: PlanConstraint;
  /** Constrains the output to JSON, or to calls of functions with JSON arguments; not beside `plan`. */
  readonly json?: JsonConstraint;
  /** Texts at which the output ends; they are no part of it. */
  readonly stop?: readonly string[];
  /** How many of the likeliest tokens to report at each place, 0 or more; absent: no probabilities are reported. */
  readonly logprobs?: number;
  /** Upper bound of generated tokens. Default: what the context has left. 0 only counts the prompt's tokens. */
  readonly maxTokens?: number;
  /** Positions of the context that the prompt must leave free for the answer, else `context-full`. Default: 1. */
  readonly reserve?: number;
  /** 0 (default) is greedy. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  /** Whether to guess tokens ahead that are copied from the prompt; it changes no answer. Default: true. */
  readonly speculate?: boolean;
}

export interface Chance {
  readonly token: number;
  /** Natural logarithm of its probability. */
  readonly logprob: number;
}

/** A generated token, and the likeliest that might have stood there. */
export interface TokenChance extends Chance {
  readonly top: readonly Chance[];
}

export interface GenerateTiming {
  prefill_ms: number;
  decode_ms: number;
  tokens_in: number;
  tokens_out: number;
  /** Tokens the grammar left no choice about: fed without asking the model. */
  forced: number;
}

/** What was generated, and how it went. */
export interface GenerateResult {
  /** Generated text, the end-of-turn token left out. Control tokens appear as their text. */
  readonly text: string;
  readonly tokens: readonly number[];
  readonly stop: 'end' | 'length';
  /**
   * Of a plan: how likely it is right, 0..1, as far as the model file has a calibration (src/model/confidence.ts).
   * Else the product of the probabilities of the chosen tokens among the allowed ones.
   */
  readonly confidence: number;
  /** Of a plan: the probability of each token that the grammar left a choice about, among the allowed ones. */
  readonly choices?: readonly number[];
  /** Of each token, where `logprobs` asked for it. What a grammar forced has probability 1. */
  readonly chances?: readonly TokenChance[];
  /** What the tokens of `chances` stand for. */
  readonly bytes?: ReadonlyMap<number, Uint8Array>;
  readonly timing: GenerateTiming;
}

export type OnText = (text: string) => void;

/** Told how far something long has come, a few times a second at most. */
export type OnProgress = (done: number, total: number) => void;

/** What a model file says of itself that the prompt and the plan depend on. */
export interface ModelInfo {
  readonly name: string;
  readonly path: string;
  readonly architecture: string;
  /** Jinja chat template of the file. */
  readonly chatTemplate: string;
  /** `tags` (control tokens, tokonoma.plan_format) or `hermes` (JSON in <tool_call>). */
  readonly planFormat: 'tags' | 'hermes';
  /** Version of the text passes the model was trained on (tokonoma.text_passes); 0: raw text. */
  readonly textPasses: number;
  /** What makes a plan's confidence (tokonoma.confidence.*), and below which it is better to ask; absent: nobody measured it. */
  readonly confidence?: Calibration;
  readonly contextLength: number;
  readonly vocabSize: number;
  readonly parameters: number;
  /** The variant of the kernels that runs. */
  readonly kernels?: KernelVariant;
  /** How the memory of the process is divided. */
  readonly memory?: MemoryPlan;
}

/** What came of priming. */
export interface Primed {
  /** The state was kept from an earlier time: no token had to be fed. */
  readonly restored: boolean;
  /** Tokens of the prefix. */
  readonly tokens: number;
  readonly ms: number;
}

/**
 * An inference engine: one request at a time, queued by the implementation. A trap fails the one request with code
 * `engine-trap`; the next request finds a fresh worker.
 */
export interface Engine {
  readonly info: ModelInfo;
  /** False while there is no worker because the last one could not be started. Default: true. */
  readonly isWell?: boolean;
  /** `onText` is told of the text as it comes, whole characters at a time; together they are the result's text. */
  generate(request: GenerateRequest, signal?: AbortSignal, onText?: OnText): Promise<GenerateResult>;
  /**
   * Has the model read what later prompts begin with, or restores its state after that from a snapshot.
   * `onRead` is told of the tokens that are read.
   */
  prime(prefix: Prompt, signal?: AbortSignal, onRead?: OnProgress): Promise<Primed>;
  /** Ends the worker, whatever it is doing: its request fails with `engine-trap`, the next one finds a fresh worker. */
  restart?(): Promise<void>;
  /** Ends the worker and gives its memory back. Not while it has something to do; `wake`, or a request, starts it again. */
  rest?(): Promise<void>;
  /** Resolves when there is a worker with the model loaded; rejects with what openEngine throws. */
  wake?(): Promise<void>;
  close(): Promise<void>;
}
