/** Hyperparameters of a Qwen3-architecture GGUF. Every figure comes from the file; nothing is assumed per model. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { MAX_CHUNKS } from './team.ts';

export interface ModelConfig {
  readonly name: string;
  readonly layers: number;
  /** Width of the residual stream. */
  readonly dim: number;
  /** Width of the feed-forward layer. */
  readonly ffn: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly eps: number;
  readonly vocabSize: number;
  /** Positions the model was trained for. */
  readonly contextLength: number;
  readonly rope: RopeConfig;
}

export interface RopeConfig {
  readonly base: number;
  readonly yarn?: YarnConfig;
}

/** YaRN (arXiv 2309.00071) with llama.cpp's names and defaults. */
export interface YarnConfig {
  readonly factor: number;
  readonly originalContext: number;
  readonly betaFast: number;
  readonly betaSlow: number;
  readonly extFactor: number;
  readonly attnFactor: number;
}

export const SUPPORTED_ARCHITECTURE = 'qwen3';

export function readConfig(file: GgufFile): ModelConfig {
  const { metadata } = file;
  const architecture = metadata.string('general.architecture');
  if (architecture !== SUPPORTED_ARCHITECTURE) {
    throw new TokonomaError(
      'model-architecture',
      `${file.path}: architecture "${architecture}" is not supported; supported: ${SUPPORTED_ARCHITECTURE} ` +
        `(Bonsai 1.7B, 4B, 8B, Ternary Bonsai, seedling)`,
    );
  }
  const key = (name: string): string => `${architecture}.${name}`;
  const measure = measures(file, key);
  const positive = (name: string): number => {
    const value = metadata.number(key(name));
    if (!Number.isInteger(value) || value <= 0 || value > 1 << 24) {
      throw new TokonomaError('model-config', `${file.path}: ${key(name)} is ${value}, expected a positive integer`);
    }
    return value;
  };

  const embedding = file.tensors.get('token_embd.weight');
  if (embedding === undefined)
    throw new TokonomaError('model-tensor', `${file.path}: tensor token_embd.weight is missing`);

  const heads = positive('attention.head_count');
  const dim = positive('embedding_length');
  const config: ModelConfig = {
    name: metadata.string('general.name', 'unnamed'),
    layers: positive('block_count'),
    dim,
    ffn: positive('feed_forward_length'),
    heads,
    kvHeads: positive('attention.head_count_kv'),
    headDim: metadata.has(key('attention.key_length')) ? positive('attention.key_length') : dim / heads,
    eps: measure('attention.layer_norm_rms_epsilon'),
    vocabSize: embedding.shape[1] ?? 0,
    contextLength: positive('context_length'),
    rope: readRope(file, key, measure),
  };
  if (config.heads % config.kvHeads !== 0 || config.headDim % 8 !== 0) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: ${config.heads} heads over ${config.kvHeads} KV heads of ${config.headDim} values cannot be run: ` +
        `heads must be a multiple of KV heads and the head size a multiple of 8`,
    );
  }
  // Attention is a job of one chunk for each.
  if (config.kvHeads > MAX_CHUNKS) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: ${config.kvHeads} KV heads cannot be run: supported are ${MAX_CHUNKS} at most`,
    );
  }
  return config;
}

type Measure = (name: string, fallback?: number) => number;

/** Beyond these no model is, and within them nothing the kernels make of them in f32 becomes infinite or NaN. */
const LEAST = 1e-12;
const MOST = 1e12;

function measures({ path, metadata }: GgufFile, key: (name: string) => string): Measure {
  return (name, fallback) => {
    const value = metadata.number(key(name), fallback);
    if (value >= LEAST && value <= MOST) return value;
    throw new TokonomaError(
      'model-config',
      `${path}: ${key(name)} is ${value}, expected a number from ${LEAST} to ${MOST}`,
    );
  };
}

function readRope(file: GgufFile, key: (name: string) => string, measure: Measure): RopeConfig {
  const base = measure('rope.freq_base', 10000);
  // Its logarithm is divided by.
  if (base <= 1)
    throw new TokonomaError('model-config', `${file.path}: ${key('rope.freq_base')} is ${base}, not above 1`);
  const type = file.metadata.string(key('rope.scaling.type'), 'none');
  if (type === 'none') return { base };
  if (type !== 'yarn') {
    throw new TokonomaError(
      'model-config',
      `${file.path}: rope scaling "${type}" is not supported; supported: none, yarn`,
    );
  }
  return {
    base,
    yarn: {
      factor: measure('rope.scaling.factor'),
      originalContext: measure('rope.scaling.original_context_length'),
      betaFast: measure('rope.scaling.yarn_beta_fast', 32),
      betaSlow: measure('rope.scaling.yarn_beta_slow', 1),
      extFactor: extFactor(),
      attnFactor: measure('rope.scaling.attn_factor', 1),
    },
  };

  /** 0 switches the correction by dimension off. */
  function extFactor(): number {
    const name = 'rope.scaling.yarn_ext_factor';
    return file.metadata.number(key(name), 1) === 0 ? 0 : measure(name, 1);
  }
}
