// Tokens a second of a prompt that is read at once.
import { fixedTokens } from '../tokens.mjs';
import { prefilling } from './speed.mjs';

const TOKENS = 128;

export const metrics = { prefill: { unit: 'tokens/s', compare: 'speed' } };

export async function join(engine, { threads, vocabSize }) {
  const process = engine.start();
  try {
    const info = await process.ask('open', { ...engine.settings, threads, context: 256 });
    const turn = await prefilling(process, info, fixedTokens(TOKENS, vocabSize));
    return {
      info,
      pids: [process.pid],
      turn: async () => ({ prefill: (await turn()).speed }),
      close: () => process.close(),
    };
  } catch (error) {
    await process.close();
    throw error;
  }
}
