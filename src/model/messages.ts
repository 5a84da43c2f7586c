/** What the engine and its worker say to each other. */
import type { GenerateRequest, GenerateResult, ModelInfo } from './types.ts';
import type { ModelOptions } from './model.ts';

export interface WorkerStart {
  readonly path: string;
  readonly options: ModelOptions;
  /** (1) i32, shared: the number of the last request that was cancelled. */
  readonly cancelled: SharedArrayBuffer;
}

export interface WorkerRequest {
  readonly number: number;
  readonly request: GenerateRequest;
}

export type WorkerReply =
  | { readonly kind: 'ready'; readonly info: ModelInfo }
  | { readonly kind: 'unusable'; readonly code: string; readonly message: string }
  | { readonly kind: 'result'; readonly number: number; readonly result: GenerateResult }
  | { readonly kind: 'error'; readonly number: number; readonly code: string; readonly message: string };
