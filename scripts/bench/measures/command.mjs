// From a command in words to its plan, the way `tokonoma ask` goes: text passes, prompt, grammar, decoding.
import { commands } from '../commands.mjs';
import { percentile } from '../statistics.mjs';

export const metrics = {
  command_p50: { unit: 'ms', compare: 'time' },
  command_p95: { unit: 'ms', compare: 'time' },
};

export async function join(engine, { threads }) {
  const process = engine.start();
  try {
    const info = await process.ask('open', { ...engine.settings, threads });
    const turn = async () => (await process.ask('interpret', { commands: commands() })).ms;
    await turn();
    return {
      info,
      pids: [process.pid],
      async turn() {
        const ms = await turn();
        return { command_p50: percentile(ms, 0.5), command_p95: percentile(ms, 0.95) };
      },
      close: () => process.close(),
    };
  } catch (error) {
    await process.close();
    throw error;
  }
}
