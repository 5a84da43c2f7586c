// From the start of a process to the first token of an answer: every turn is a new process.
import { createReadStream } from 'node:fs';

const TEXT = 'turn on the kitchen light';

export const metrics = { load: { unit: 'ms', compare: 'time' } };

export async function join(engine, { threads }) {
  await intoPageCache(engine.settings.file);
  const turn = async () => {
    const start = performance.now();
    const process = engine.start();
    try {
      const info = await process.ask('open', { ...engine.settings, threads, context: 256, text: TEXT });
      return { load: performance.now() - start, info };
    } finally {
      await process.close();
    }
  };
  // The first one is for the programs' own files.
  const { info } = await turn();
  return {
    info,
    pids: [],
    turn: async () => ({ load: (await turn()).load }),
    close: async () => undefined,
  };
}

async function intoPageCache(file) {
  for await (const _ of createReadStream(file, { highWaterMark: 4 << 20 }));
}
