// @ts-check
// Words to a plan, and nothing else: what a command asks for, of which things.
import { configFrom, createAgent, loadModel } from 'tokonoma';

const model = await loadModel();
console.log(`${model.info.name}, ${(model.info.parameters / 1e6).toFixed(1)} million parameters`);

// Without things: every action there is, its texts as they were said.
const open = await model.interpret('turn on the kitchen light and drive two metres forward');
for (const { action, args } of open.plan) console.log(action, JSON.stringify(args));

// With things, nothing else can be named.
const config = configFrom({ version: 1, things: [{ name: 'reading lamp', kind: 'light' }] });
const { things } = createAgent({ model, config });
const { plan, confidence } = await model.interpret('dim the reading lamp to 20 percent', things);
console.log(JSON.stringify(plan), confidence > 0.5 ? 'sure' : 'unsure');

await model.close();
