/**
 * A small random Qwen3 GGUF: the seedling's vocabulary shape (bytes plus the control tokens of plan format `tags`), or
 * Bonsai's way of writing (ChatML, plan format `hermes`) over bytes. Its answers are noise, but every stage that a real model goes through is the same.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS } from '../../src/grammar/actions.ts';
import type { PlanFormat } from '../../src/grammar/grammar.ts';
import { F32, Q1_0 } from '../../src/gguf/types.ts';
import { gguf, writeGguf, type GgufSource, type TensorSource, type TypedValue } from './gguf-writer.ts';
import { encodeQ1 } from './quantized.ts';
import { Random } from './random.ts';
import type { ReferenceConfig, ReferenceTensors } from './reference-qwen3.ts';

export interface ToyOptions extends Partial<ReferenceConfig> {
  readonly seed?: number;
  /** How it writes plans. Default: `tags`, after the text passes. */
  readonly planFormat?: PlanFormat;
  /** Default: 256. */
  readonly contextLength?: number;
  /** A separate output.weight. */
  readonly separateHead?: boolean;
}

export interface ToyModel {
  readonly config: ReferenceConfig;
  readonly tensors: ReferenceTensors;
  readonly source: GgufSource;
}

const CONTROL = 3;
const USER_DEFINED = 4;
const TAGS_TEMPLATE =
  "{%- for m in messages %}{%- if m.role == 'user' %}{{- '<|user|> ' + m.content + '<|plan|>' }}{%- endif %}{%- endfor %}";

/** As Bonsai's template renders messages without tools. */
export const CHATML_TEMPLATE =
  "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{%- endfor %}" +
  "{{- '<|im_start|>assistant\n<think>\n\n</think>\n\n' }}";

/** Special tokens by text, with their types as in Bonsai's files; the end of the turn first. */
const HERMES_TOKENS: Readonly<Record<string, number>> = {
  '<|im_end|>': CONTROL,
  '<|im_start|>': CONTROL,
  '<|endoftext|>': CONTROL,
  '<tool_call>': USER_DEFINED,
  '</tool_call>': USER_DEFINED,
  '<think>': USER_DEFINED,
  '</think>': USER_DEFINED,
};

/** Special tokens of plan format `tags` with their types, `<|end|>` first. */
function tagsTokens(): Record<string, number> {
  const names = ['<|end|>', '<|user|>', '<|plan|>'];
  for (const { name, args } of ACTIONS) {
    names.push(`<|${name}|>`);
    for (const { name: key, type } of args) {
      if (type.kind === 'enum') names.push(...type.values.map((value) => `<|${key}=${value}|>`));
      else if (type.kind === 'boolean') names.push(`<|${key}=true|>`, `<|${key}=false|>`);
      else names.push(`<|${key}|>`);
    }
  }
  return Object.fromEntries(names.map((name) => [name, CONTROL]));
}

/** GPT-2's printable stand-ins for the 256 bytes. */
function byteAlphabet(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => {
    const printable = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
    return String.fromCodePoint(printable ? b : next++);
  });
}

