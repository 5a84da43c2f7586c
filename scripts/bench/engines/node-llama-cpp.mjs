// llama.cpp by its prebuilt library for this machine's CPU, driven through node-llama-cpp.
import { nodeLlamaCpp } from '../peers.mjs';
import { stopwatch } from './stopwatch.mjs';

/** The cheapest choice of a token it has; a random model's end of text is no end. */
const GREEDY = { temperature: 0, yieldEogToken: true };

export async function open({ file, threads, context: contextSize, text }) {
  const { getLlama, LlamaLogLevel } = await nodeLlamaCpp();
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 0 });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize, batchSize: Math.min(512, contextSize), threads });
  const sequence = context.getSequence();
  const close = () => llama.dispose();
  if (text !== undefined) {
    const first = await sequence.evaluate(model.tokenize(text), GREEDY).next();
    return { info: { token: first.value }, close };
  }
  const rewind = async (prefix) => {
    const { firstDifferentIndex } = sequence.compareContextTokens(prefix);
    await sequence.eraseContextTokenRanges([{ start: firstDifferentIndex, end: sequence.nextTokenIndex }]);
    if (firstDifferentIndex < prefix.length) {
      await sequence.evaluateWithoutGeneratingNewTokens(prefix.slice(firstDifferentIndex));
    }
  };
  return {
    info: { release: llama.llamaCppRelease.release, threads: context.currentThreads },
    async decode({ prefix, tokens }) {
      await rewind(prefix);
      const stop = stopwatch();
      // The generator goes on with the token it is given instead of the one it chose.
      const generated = sequence.evaluate([tokens[0]], GREEDY);
      await generated.next();
      for (const token of tokens.slice(1)) await generated.next(token);
      const time = stop();
      await generated.return();
      if (sequence.nextTokenIndex !== prefix.length + tokens.length) throw new Error('llama.cpp fed other tokens');
      return { count: tokens.length, ...time };
    },
    async prefill({ tokens }) {
      await rewind([]);
      const stop = stopwatch();
      const generated = sequence.evaluate(tokens, GREEDY);
      await generated.next();
      const time = stop();
      await generated.return();
      return { count: tokens.length, ...time };
    },
    close,
  };
}
