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
  readonly threads: number;
  /** Embedding and head are read from the file as they are needed. */
  readonly paged: boolean;
}

export interface PlanOptions extends LayoutOptions {
  /** Bytes the whole process may have. */
  readonly budget?: number;
  /** Whether `threads` is only the most there may be. */
  readonly fewerThreads?: boolean;
}

/** A plan, and the layout it is of. */
export interface Planned {
  readonly layout: ModelLayout;
  readonly plan: MemoryPlan;
}

/** What the JavaScript heaps and compiled code grow by after the model is loaded. */
const HEADROOM = 14 << 20;
/** What a server thread costs beside its room: a V8 isolate with nothing in it. */
const THREAD_BYTES = 12 << 20;
/** Below this no command with its answer fits. */
const LEAST_CONTEXT = 128;
/** A shorter context than this is worth less than having the vocabulary in memory. */
const GOOD_CONTEXT = 512;
const CONTEXT_STEP = 64;
/** Tokens of one forward pass where there is no room for more. */
const SMALL_BATCH = 16;

/**
 * Chooses what to do without so that the process stays within its budget: threads first, then large batches, then
 * context down to GOOD_CONTEXT, then the vocabulary in memory, then more context. What was asked for is never given up.
 * @param runtime bytes the process has already
 * @throws TokonomaError `memory-budget`, and what layOutModel throws
 */
export function planMemory(file: GgufFile, config: ModelConfig, runtime: number, options: PlanOptions = {}): Planned {
  const { budget } = options;
  if (config.headDim % HEAD_STEP !== 0) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: heads of ${config.headDim} values; supported are multiples of ${HEAD_STEP}`,
    );
  }
  const fixed = runtime + HEADROOM;
  let smallest: Planned | undefined;
  for (const choice of choices(config, options)) {
    const layout = layOutModel(file, config, { ...options, ...choice });
    const described = describe(layout);
    if (described.plan.total <= (budget ?? Infinity) && layout.use.total <= MAX_BYTES) return described;
    smallest = described;
  }
  throw tooSmall(file, smallest!, options);

  function describe(layout: ModelLayout): Planned {
    const { weights, kv, scratch } = layout.use;
    const reserved = fixed + (layout.threads - 1) * THREAD_BYTES;
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
        threads: layout.threads,
        paged: layout.weights.window !== undefined,
      },
    };
  }
}

type Choice = Required<Pick<LayoutOptions, 'context' | 'threads' | 'paged'>> & Pick<LayoutOptions, 'batch'>;

/** What might be done, best first; the last needs the least. */
function* choices(config: ModelConfig, options: PlanOptions): Generator<Choice> {
  const wanted = options.context ?? defaultContext(config);
  const least = options.context ?? Math.min(LEAST_CONTEXT, wanted);
  const good = Math.max(least, Math.min(GOOD_CONTEXT, wanted));
  const threads = options.threads ?? 1;
  // Nothing has to be given up for a limit that is not there.
  const small = options.budget === undefined ? [] : [{ ...(options.batch === undefined && { batch: SMALL_BATCH }) }];
  const fewest = options.fewerThreads === true ? 1 : threads;
  for (const paged of options.paged === undefined ? [false, true] : [options.paged]) {
    for (let t = threads; t >= fewest; t--) yield { context: wanted, threads: t, paged };
    for (const batch of small) yield { context: wanted, threads: fewest, paged, ...batch };
    const end = paged ? least : good;
    for (let context = wanted - CONTEXT_STEP; context >= end; context -= CONTEXT_STEP) {
      yield { context, threads: fewest, paged, ...small[0] };
    }
    yield { context: end, threads: fewest, paged, ...small[0] };
  }
}

function tooSmall(file: GgufFile, { plan, layout }: Planned, { budget, context }: PlanOptions): TokonomaError {
  return new TokonomaError(
    'memory-budget',
    budget === undefined
      ? `${file.path} needs ${mib(layout.use.total)}, more than WebAssembly can address; use a smaller --context`
      : `${file.path} does not fit into ${mib(budget)}: ${plan.context} tokens of context need at least ` +
          `${mib(plan.total)} (${describeParts(plan)}); give it more --memory, ` +
          (context === undefined ? 'or use a smaller model' : 'a smaller --context, or use a smaller model'),
  );
}

/** `runtime 96 MiB + weights 231 MiB + KV cache 58 MiB + scratch 6 MiB`. */
export function describeParts(plan: MemoryPlan): string {
  return (
    `runtime ${mib(plan.runtime)} + weights ${mib(plan.weights)} + ` +
    `KV cache ${mib(plan.kv)} + scratch ${mib(plan.scratch)}`
  );
}
