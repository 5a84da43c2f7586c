// Tokens a second one by one, as in an answer, and what they cost the processor.
import { fixedTokens } from '../tokens.mjs';
import { decoding } from './speed.mjs';

const PREFIX = 32;
const TOKENS = 32;

export const metrics = {
  decode: { unit: 'tokens/s', compare: 'speed' },
  decode_cpu: { unit: 'cpu-s/token', compare: 'cost' },
};

export async function join(engine, { threads, vocabSize }) {
  const process = engine.start();
  try {
    const info = await process.ask('open', { ...engine.settings, threads, context: 256 });
    const tokens = fixedTokens(PREFIX + TOKENS, vocabSize);
    const turn = await decoding(process, info, tokens.slice(0, PREFIX), tokens.slice(PREFIX));
    return {
      info,
      pids: [process.pid],
      async turn() {
        const { speed, cpu } = await turn();
        return { decode: speed, ...(Number.isFinite(cpu) && { decode_cpu: cpu }) };
      },
      close: () => process.close(),
    };
  } catch (error) {
    await process.close();
    throw error;
  }
}
