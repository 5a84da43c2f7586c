import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openDecoder } from '../../src/model/decoder.ts';
import { gguf, writeGguf, type GgufSource } from '../support/gguf-writer.ts';
import { makeToyModel, type ToyOptions } from '../support/toy-model.ts';

const Q4_0 = 2;

/** A toy file with one thing changed. */
const CASES: Record<string, { change: (source: GgufSource) => GgufSource; code: string; says: RegExp }> = {
  'another architecture': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'general.architecture': gguf.string('qwen35') } }),
    code: 'model-architecture',
    says: /"qwen35" is not supported; supported: qwen3/,
  },
  'a matrix of another type': {
    change: (s) => ({
      ...s,
      tensors: s.tensors!.map((x) =>
        x.name === 'blk.1.ffn_up.weight' ? { name: x.name, shape: x.shape, type: Q4_0 } : x,
      ),
    }),
    code: 'model-tensor-type',
    says: /blk\.1\.ffn_up\.weight is Q4_0; supported there: Q1_0, Q2_0, PQ2_0, Q8_0, F16, F32/,
  },
  'a missing tensor': {
    change: (s) => ({ ...s, tensors: s.tensors!.filter((x) => x.name !== 'blk.1.attn_k_norm.weight') }),
    code: 'model-tensor',
    says: /blk\.1\.attn_k_norm\.weight is missing/,
  },
  'a tensor of another shape': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'qwen3.feed_forward_length': gguf.u32(384) } }),
    code: 'model-tensor',
    says: /blk\.0\.ffn_gate\.weight has shape \[128, 256\], expected \[128, 384\]/,
  },
  'heads that do not group': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'qwen3.attention.head_count_kv': gguf.u32(3) } }),
    code: 'model-config',
    says: /4 heads over 3 KV heads/,
  },
  'more KV heads than a job has chunks': {
    change: (s) => ({
      ...s,
      metadata: {
        ...s.metadata,
        'qwen3.attention.head_count': gguf.u32(257),
        'qwen3.attention.head_count_kv': gguf.u32(257),
      },
    }),
    code: 'model-config',
    says: /257 KV heads cannot be run: supported are 256 at most/,
  },
  'no layers': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'qwen3.block_count': gguf.u32(0) } }),
    code: 'model-config',
    says: /qwen3\.block_count is 0/,
  },
  'a rope base without a logarithm to divide by': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'qwen3.rope.freq_base': gguf.f32(1) } }),
    code: 'model-config',
    says: /qwen3\.rope\.freq_base is 1, not above 1/,
  },
  'another rope scaling': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'qwen3.rope.scaling.type': gguf.string('longrope') } }),
    code: 'model-config',
    says: /rope scaling "longrope"/,
  },
  'a plan format of the future': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'tokonoma.plan_format': gguf.string('runes') } }),
    code: 'model-config',
    says: /"runes"; this version knows tags and hermes/,
  },
  'text passes of the future': {
    change: (s) => ({ ...s, metadata: { ...s.metadata, 'tokonoma.text_passes': gguf.u32(9) } }),
    code: 'model-config',
    says: /version 9 of the text passes/,
  },
  'a tokenizer of another size': {
    change: (s) => {
      const tokens = s.metadata!['tokenizer.ggml.tokens']!.value as string[];
      const types = s.metadata!['tokenizer.ggml.token_type']!.value as number[];
      return {
        ...s,
        metadata: {
          ...s.metadata,
          'tokenizer.ggml.tokens': gguf.string([...tokens, '<|one too many|>']),
          'tokenizer.ggml.token_type': gguf.i32([...types, 3]),
        },
      };
    },
    code: 'model-config',
    says: /tokens, the embedding/,
  },
};

/** Figures that would make every logit NaN, each in every place that takes one. */
const MEASURES = [
  'attention.layer_norm_rms_epsilon',
  'rope.freq_base',
  'rope.scaling.factor',
  'rope.scaling.original_context_length',
  'rope.scaling.yarn_beta_fast',
  'rope.scaling.yarn_beta_slow',
  'rope.scaling.yarn_ext_factor',
  'rope.scaling.attn_factor',
];

const toy: ToyOptions = { layers: 2 };

t.test('an unchanged toy loads', async (t) => {
  const path = join(t.testdir(), 'toy.gguf');
  writeFileSync(path, writeGguf(makeToyModel(toy).source));
  const { info } = openDecoder(path);
  t.match(info, { name: 'toy', architecture: 'qwen3', planFormat: 'tags', textPasses: 1, contextLength: 256 });
});

for (const [name, { change, code, says }] of Object.entries(CASES)) {
  t.test(`refused: ${name}`, async (t) => {
    const path = join(t.testdir(), 'toy.gguf');
    writeFileSync(path, writeGguf(change(makeToyModel(toy).source)));
    t.throws(() => openDecoder(path), { code, message: says });
  });
}

const yarn: ToyOptions = { ...toy, yarn: { factor: 4, originalContext: 64 } };

for (const name of MEASURES) {
  t.test(`refused: ${name} that is no measure`, async (t) => {
    const path = join(t.testdir(), 'toy.gguf');
    const { source } = makeToyModel(yarn);
    for (const value of [NaN, Infinity, -Infinity, -1, 1e30]) {
      writeFileSync(
        path,
        writeGguf({ ...source, metadata: { ...source.metadata, [`qwen3.${name}`]: gguf.f32(value) } }),
      );
      t.throws(() => openDecoder(path), {
        code: 'model-config',
        message: new RegExp(`qwen3\\.${name} is -?\\S+, expected`),
      });
    }
  });
}

t.test('YaRN without its correction by dimension is a model like another', async (t) => {
  const path = join(t.testdir(), 'toy.gguf');
  const { source } = makeToyModel(yarn);
  const metadata = { ...source.metadata, 'qwen3.rope.scaling.yarn_ext_factor': gguf.f32(0) };
  writeFileSync(path, writeGguf({ ...source, metadata }));
  const { model } = openDecoder(path);
  t.equal(model.config.rope.yarn?.extFactor, 0);
  t.ok(model.feed([1, 2, 3]).every(Number.isFinite));
});
