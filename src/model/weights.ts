/**
 * The tensors of a Qwen3 model: where each lies in WASM memory, and their way there. Matrices are read from the file
 * straight into their place and repacked in place, so that loading never needs more memory than running.
 */
import { TokonomaError } from '../errors.ts';
import type { GgufFile, TensorInfo } from '../gguf/reader.ts';
import { F32 } from '../gguf/types.ts';
import type { Arena } from './arena.ts';
import type { ModelConfig } from './config.ts';
import type { Kernels } from './kernels.ts';
import type { OnProgress } from './types.ts';
import type { VocabularyWindow } from './vocabulary.ts';
import { matrixBytes, matrixFormat, MATRIX_TYPES, TILE_ROWS, type ActivationForm, type Matrix } from './matrix.ts';

export interface LayerWeights {
  readonly attnNorm: number; // (dim) f32
  readonly q: Matrix; // (heads * headDim, dim)
  readonly k: Matrix; // (kvHeads * headDim, dim)
  readonly v: Matrix; // (kvHeads * headDim, dim)
  readonly qNorm: number; // (headDim) f32
  readonly kNorm: number; // (headDim) f32
  readonly attnOut: Matrix; // (dim, heads * headDim)
  readonly ffnNorm: number; // (dim) f32
  readonly gate: Matrix; // (ffn, dim)
  readonly up: Matrix; // (ffn, dim)
  readonly down: Matrix; // (dim, ffn)
}

export interface Weights {
  readonly embedding: Matrix; // (vocab, dim)
  readonly layers: readonly LayerWeights[];
  readonly outputNorm: number; // (dim) f32
  /** The embedding itself when the file has no output.weight. */
  readonly head: Matrix; // (vocab, dim)
}

/** What transposing 16 x 16 bytes takes: assembly/tile.ts. */
const REPACK_SQUARE = 512;

interface PlacedVector {
  readonly tensor: TensorInfo;
  readonly address: number;
}

interface PlacedMatrix {
  readonly tensor: TensorInfo;
  readonly matrix: Matrix;
}

export interface WeightLayout {
  readonly weights: Weights;
  readonly vectors: readonly PlacedVector[];
  readonly matrices: readonly PlacedMatrix[];
  /** The forms of activations that the matrices want. */
  readonly forms: ReadonlySet<ActivationForm>;
  /** Bytes the repacking needs beside the weights. */
  readonly scratchBytes: number;
  /** Where embedding and head stay in the file: what their rows pass through. */
  readonly window?: VocabularyWindow;
}

/** Bytes of the window, about. */
const WINDOW_BYTES = 1 << 20;

/**
 * Checks every tensor against the configuration and gives each its place in the arena.
 * @param paged embedding and head stay in the file (vocabulary.ts)
 */