export function makeToyModel(options: ToyOptions = {}): ToyModel {
  const random = new Random(options.seed ?? 1);
  const planFormat = options.planFormat ?? 'tags';
  const special = planFormat === 'tags' ? tagsTokens() : HERMES_TOKENS;
  const config: ReferenceConfig = {
    layers: options.layers ?? 2,
    dim: options.dim ?? 128,
    ffn: options.ffn ?? 256,
    heads: options.heads ?? 4,
    kvHeads: options.kvHeads ?? 2,
    headDim: options.headDim ?? 32,
    eps: options.eps ?? 1e-6,
    vocabSize: 256 + Object.keys(special).length,
    ropeBase: options.ropeBase ?? 10000,
    ...(options.yarn && { yarn: options.yarn }),
  };
  const tensors = new Map<string, Uint8Array | Float32Array>();
  const sources: TensorSource[] = [];
  const matrix = (name: string, rows: number, cols: number, scale = 1 / Math.sqrt(cols)): void => {
    const data = encodeQ1(random.floats(rows * cols, scale));
    tensors.set(name, data);
    sources.push({ name, type: Q1_0, shape: [cols, rows], data });
  };
  const vector = (name: string, length: number): void => {
    const data = Float32Array.from({ length }, () => 0.5 + 1.5 * random.next());
    tensors.set(name, data);
    sources.push({ name, type: F32, shape: [length], data: new Uint8Array(data.buffer) });
  };
  const { dim, ffn, heads, kvHeads, headDim, vocabSize } = config;
  matrix('token_embd.weight', vocabSize, dim, 1);
  for (let i = 0; i < config.layers; i++) {
    const name = (part: string): string => `blk.${i}.${part}.weight`;
    vector(name('attn_norm'), dim);
    matrix(name('attn_q'), heads * headDim, dim);
    matrix(name('attn_k'), kvHeads * headDim, dim);
    matrix(name('attn_v'), kvHeads * headDim, dim);
    vector(name('attn_q_norm'), headDim);
    vector(name('attn_k_norm'), headDim);
    matrix(name('attn_output'), dim, heads * headDim);
    vector(name('ffn_norm'), dim);
    matrix(name('ffn_gate'), ffn, dim);
    matrix(name('ffn_up'), ffn, dim);
    matrix(name('ffn_down'), dim, ffn);
  }
  vector('output_norm.weight', dim);
  if (options.separateHead) matrix('output.weight', vocabSize, dim);

  const metadata: Record<string, TypedValue> = {
    'general.architecture': gguf.string('qwen3'),
    'general.name': gguf.string('toy'),
    'qwen3.block_count': gguf.u32(config.layers),
    'qwen3.embedding_length': gguf.u32(dim),
    'qwen3.feed_forward_length': gguf.u32(ffn),
    'qwen3.attention.head_count': gguf.u32(heads),
    'qwen3.attention.head_count_kv': gguf.u32(kvHeads),
    'qwen3.attention.key_length': gguf.u32(headDim),
    'qwen3.attention.value_length': gguf.u32(headDim),
    'qwen3.attention.layer_norm_rms_epsilon': gguf.f32(config.eps),
    'qwen3.rope.freq_base': gguf.f32(config.ropeBase),
    'qwen3.context_length': gguf.u32(options.contextLength ?? 256),
    ...(config.yarn && {
      'qwen3.rope.scaling.type': gguf.string('yarn'),
      'qwen3.rope.scaling.factor': gguf.f32(config.yarn.factor),
      'qwen3.rope.scaling.original_context_length': gguf.u32(config.yarn.originalContext),
    }),
    'tokenizer.ggml.model': gguf.string('gpt2'),
    'tokenizer.ggml.pre': gguf.string('qwen2'),
    'tokenizer.ggml.tokens': gguf.string([...byteAlphabet(), ...Object.keys(special)]),
    'tokenizer.ggml.token_type': gguf.i32([...Array<number>(256).fill(1), ...Object.values(special)]),
    'tokenizer.ggml.merges': gguf.string([]),
    'tokenizer.ggml.eos_token_id': gguf.u32(256),
    'tokenizer.ggml.add_bos_token': gguf.bool(false),
    'tokenizer.chat_template': gguf.string(planFormat === 'tags' ? TAGS_TEMPLATE : CHATML_TEMPLATE),
    ...(planFormat === 'tags' && {
      'tokonoma.plan_format': gguf.string('tags'),
      'tokonoma.text_passes': gguf.u32(1),
    }),
  };
  return { config, tensors, source: { metadata, tensors: sources } };
}

/** Writes a toy model into a folder of the test; returns its path. */
export function writeToyModel(folder: string, options: ToyOptions = {}, name = 'toy.gguf'): string {
  const path = join(folder, name);
  writeFileSync(path, writeGguf(makeToyModel(options).source));
  return path;
}
