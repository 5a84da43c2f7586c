/** The KV cache: precisions, and where each row of keys and values lies. */
import type { Arena } from './arena.ts';
import type { ModelConfig } from './config.ts';
import { roundUp } from './matrix.ts';

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

/** Positions whose values lie together at 8 bits: assembly/kv.ts. There is room for a multiple of them. */
export const KV_TILE = 32;

/** Keys, or values. */
export interface KvRows {
  readonly rows: number; // (layers, kvHeads, positions) rows of headDim values
  readonly scales: number; // (layers, kvHeads, positions) f32; nothing at f16
  /** Rows are whole only in so many. */
  readonly tile: number;
}

export interface KvCache {
  readonly keys: KvRows;
  readonly values: KvRows;
  readonly precision: KvPrecision;
  readonly precisionId: number;
  readonly rowBytes: number;
  readonly scaleBytes: number;
  /** The context, rounded up. */
  readonly positions: number;
}

export function layOutKv(config: ModelConfig, context: number, precision: KvPrecision, arena: Arena): KvCache {
  const { id, valueBytes, scaleBytes } = PRECISIONS[precision];
  const rowBytes = config.headDim * valueBytes;
  const positions = roundUp(context, KV_TILE);
  const count = config.layers * config.kvHeads * positions;
  const side = (tile: number): KvRows => ({
    rows: arena.take(count * rowBytes),
    scales: arena.take(count * scaleBytes),
    tile,
  });
  const [keys, values] = [side(1), side(precision === 'q8' ? KV_TILE : 1)];
  return { keys, values, precision, precisionId: id, rowBytes, scaleBytes, positions };
}
