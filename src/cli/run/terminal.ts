import { createInterface } from 'node:readline';
import type { Agent } from '../../agent/agent.ts';
import { messageOf } from '../../errors.ts';
import { answerText } from '../ask.ts';

/** Commands typed in the terminal. Returns what ends it. */
export function terminal(agent: Agent, quit: () => void): () => Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  lines.on('SIGINT', quit);
  lines.on('close', quit);
  lines.on('line', (line) => {
    const text = line.trim();
    void (async () => {
      if (text === 'quit' || text === 'exit') return quit();
      if (text === 'arm' || text === 'disarm') await agent.arm(text === 'arm');
      else if (text !== '') process.stdout.write(answerText(await agent.handle(text, { source: 'terminal' })));
      lines.prompt();
    })().catch((error: unknown) => process.stderr.write(`tokonoma: ${messageOf(error)}\n`));
  });
  lines.prompt();
  return async () => {
    lines.off('close', quit);
    lines.close();
  };
}
