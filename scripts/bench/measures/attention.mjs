// How decoding slows down as the context grows. Two processes per engine, so that no turn has to read 1,024 tokens.
import { fixedTokens } from '../tokens.mjs';
import { decoding } from './speed.mjs';

const SHORT = 64;
const LONG = 1024;
const TOKENS = 32;

export const metrics = {
  'decode@64': { unit: 'tokens/s', compare: 'speed' },
  'decode@1024': { unit: 'tokens/s', compare: 'speed' },
  attention: { unit: 'speed at 1024 / at 64' },
};

export async function join(engine, { threads, vocabSize }) {
  const processes = [];
  try {
    const tokens = fixedTokens(LONG + TOKENS, vocabSize);
    let info;
    const turns = [];
    for (const length of [SHORT, LONG]) {
      const process = engine.start();
      processes.push(process);
      info = await process.ask('open', { ...engine.settings, threads, context: LONG + 128 });
      turns.push(await decoding(process, info, tokens.slice(0, length), tokens.slice(LONG)));
    }
    return {
      info,
      pids: processes.map(({ pid }) => pid),
      async turn() {
        const short = (await turns[0]()).speed;
        const long = (await turns[1]()).speed;
        return { 'decode@64': short, 'decode@1024': long, attention: long / short };
      },
      close: () => Promise.all(processes.map((process) => process.close())),
    };
  } catch (error) {
    await Promise.all(processes.map((process) => process.close()));
    throw error;
  }
}
