/**
 * The ggml tensor types: ids as files carry them, weights and bytes per block.
 * Source: ggml.h and ggml-common.h (August 2026); 142 and 143 are PrismML's own (docs: the Bonsai model cards).
 */

export interface GgmlType {
  readonly id: number;
  readonly name: string;
  /** Weights per block; a row is a whole number of blocks. 0: the size is not known to us. */
  readonly blockSize: number;
  /** Bytes per block. */
  readonly blockBytes: number;
}

export const F32 = 0;
export const F16 = 1;
export const Q8_0 = 8;
export const BF16 = 30;
/** 1-bit: fp16 scale + 128 sign bits. */
export const Q1_0 = 41;
/** 2-bit, groups of 64 (upstream). */
export const Q2_0 = 42;
/** 2-bit, groups of 128 (PrismML). */
export const PQ2_0 = 142;

const table: readonly (readonly [id: number, name: string, blockSize: number, blockBytes: number])[] = [
  [F32, 'F32', 1, 4],
  [F16, 'F16', 1, 2],
  [2, 'Q4_0', 32, 18],
  [3, 'Q4_1', 32, 20],
  [6, 'Q5_0', 32, 22],
  [7, 'Q5_1', 32, 24],
  [Q8_0, 'Q8_0', 32, 34],
  [9, 'Q8_1', 32, 36],
  [10, 'Q2_K', 256, 84],
  [11, 'Q3_K', 256, 110],
  [12, 'Q4_K', 256, 144],
  [13, 'Q5_K', 256, 176],
  [14, 'Q6_K', 256, 210],
  [15, 'Q8_K', 256, 292],
  [16, 'IQ2_XXS', 256, 66],
  [17, 'IQ2_XS', 256, 74],
  [18, 'IQ3_XXS', 256, 98],
  [19, 'IQ1_S', 256, 50],
  [20, 'IQ4_NL', 32, 18],
  [21, 'IQ3_S', 256, 110],
  [22, 'IQ2_S', 256, 82],
  [23, 'IQ4_XS', 256, 136],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [29, 'IQ1_M', 256, 56],
  [BF16, 'BF16', 1, 2],
  [34, 'TQ1_0', 256, 54],
  [35, 'TQ2_0', 256, 66],
  [39, 'MXFP4', 32, 17],
  [40, 'NVFP4', 64, 36],
  [Q1_0, 'Q1_0', 128, 18],
  [Q2_0, 'Q2_0', 64, 18],
  [PQ2_0, 'PQ2_0', 128, 34],
  // Bonsai 2's ternary in a rotated basis: known so that the message can name it.
  [143, 'PTQ1_0', 0, 0],
];

const byId = new Map<number, GgmlType>(
  table.map(([id, name, blockSize, blockBytes]) => [id, { id, name, blockSize, blockBytes }]),
);

/** All types whose layout is known, by id. */
export const GGML_TYPES: readonly GgmlType[] = [...byId.values()].filter((type) => type.blockSize > 0);

export function ggmlType(id: number): GgmlType | undefined {
  return byId.get(id);
}

/** `Q1_0`, or `type 99` for what has no name here. */
export function ggmlTypeName(id: number): string {
  return byId.get(id)?.name ?? `type ${id}`;
}
