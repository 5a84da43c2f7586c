/** What a model needs of memory, and whether that is there. */
import type { GgufFile } from '../gguf/reader.ts';
import { Arena } from '../model/arena.ts';
import { readConfig } from '../model/config.ts';
import { layOutWeights } from '../model/weights.ts';
import type { CatalogFile } from './catalog.ts';

/** Positions of the KV cache that the figures are for: what a command with its tools needs. */
export const DEFAULT_CONTEXT = 1024;

/** Node, the tokenizer of a Bonsai model, run state and stack: the whole process but weights and KV cache. */
const PROCESS_BYTES = 60 << 20;

export interface Needs {
  /** Resident memory of the whole process. */
  readonly bytes: number;
  /** Positions of the KV cache. */
  readonly context: number;
}

/** @throws TokonomaError what `readConfig` and `layOutWeights` say of a model that cannot be run */
export function needsOfFile(file: GgufFile, context = DEFAULT_CONTEXT): Needs {
  const config = readConfig(file);
  const arena = new Arena();
  layOutWeights(file, config, arena);
  const kvBytesPerToken = config.layers * config.kvHeads * config.headDim * 2 * 2;
  return needs(arena.bytes, kvBytesPerToken, Math.min(config.contextLength, context));
}

export function needsOfCatalog({ weightBytes, kvBytesPerToken }: CatalogFile): Needs {
  return needs(weightBytes, kvBytesPerToken, DEFAULT_CONTEXT);
}

function needs(weightBytes: number, kvBytesPerToken: number, context: number): Needs {
  return { bytes: Math.ceil(weightBytes + kvBytesPerToken * context + PROCESS_BYTES), context };
}
