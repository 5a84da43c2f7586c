/** The KV cache: precisions, and where each row of keys and values lies. */
import type { Arena } from './arena.ts';
import type { ModelConfig } from './config.ts';

export type KvPrecision = 'f16' | 'q8';

interface Precision {
  /** Number by which the kernels know it (assembly/kv.ts). */
  readonly id: number;
  /** Bytes of a value, and of what a row has beside its values. */
  readonly valueBytes: number;
  readonly scaleBytes: number;
}

const PRECISIONS: Readonly<Record<KvPrecision, Precision>> = {
  f16: { id: 0, valueBytes: 2, scaleBytes: 0 },
  q8: { id: 1, valueBytes: 1, scaleBytes: 4 },
};

/** Half the bytes of f16 to keep, and to read for every token: docs/decisions/kv-precision.md. */
export const DEFAULT_KV: KvPrecision = 'q8';

/** The head size must be a multiple of it. */
export const HEAD_STEP = 16;

/** Keys, or values. */
export interface KvRows {
  readonly rows: number; // (layers, kvHeads, context) rows of headDim values
  readonly scales: number; // (layers, kvHeads, context) f32; nothing at f16
}

export interface KvCache {
  readonly keys: KvRows;
  readonly values: KvRows;
  readonly precision: KvPrecision;
  readonly precisionId: number;
  readonly rowBytes: number;
  readonly scaleBytes: number;
  /** Rows of one layer: kvHeads * context. */
  readonly layerRows: number;
}

export function layOutKv(config: ModelConfig, context: number, precision: KvPrecision, arena: Arena): KvCache {
  const { id, valueBytes, scaleBytes } = PRECISIONS[precision];
  const rowBytes = config.headDim * valueBytes;
  const layerRows = config.kvHeads * context;
  const side = (): KvRows => ({
    rows: arena.take(config.layers * layerRows * rowBytes),
    scales: arena.take(config.layers * layerRows * scaleBytes),
  });
  return { keys: side(), values: side(), precision, precisionId: id, rowBytes, scaleBytes, layerRows };
}