export function layOutWeights(file: GgufFile, config: ModelConfig, arena: Arena, paged = false): WeightLayout {
  const vectors: PlacedVector[] = [];
  const matrices: PlacedMatrix[] = [];

  const find = (name: string, shape: readonly number[]): TensorInfo => {
    const tensor = file.tensors.get(name);
    if (tensor === undefined) throw new TokonomaError('model-tensor', `${file.path}: tensor ${name} is missing`);
    if (tensor.shape.length !== shape.length || tensor.shape.some((n, i) => n !== shape[i])) {
      throw new TokonomaError(
        'model-tensor',
        `${file.path}: tensor ${name} has shape [${tensor.shape.join(', ')}], expected [${shape.join(', ')}]`,
      );
    }
    return tensor;
  };
  const refuse = (tensor: TensorInfo, supported: string): never => {
    throw new TokonomaError(
      'model-tensor-type',
      `${file.path}: tensor ${tensor.name} is ${tensor.typeName}; supported there: ${supported}`,
    );
  };
  const check = (name: string, rows: number, cols: number): Omit<Matrix, 'address'> & { tensor: TensorInfo } => {
    const tensor = find(name, [cols, rows]);
    const format = matrixFormat(tensor.type) ?? refuse(tensor, MATRIX_TYPES);
    if (cols % format.group !== 0) {
      throw new TokonomaError(
        'model-tensor',
        `${file.path}: rows of ${name} have ${cols} weights, not a multiple of ${format.group}`,
      );
    }
    return { tensor, rows, cols, format };
  };
  const matrix = (name: string, ...shape: readonly [rows: number, cols: number]): Matrix => {
    const { tensor, rows, cols, format } = check(name, ...shape);
    const placed = { address: arena.take(matrixBytes(format, rows, cols)), rows, cols, format };
    matrices.push({ tensor, matrix: placed });
    return placed;
  };
  const vector = (name: string, length: number): number => {
    const tensor = find(name, [length]);
    if (tensor.type !== F32) refuse(tensor, 'F32');
    const address = arena.take(length * 4);
    vectors.push({ tensor, address });
    return address;
  };

  const { dim, ffn, headDim, vocabSize } = config;
  const qDim = config.heads * headDim;
  const kvDim = config.kvHeads * headDim;
  const headName = file.tensors.has('output.weight') ? 'output.weight' : 'token_embd.weight';
  let window: VocabularyWindow | undefined;
  let embedding: Matrix;
  let head: Matrix;
  if (paged) {
    const [e, h] = [check('token_embd.weight', vocabSize, dim), check(headName, vocabSize, dim)];
    const tileBytes = Math.max(matrixBytes(e.format, TILE_ROWS, dim), matrixBytes(h.format, TILE_ROWS, dim));
    const tiles = Math.min(Math.ceil(vocabSize / TILE_ROWS), Math.max(1, Math.floor(WINDOW_BYTES / tileBytes)));
    const address = arena.take(tiles * tileBytes);
    window = { embedding: e.tensor, head: h.tensor, address, tiles };
    embedding = { ...e, address };
    head = { ...h, address };
  } else {
    embedding = matrix('token_embd.weight', vocabSize, dim);
    head = headName === 'token_embd.weight' ? embedding : matrix(headName, vocabSize, dim);
  }
  const layers: LayerWeights[] = [];
  for (let i = 0; i < config.layers; i++) {
    const name = (part: string): string => `blk.${i}.${part}.weight`;
    layers.push({
      attnNorm: vector(name('attn_norm'), dim),
      q: matrix(name('attn_q'), qDim, dim),
      k: matrix(name('attn_k'), kvDim, dim),
      v: matrix(name('attn_v'), kvDim, dim),
      qNorm: vector(name('attn_q_norm'), headDim),
      kNorm: vector(name('attn_k_norm'), headDim),
      attnOut: matrix(name('attn_output'), dim, qDim),
      ffnNorm: vector(name('ffn_norm'), dim),
      gate: matrix(name('ffn_gate'), ffn, dim),
      up: matrix(name('ffn_up'), ffn, dim),
      down: matrix(name('ffn_down'), dim, ffn),
    });
  }
  const outputNorm = vector('output_norm.weight', dim);
  return {
    weights: { embedding, layers, outputNorm, head },
    vectors,
    matrices,
    forms: new Set([...matrices.map(({ matrix: m }) => m.format.form), head.format.form]),
    scratchBytes: REPACK_SQUARE + Math.max(...[embedding, head, ...matrices.map(({ matrix: m }) => m)].map(oneTile)),
    ...(window && { window }),
  };
}

function oneTile({ format, cols }: Matrix): number {
  return matrixBytes(format, TILE_ROWS, cols);
}

/**
 * Reads every tensor to its place and repacks the matrices. `scratch` holds layout.scratchBytes.
 * @param onRead told of bytes of the file after each tensor
 */
export function loadWeights(
  file: GgufFile,
  layout: WeightLayout,
  memory: WebAssembly.Memory,
  kernels: Kernels,
  scratch: number,
  onRead?: OnProgress,
): void {
  const placed = [...layout.vectors, ...layout.matrices];
  const total = placed.reduce((sum, { tensor }) => sum + tensor.byteLength, 0);
  let done = 0;
  const tell = ({ byteLength }: TensorInfo): void => onRead?.((done += byteLength), total);
  const read = (tensor: TensorInfo, address: number): void =>
    file.readTensor(tensor, new Uint8Array(memory.buffer, address, tensor.byteLength));
  for (const { tensor, address } of layout.vectors) {
    read(tensor, address);
    tell(tensor);
  }
  for (const { tensor, matrix } of layout.matrices) {
    read(tensor, matrix.address);
    const bad = matrix.format.repack?.(kernels, matrix, scratch) ?? 0;
    if (bad > 0) {
      throw new TokonomaError(
        'model-tensor',
        `${file.path}: ${bad} scales of tensor ${tensor.name} are not finite numbers: the file is damaged`,
      );
    }
    tell(tensor);
  }
}
