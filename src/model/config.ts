/** Hyperparameters of a Qwen3-architecture GGUF. Every figure comes from the file; nothing is assumed per model. */
import { TokonomaError } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';

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
    eps: metadata.number(key('attention.layer_norm_rms_epsilon')),
    vocabSize: embedding.shape[1] ?? 0,
    contextLength: positive('context_length'),
    rope: readRope(file, key),
  };
  if (config.heads % config.kvHeads !== 0 || config.headDim % 8 !== 0) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: ${config.heads} heads over ${config.kvHeads} KV heads of ${config.headDim} values cannot be run: ` +
        `heads must be a multiple of KV heads and the head size a multiple of 8`,
    );
  }
  return config;
}

function readRope(file: GgufFile, key: (name: string) => string): RopeConfig {
  const { metadata } = file;
  const base = metadata.number(key('rope.freq_base'), 10000);
  const type = metadata.string(key('rope.scaling.type'), 'none');
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
      factor: metadata.number(key('rope.scaling.factor')),
      originalContext: metadata.number(key('rope.scaling.original_context_length')),
      betaFast: metadata.number(key('rope.scaling.yarn_beta_fast'), 32),
      betaSlow: metadata.number(key('rope.scaling.yarn_beta_slow'), 1),
      extFactor: metadata.number(key('rope.scaling.yarn_ext_factor'), 1),
      attnFactor: metadata.number(key('rope.scaling.attn_factor'), 1),
    },
  };
}
