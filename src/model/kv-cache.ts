/** The KV cache: precisions, and where each row of keys and values lies. */
import type { Arena } from './arena.ts';
import type { ModelConfig } from './config.ts';

export type KvPrecision = 'f16' | 'q8' | 'q4';

interface Precision {
  /** Number by which the kernels know it (assembly/kv.ts). */
  readonly id: number;
  readonly rowBytes: (headDim: number) => number;
  /** The head size must be a multiple of it. */
  readonly group: number;
}

const PRECISIONS: Readonly<Record<KvPrecision, Precision>> = {
  f16: { id: 0, rowBytes: (n) => n * 2, group: 8 },
  q8: { id: 1, rowBytes: (n) => n + 4, group: 8 },
  q4: { id: 2, rowBytes: (n) => (n / 32) * 18, group: 32 },
};

/** Best first. */
export const KV_PRECISIONS = ['f16', 'q8', 'q4'] as const satisfies readonly KvPrecision[];

export interface KvCache {
  readonly keys: number; // (layers, kvHeads, context) rows
  readonly values: number; // (layers, kvHeads, context) rows
  readonly precision: KvPrecision;
  readonly precisionId: number;
  readonly rowBytes: number;
  /** Bytes of one layer's keys, or values. */
  readonly layerBytes: number;
}

/** Whether heads of this size can be kept in a precision. */
export function precisionFits(precision: KvPrecision, headDim: number): boolean {
  return headDim % PRECISIONS[precision].group === 0;
}

export function layOutKv(config: ModelConfig, context: number, precision: KvPrecision, arena: Arena): KvCache {
  const { id, rowBytes } = PRECISIONS[precision];
  const row = rowBytes(config.headDim);
  const layerBytes = config.kvHeads * context * row;
  const bytes = config.layers * layerBytes;
  return {
    keys: arena.take(bytes),
    values: arena.take(bytes),
    precision,
    precisionId: id,
    rowBytes: row,
    layerBytes,
  };
}
