/** From a file to a decoder: the one place where a GGUF becomes a model, a tokenizer and what the file says of itself. */
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openGguf, type GgufFile } from '../gguf/reader.ts';
import { TokenTable } from '../grammar/token-table.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { TokonomaError } from '../errors.ts';
import { readCalibration } from './confidence.ts';
import { Guesses } from './draft.ts';
import type { Decoder } from './generate.ts';
import { Measured } from './measured.ts';
import { Model, type ModelOptions } from './model.ts';
import { SnapshotStore } from './snapshot.ts';
import { defaultThreads, weightBytes } from './threads.ts';
import type { ModelInfo } from './types.ts';

export interface DecoderOptions extends Omit<ModelOptions, 'measured' | 'note'> {
  /** Folder in which the state after a prefix is kept, and what was measured; absent: nothing is kept. */
  readonly snapshots?: string;
}

/**
 * Reads the model into memory; the file is closed again unless the model has to go on reading it.
 * @param note told what becomes of snapshots and kernels
 */
export function openDecoder(path: string, options: DecoderOptions = {}, note?: (message: string) => void): Decoder {
  const file = openGguf(path);
  let keep = false;
  try {
    // First the tokenizer: what it takes belongs to the runtime that the memory plan counts with.
    const tokenizer = Tokenizer.fromGguf(file.metadata);
    const table = new TokenTable(tokenizer);
    if (options.budget !== undefined) collectGarbage();
    const threads = options.threads ?? defaultThreads(weightBytes(file));
    const model = new Model(file, {
      ...options,
      threads,
      fewerThreads: options.threads === undefined,
      ...(options.snapshots !== undefined && { measured: new Measured(join(options.snapshots, 'measured.json')) }),
      ...(note && { note }),
    });
    if (tokenizer.size !== model.config.vocabSize) {
      throw new TokonomaError(
        'model-config',
        `${path}: the tokenizer has ${tokenizer.size} tokens, the embedding ${model.config.vocabSize} rows`,
      );
    }
    const snapshots = options.snapshots === undefined ? undefined : new SnapshotStore(options.snapshots, file, note);
    keep = model.needsFile;
    const info = describe(file, model);
    return { model, tokenizer, table, info, guesses: new Guesses(), ...(snapshots && { snapshots }) };
  } finally {
    if (!keep) file.close();
  }
}

/** What reading the vocabulary has left behind would count as the runtime's in the memory plan. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function describe(file: GgufFile, model: Model): ModelInfo {
  const { metadata } = file;
  const planFormat = metadata.string('tokonoma.plan_format', 'hermes');
  if (planFormat !== 'tags' && planFormat !== 'hermes') {
    throw new TokonomaError(
      'model-config',
      `${file.path}: tokonoma.plan_format is "${planFormat}"; this version knows tags and hermes`,
    );
  }
  const textPasses = metadata.number('tokonoma.text_passes', 0);
  if (textPasses > 1) {
    throw new TokonomaError(
      'model-config',
      `${file.path}: trained on version ${textPasses} of the text passes; this version knows 1: update tokonoma`,
    );
  }
  const confidence = readCalibration(metadata, file.path);
  let parameters = 0;
  for (const tensor of file.tensors.values()) parameters += tensor.shape.reduce((a, b) => a * b, 1);
  return {
    name: metadata.string('general.name', 'unnamed'),
    path: file.path,
    architecture: metadata.string('general.architecture'),
    chatTemplate: metadata.string('tokenizer.chat_template', ''),
    planFormat,
    textPasses,
    ...(confidence && { confidence }),
    contextLength: model.context,
    vocabSize: model.config.vocabSize,
    parameters,
    kernels: model.kernelVariant,
    memory: model.plan,
  };
}
