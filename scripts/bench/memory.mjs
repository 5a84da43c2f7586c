// `npm run memory -- --model FILE --memory M --context N [--kv f16|q8] --json`
//
// Opens the engine under a budget, fills its KV cache to the last position, and prints the plan beside the most memory
// the process ever had (VmHWM: Linux only).
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openEngine } from '../../build/src/model/engine.js';
import { describeParts } from '../../build/src/model/plan.js';
import { mib } from '../../build/src/size.js';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'seedling' },
    memory: { type: 'string' },
    context: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const engine = await openEngine({
  model: options.model,
  ...(options.memory && { memory: options.memory }),
  ...(options.context && { context: Number(options.context) }),
});
const { memory: plan, contextLength } = engine.info;

// One token a byte at most: a text of twice the context is too long, so find how much fits and generate the rest.
const words = 'the lamp in the kitchen is on and the robot turns left at the door of the garden, ';
let text = '';
let filled = 0;
for (let size = 4 * contextLength; filled === 0; size = Math.floor(size * 0.8)) {
  text = words.repeat(Math.ceil(size / words.length)).slice(0, size);
  try {
    const result = await engine.generate({ prompt: { text, data: [] }, temperature: 1.5, seed: 1 });
    filled = result.timing.tokens_in + result.timing.tokens_out;
    // A model that ends its turn early leaves the cache unfilled: go on with more text.
    if (filled < contextLength && result.stop === 'end') filled = 0;
  } catch (error) {
    if (error.code !== 'context-full') throw error;
  }
}
const vm_hwm_bytes = 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
await engine.close();
if (options.json) console.log(JSON.stringify({ plan, vm_hwm_bytes }));
else console.log(`plan ${mib(plan.total)} = ${describeParts(plan)}\nmost ${mib(vm_hwm_bytes)}, ${filled} tokens`);
