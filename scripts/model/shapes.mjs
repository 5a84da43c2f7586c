// Hyperparameters of the published models (the files' own metadata) and of a toy.

const bonsai = (layers, dim, ffn, heads, context, originalContext, separateHead) => ({
  layers,
  dim,
  ffn,
  heads,
  kvHeads: 8,
  headDim: 128,
  context,
  ropeBase: 1e6,
  yarn: { factor: 4, originalContext },
  separateHead,
  vocabSize: 151669,
});

export const SHAPES = {
  'bonsai-1.7b': bonsai(28, 2048, 6144, 16, 32768, 8192, false),
  'bonsai-4b': bonsai(36, 2560, 9728, 32, 32768, 8192, false),
  'bonsai-8b': bonsai(36, 4096, 12288, 32, 65536, 16384, true),
  'ternary-1.7b': bonsai(28, 2048, 6144, 16, 32768, 8192, false),
  'ternary-8b': bonsai(36, 4096, 12288, 32, 65536, 16384, true),
  toy: {
    layers: 4,
    dim: 256,
    ffn: 512,
    heads: 4,
    kvHeads: 2,
    headDim: 64,
    context: 1024,
    ropeBase: 1e6,
    yarn: { factor: 4, originalContext: 256 },
    separateHead: false,
    vocabSize: 1024,
  },
};
