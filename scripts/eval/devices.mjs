// `npm run eval:devices -- [--model FILE] [--json]`: commands in declared homes of 8 to 64 things, from words to the calls
// that the things are told. Homes and commands lie in scripts/eval/devices.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateFiles, percent, table } from './model.mjs';
import { ROOT, run } from './parts.mjs';

const SIZES = [8, 16, 32, 64];
/** Of what is made and of what was written by hand: mean over the homes. */
const TARGET = 0.9;

export const homeFiles = () =>
  ['made', 'said'].flatMap((kind) =>
    SIZES.map((size) => {
      const at = (name) => join(ROOT, 'scripts/eval/devices', name);
      return { name: `home-${size}.${kind}`, file: at(`home-${size}.${kind}.jsonl`), config: at(`home-${size}.yaml`) };
    }),
  );

/** {sets, all, macro} of the homes. */
export const evaluateHomes = (model) => evaluateFiles(homeFiles(), model);

if (process.argv[1] === import.meta.filename) {
  await run(async () => {
    const { values } = parseArgs({ options: { model: { type: 'string' }, json: { type: 'boolean' } } });
    const { sets, all, macro, name } = await evaluateHomes(values.model);
    const reached = macro.strict >= TARGET;
    if (values.json)
      process.stdout.write(`${JSON.stringify({ model: name, ...all, macro, target: TARGET, reached, sets })}\n`);
    else {
      const rows = sets.map((set) => [set.name, set.n, percent(set.action), percent(set.strict)]);
      rows.push(['macro', all.n, percent(macro.action), percent(macro.strict)]);
      process.stdout.write(`${table(['home', 'lines', 'action', 'strict'], rows)}\n`);
      process.stdout.write(`target ${percent(TARGET)}: ${reached ? 'reached' : 'not reached'}\n`);
    }
  });
}
