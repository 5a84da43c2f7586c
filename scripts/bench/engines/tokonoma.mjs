// tokonoma's model, below the grammar and the worker thread: tokens in, logits out.
import { openDecoder } from '../../../build/src/model/decoder.js';
import { openGguf } from '../../../build/src/gguf/reader.js';
import { Model } from '../../../build/src/model/model.js';
import { stopwatch } from './stopwatch.mjs';

/** @param precision `auto`: the model's own choice */
function modelOptions({ context, threads, precision }) {
  return { context, threads, ...(precision !== 'auto' && { precision }) };
}

export async function open(options) {
  if (options.text !== undefined) return openForText(options);
  const file = openGguf(options.file);
  const model = new Model(file, modelOptions(options));
  file.close();
  /** Brings the cache to exactly the tokens of a prefix. */
  const rewind = async (prefix) => {
    const kept = model.reuse([...prefix, 0]);
    if (kept < prefix.length) await model.feed(prefix.slice(kept));
  };
  return {
    info: { node: process.version, kernel: model.kernelVariant, vocabSize: model.config.vocabSize },
    /** One token after the other, each as if the one before had been chosen from its logits. */
    async decode({ prefix, tokens }) {
      await rewind(prefix);
      const stop = stopwatch();
      for (const token of tokens) argmax(await model.feed([token]));
      return { count: tokens.length, ...stop() };
    },
    async prefill({ tokens }) {
      await rewind([]);
      const stop = stopwatch();
      argmax(await model.feed(tokens));
      return { count: tokens.length, ...stop() };
    },
    close: () => model.close?.(),
  };
}

/** As a program that has just been started has it: tokenizer and model, a text, its first token. */
async function openForText(options) {
  const { model, tokenizer } = openDecoder(options.file, modelOptions(options));
  const token = argmax(await model.feed(tokenizer.encode(options.text)));
  return { info: { node: process.version, kernel: model.kernelVariant, token }, close: () => model.close?.() };
}

function argmax(logits) {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  return best;
}
