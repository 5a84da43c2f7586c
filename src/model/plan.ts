/**
 * The memory plan: a budget for the whole process, divided before a byte of a weight is read. What does not fit is
 * refused with the least that would, rather than killed by the system later.
 */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { mib } from '../size.ts';
import { MAX_BYTES } from './arena.ts';
import type { ModelConfig } from './config.ts';
import { HEAD_STEP, type KvPrecision } from './kv-cache.ts';
import { defaultContext, layOutModel, type LayoutOptions, type ModelLayout } from './layout.ts';

export interface MemoryPlan {
  /** Bytes the process may have; absent: no limit was given. */
  readonly budget?: number;
  /** Node, libraries, tokenizer, and room for their heaps to grow. */
  readonly runtime: number;
  readonly weights: number;
  readonly kv: number;
  readonly scratch: number;
  /** Sum of the parts. */
  readonly total: number;
  readonly context: number;
  readonly kv_precision: KvPrecision;
}

export interface PlanOptions extends LayoutOptions {
  /** Bytes the whole process may have. */
  readonly budget?: number;
}

/** What the JavaScript heaps and compiled code grow by after the model is loaded. */
const HEADROOM = 20 << 20;
/** Below this no command with its answer fits. */
const LEAST_CONTEXT = 128;
const CONTEXT_STEP = 64;
/** What a server thread costs beside its room: a V8 isolate with nothing in it. */
const THREAD_BYTES = 12 << 20;

/**
 * Chooses a context so that the process stays within its budget: the one wanted; if none was asked for, a smaller one
 * rather than nothing.
 * @param runtime bytes the process has already
 * @throws TokonomaError `memory-budget`, and what layOutModel throws
 */
export function planMemory(
  file: GgufFile,
  config: ModelConfig,
  runtime: number,
  options: PlanOptions = {},
): { layout: ModelLayout; plan: MemoryPlan } {
  const { budget } = options;
  const reserved = runtime + HEADROOM + ((options.threads ?? 1) - 1) * THREAD_BYTES;
  const available = Math.min(budget === undefined ? MAX_BYTES : budget - reserved, MAX_BYTES);
  if (config.headDim % HEAD_STEP !== 0) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: heads of ${config.headDim} values; supported are multiples of ${HEAD_STEP}`,
    );
  }
  const describe = (layout: ModelLayout): { layout: ModelLayout; plan: MemoryPlan } => {
    const { weights, kv, scratch } = layout.use;
    return {
      layout,
      plan: {
        ...(budget !== undefined && { budget }),
        runtime: reserved,
        weights,
        kv,
        scratch,
        total: reserved + weights + kv + scratch,
        context: layout.context,
        kv_precision: layout.kv.precision,
      },
    };
  };
  const tryContext = (context: number): ModelLayout | undefined => {
    const layout = layOutModel(file, config, { ...options, context });
    return layout.use.total <= available ? layout : undefined;
  };

  const wanted = options.context ?? defaultContext(config);
  const whole = tryContext(wanted);
  if (whole) return describe(whole);
  const least = options.context ?? Math.min(LEAST_CONTEXT, wanted);
  if (options.context === undefined) {
    for (let context = wanted - CONTEXT_STEP; context >= least; context -= CONTEXT_STEP) {
      const smaller = tryContext(context);
      if (smaller) return describe(smaller);
    }
  }
  const { plan } = describe(layOutModel(file, config, { ...options, context: least }));
  throw new TokonomaError(
    'memory-budget',
    budget === undefined
      ? `${file.path} needs ${mib(plan.total - reserved)}, more than WebAssembly can address; use a smaller --context`
      : `${file.path} does not fit into ${mib(budget)}: ${least} tokens of context need at least ${mib(plan.total)} ` +
          `(${describeParts(plan)}); give it more --memory, ` +
          (options.context === undefined ? 'or use a smaller model' : 'a smaller --context, or use a smaller model'),
  );
}

/** `runtime 96 MiB + weights 231 MiB + KV cache 58 MiB + scratch 6 MiB`. */
export function describeParts(plan: MemoryPlan): string {
  return (
    `runtime ${mib(plan.runtime)} + weights ${mib(plan.weights)} + ` +
    `KV cache ${mib(plan.kv)} + scratch ${mib(plan.scratch)}`
  );
}
