/**
 * A process of its own for test/model/budget.test.ts: `node fill-context.js MODEL MEMORY CONTEXT` opens a model of
 * byte tokens, fills its KV cache to the last position and prints {plan, vm_hwm_bytes}, or the {code, message} of why not.
 */
import { readFileSync } from 'node:fs';
import { codeOf, messageOf } from '../../src/errors.ts';
import { openEngine } from '../../src/model/engine.ts';

const print = (value: object): unknown => process.stdout.write(JSON.stringify(value));
const [model, memory, context] = process.argv.slice(2) as [string, string, string];
try {
  const engine = await openEngine({ model, memory, context: Number(context) });
  const words = 'turn left at the door and go on to the lamp, then '.repeat(Number(context));
  const say = (text: string) => engine.generate({ prompt: { text, data: [] }, temperature: 1, seed: 1, maxTokens: 32 });
  // Nearly all of it is read, the rest is filled by the answer; then the last position by what is read.
  await say(words.slice(0, Number(context) - 24));
  await say(words.slice(0, Number(context) - 1));
  const vm_hwm_bytes = 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
  print({ plan: engine.info.memory, vm_hwm_bytes });
  await engine.close();
} catch (error) {
  print({ code: codeOf(error), message: messageOf(error) });
}
