// `node child.mjs ENGINE`: one engine in a process of its own. A line of JSON in, a line of JSON out:
// {"do": "open", …} first, then what the engine offers; the end of the input is the end of the process.
import { createInterface } from 'node:readline';

const { open } = await import(`./engines/${process.argv[2]}.mjs`);
let engine;

for await (const line of createInterface({ input: process.stdin })) {
  const { do: verb, ...args } = JSON.parse(line);
  let answer;
  try {
    if (verb === 'open') {
      engine = await open(args);
      answer = { reply: engine.info };
    } else {
      answer = { reply: await engine[verb](args) };
    }
  } catch (error) {
    answer = { error: { code: error.code, message: error.message } };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await engine?.close();
process.exit(0);
