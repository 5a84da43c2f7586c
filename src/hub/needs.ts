/** What a model needs of memory, and how much context this machine can give it: the memory plan, asked beforehand. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { readConfig } from '../model/config.ts';
import { planMemory } from '../model/plan.ts';
import type { CatalogFile } from './catalog.ts';

/** Node with a tokenizer of 151,669 tokens before the model is loaded: measured, x86-64, Node 20. */
export const RUNTIME_BYTES = 84 << 20;
/** What the plan adds for heaps that grow, and the run state of an 8B model. */
const HEADROOM_BYTES = 14 << 20;
const SCRATCH_BYTES = 8 << 20;

/** Positions a model gets where memory is no question, and the least that are of any use. */
const CONTEXT = 1024;
const LEAST_CONTEXT = 128;
const CONTEXT_STEP = 64;
/** Rows of 128 values in 8 bits with their scale, against 16 bits (src/model/kv-cache.ts). */
const Q8_SHARE = 132 / 256;

export interface Needs {
  /** Resident memory of the whole process with `context` positions. */
  readonly bytes: number;
  readonly context: number;
  /** Positions that fit into the memory available; undefined when not even the least do. */
  readonly fits: number | undefined;
}

/**
 * @param available bytes that the process may have
 * @throws TokonomaError what is said of a model that cannot be run
 */
export function needsOfFile(file: GgufFile, available: number): Needs {
  const config = readConfig(file);
  const { plan } = planMemory(file, config, RUNTIME_BYTES);
  return { bytes: plan.total, context: plan.context, fits: fitting() };

  function fitting(): number | undefined {
    if (plan.total <= available) return plan.context;
    try {
      return planMemory(file, config, RUNTIME_BYTES, { budget: available }).plan.context;
    } catch (error) {
      if (error instanceof TokonomaError && error.code === 'memory-budget') return undefined;
      throw error;
    }
  }
}

/** The same for a file that is not here, by the same rules. */
export function needsOfCatalog({ weightBytes, kvBytesPerToken }: CatalogFile, available: number): Needs {
  const fixed = RUNTIME_BYTES + HEADROOM_BYTES + SCRATCH_BYTES + weightBytes;
  let fits: number | undefined = CONTEXT;
  while (fits >= LEAST_CONTEXT && fixed + kvBytesPerToken * Q8_SHARE * fits > available) fits -= CONTEXT_STEP;
  if (fits < LEAST_CONTEXT) fits = undefined;
  return { bytes: Math.ceil(fixed + kvBytesPerToken * Q8_SHARE * CONTEXT), context: CONTEXT, fits };
}
