/** What the engine and its worker say to each other. */
import type { DecoderOptions } from './decoder.ts';
import type { GenerateRequest, GenerateResult, ModelInfo, Primed, Prompt } from './types.ts';

export interface WorkerStart {
  readonly path: string;
  readonly options: DecoderOptions;
  /** (1) i32, shared: the number of the last request that was cancelled. */
  readonly cancelled: SharedArrayBuffer;
  /** (1) i32, shared: counts up as long as the worker gets on. */
  readonly beat: SharedArrayBuffer;
  /** What the worker before this one was primed with: restored before `ready` where there is a snapshot of it. */
  readonly prefix?: Prompt;
  /** Whether somebody wants to know how far the loading is. */
  readonly progress?: boolean;
}

/** What is asked of the model. */
export type Task =
  /** `stream`: text is told as it comes, in replies of kind `text`. */
  | { readonly request: GenerateRequest; readonly stream?: boolean }
  /** `progress`: how many tokens are read is told as it goes on. */
  | { readonly prefix: Prompt; readonly progress?: boolean };
export type WorkerRequest = Task & { readonly number: number };

export type WorkerReply =
  | { readonly kind: 'ready'; readonly info: ModelInfo }
  | { readonly kind: 'unusable'; readonly code: string; readonly message: string }
  /** For the log, at level debug. */
  | { readonly kind: 'note'; readonly message: string }
  /** What a streamed request has come to since the last reply. */
  | { readonly kind: 'text'; readonly number: number; readonly text: string }
  /** Bytes of weights loaded, or tokens of a prefix read; `number` is absent while the model is loaded. */
  | { readonly kind: 'progress'; readonly number?: number; readonly done: number; readonly total: number }
  | { readonly kind: 'result'; readonly number: number; readonly result: GenerateResult | Primed }
  | { readonly kind: 'error'; readonly number: number; readonly code: string; readonly message: string };
