// The whole way of a command up to its plan, as `tokonoma ask` goes it with the demo's things: text passes, prompt,
// grammar, decoding in the worker thread. What comes after, grounding and drivers, is no work for a model.
import { createAgent } from '../../../build/src/agent/agent.js';
import { Interpreter } from '../../../build/src/agent/reading/interpreter.js';
import { primeEngine } from '../../../build/src/cli/prime.js';
import { systemClock } from '../../../build/src/clock.js';
import { buildThings, demoConfig } from '../../../build/src/config/load.js';
import { createLogger } from '../../../build/src/log.js';
import { openEngine } from '../../../build/src/model/engine.js';
import { ChatTemplate } from '../../../build/src/tokenizer/template.js';

export async function open({ file, threads, precision }) {
  const engine = await openEngine({ model: file, threads, ...(precision !== 'auto' && { precision }) });
  const interpreter = new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate));
  const config = demoConfig({});
  const things = buildThings(config, { clock: systemClock, instant: true });
  const log = createLogger();
  const { vocabulary } = createAgent({ things, sensors: config.sensors, interpreter, clock: systemClock, log });
  await primeEngine(engine, interpreter, vocabulary, log);
  return {
    info: { node: process.version, kernel: engine.info.kernels },
    /** Milliseconds of each command, in order; one that cannot be planned fails the run. */
    async interpret({ commands }) {
      const ms = [];
      for (const command of commands) {
        const start = performance.now();
        await interpreter.interpret(command, vocabulary);
        ms.push(performance.now() - start);
      }
      return { ms };
    },
    close: () => engine.close(),
  };
}
