// `npm run make-model -- --shape bonsai-1.7b --type q1_0 --out FILE [--vocab qwen.tiktoken] [--layers N] [--seed N]`
//
// A GGUF of exactly a published model's shape with random weights, streamed to disk. Scales are chosen so that the
// model says something: logits with a standard deviation of 1, and not just the token it was given. (In a model of
// plain random weights with a tied head the embedding shines through to the logits, every implementation predicts the
// input token, and comparing them proves nothing.)
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BYTE_TO_CHAR } from '../../build/src/tokenizer/alphabet.js';
import { gguf, ggufHeader } from '../../build/test/support/gguf-writer.js';
import { qwenSource } from '../../build/test/support/qwen-vocabulary.js';
import { Random, TYPES } from './random-blocks.mjs';
import { SHAPES } from './shapes.mjs';

const { values: options } = parseArgs({
  options: {
    shape: { type: 'string' },
    type: { type: 'string' },
    out: { type: 'string' },
    vocab: { type: 'string' },
    layers: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const shape = SHAPES[options.shape];
const format = TYPES[options.type];
if (!shape || !format || !options.out) {
  console.error(
    `usage: npm run make-model -- --shape ${Object.keys(SHAPES).join('|')} --type ${Object.keys(TYPES).join('|')} ` +
      '--out FILE [--vocab qwen.tiktoken] [--layers N] [--seed N]',
  );
  process.exit(2);
}
const random = new Random(Number(options.seed));

/** Norm weights are uniform in [0.5, 2]; this is their root mean square. */
const NORM_RMS = Math.sqrt((2 ** 3 - 0.5 ** 3) / 4.5);
/**
 * What a sublayer adds to the residual stream, root mean square. The first feed-forward layer gives the stream its size,
 * far above the embedding, so that the tied head does not just echo the input; the others add a little each. Were they
 * all alike, the stream would be new in every layer, and the rounding of 8-bit activations, which no two
 * implementations share to the last bit, would grow from layer to layer until it drowned everything else.
 */
const FIRST_STEP = 1;
const STEP = 0.12;
/** Root mean square of silu(g) u for normal g, u. */
const SWIGLU_RMS = 0.6;

const { dim, ffn, headDim } = shape;
const layers = Number(options.layers ?? shape.layers);
const [qDim, kvDim] = [shape.heads * headDim, shape.kvHeads * headDim];
const vocabulary = makeVocabulary();
const unit = (width) => 1 / (Math.sqrt(width) * NORM_RMS);

const tensors = [];
const matrix = (name, rows, cols, rms) =>
  tensors.push({ name, type: format.type, shape: [cols, rows], dataBytes: format.bytesOf(rows * cols), rms });
const vector = (name, length) => tensors.push({ name, type: 0, shape: [length], dataBytes: length * 4 });
matrix('token_embd.weight', vocabulary.size, dim, unit(dim));
for (let i = 0; i < layers; i++) {
  const name = (part) => `blk.${i}.${part}.weight`;
  vector(name('attn_norm'), dim);
  matrix(name('attn_q'), qDim, dim, unit(dim));
  matrix(name('attn_k'), kvDim, dim, unit(dim));
  matrix(name('attn_v'), kvDim, dim, unit(dim));
  vector(name('attn_q_norm'), headDim);
  vector(name('attn_k_norm'), headDim);
  matrix(name('attn_output'), dim, qDim, STEP / Math.sqrt(qDim));
  vector(name('ffn_norm'), dim);
  matrix(name('ffn_gate'), ffn, dim, unit(dim));
  matrix(name('ffn_up'), ffn, dim, unit(dim));
  matrix(name('ffn_down'), dim, ffn, (i === 0 ? FIRST_STEP : STEP) / (Math.sqrt(ffn) * SWIGLU_RMS));
}
vector('output_norm.weight', dim);
if (shape.separateHead) matrix('output.weight', vocabulary.size, dim, unit(dim));

const partial = `${options.out}.partial`;
const file = openSync(partial, 'w');
write(ggufHeader({ metadata: { ...hyperparameters(), ...vocabulary.metadata }, tensors }));
for (const tensor of tensors) {
  if (tensor.rms === undefined) {
    const norms = Float32Array.from({ length: tensor.shape[0] }, () => random.between(0.5, 2));
    writePadded(new Uint8Array(norms.buffer), tensor.dataBytes);
    continue;
  }
  // A multiple of every block's bytes at a time, about 8 MB.
  const rowBytes = format.bytesOf(tensor.shape[0]);
  const chunkRows = Math.max(1, Math.floor((8 << 20) / rowBytes));
  for (let row = 0; row < tensor.shape[1]; row += chunkRows) {
    const chunk = new Uint8Array(Math.min(chunkRows, tensor.shape[1] - row) * rowBytes);
    format.fill(chunk, random, tensor.rms);
    write(chunk);
  }
  writePadded(new Uint8Array(0), tensor.dataBytes);
}
closeSync(file);
renameSync(partial, options.out);
console.error(`${options.out}: ${options.shape}, ${options.type}, ${vocabulary.size} tokens`);

function write(bytes) {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/** Writes bytes, then zeros up to the alignment of the next tensor. */
function writePadded(bytes, length) {
  write(bytes);
  write(new Uint8Array((32 - (length % 32)) % 32));
}

function hyperparameters() {
  const key = (name) => `qwen3.${name}`;
  return {
    'general.architecture': gguf.string('qwen3'),
    'general.name': gguf.string(`random ${options.shape} ${options.type}`),
    [key('block_count')]: gguf.u32(layers),
    [key('context_length')]: gguf.u32(shape.context),
    [key('embedding_length')]: gguf.u32(dim),
    [key('feed_forward_length')]: gguf.u32(ffn),
    [key('attention.head_count')]: gguf.u32(shape.heads),
    [key('attention.head_count_kv')]: gguf.u32(shape.kvHeads),
    [key('attention.key_length')]: gguf.u32(headDim),
    [key('attention.value_length')]: gguf.u32(headDim),
    [key('attention.layer_norm_rms_epsilon')]: gguf.f32(1e-6),
    [key('rope.freq_base')]: gguf.f32(shape.ropeBase),
    [key('rope.scaling.type')]: gguf.string('yarn'),
    [key('rope.scaling.factor')]: gguf.f32(shape.yarn.factor),
    [key('rope.scaling.original_context_length')]: gguf.u32(shape.yarn.originalContext),
  };
}

/** The real vocabulary where it is given, otherwise the bytes, the tokens a chat needs and unused ones. */
function makeVocabulary() {
  let template =
    "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{%- endfor %}" +
    "{{- '<|im_start|>assistant\\n' }}";
  let tokens;
  let types;
  let merges;
  let eos;
  if (options.vocab) {
    const source = qwenSource(options.vocab);
    tokens = Array.from({ length: source.tokens.length }, (_, i) => source.tokens.at(i));
    types = source.types;
    merges = Array.from({ length: source.merges.length }, (_, i) => source.merges.at(i));
    eos = source.eosId;
    const published = join(dirname(options.vocab), 'bonsai-chat-template.jinja');
    if (existsSync(published)) template = readFileSync(published, 'utf8');
  } else {
    const control = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<tool_call>', '</tool_call>'];
    const unused = Math.max(0, shape.vocabSize - 256 - control.length);
    tokens = [...BYTE_TO_CHAR, ...control, ...Array.from({ length: unused }, (_, i) => `<unused_${i}>`)];
    types = [...Array(256).fill(1), 3, 3, 3, 4, 4, ...Array(unused).fill(5)];
    merges = [];
    eos = 258;
  }
  return {
    size: tokens.length,
    metadata: {
      'tokenizer.ggml.model': gguf.string('gpt2'),
      'tokenizer.ggml.pre': gguf.string('qwen2'),
      'tokenizer.ggml.tokens': gguf.string(tokens),
      'tokenizer.ggml.token_type': gguf.i32(types),
      'tokenizer.ggml.merges': gguf.string(merges),
      'tokenizer.ggml.eos_token_id': gguf.u32(eos),
      'tokenizer.ggml.add_bos_token': gguf.bool(false),
      'tokenizer.chat_template': gguf.string(template),
    },
  };
}
