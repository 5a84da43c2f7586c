// `npm run bench -- decode|prefill|load|attention|command|stop|rules|things --model FILE [options]`: see options.mjs for all of them.
//
// tokonoma beside its peers on the same file, threads and minute. Every engine has a process of its own.
import { existsSync } from 'node:fs';
import { parseOptions, USAGE, UsageError } from './options.mjs';

process.exitCode = await main(process.argv.slice(2));

async function main(argv) {
  let options;
  try {
    options = parseOptions(argv);
    if (options.help) {
      console.log(USAGE);
      return 0;
    }
    if (!existsSync(new URL('../../build/src/index.js', import.meta.url))) {
      throw new UsageError('nothing is built yet: npm run build');
    }
    if (options.measure !== 'rules') options = { ...options, ...(await filesOf(options)) };
  } catch (error) {
    // A model that is not installed has a code and says what to do; the flags are not at fault.
    if (!(error instanceof UsageError) && error.code === undefined) throw error;
    console.error(`bench: ${error.message}${error instanceof UsageError ? `\n\n${USAGE}` : ''}`);
    return 2;
  }
  if (options.measure === 'stop') return stop(options);
  if (options.measure === 'rules') return rules(options);
  if (options.measure === 'things') return things(options);
  const { run } = await import('./run.mjs');
  const { installPeers } = await import('./peers.mjs');
  try {
    installPeers([...options.peers, ...(options.f16 === undefined ? [] : ['node-llama-cpp'])]);
    const result = await run(options, (line) => console.error(line));
    for (const warning of result.machine.warnings) console.error(`not a clean run: ${warning}`);
    if (options.json) console.log(JSON.stringify(result));
    else console.log((await import('./report.mjs')).report(result));
    return 0;
  } catch (error) {
    console.error(`bench: ${error.code ? `[${error.code}] ` : ''}${error.message}`);
    return 1;
  }
}

/** Not a comparison of engines, but of the whole program with the clock. */
async function stop({ model, threads, rounds, json }) {
  const { measureStops, reportStops } = await import('./stop.mjs');
  try {
    const result = await measureStops({ model, threads: threads[0], stops: rounds }, (line) => console.error(line));
    console.log(json ? JSON.stringify(result) : reportStops(result));
    return 0;
  } catch (error) {
    console.error(`bench: ${error.message}`);
    return 1;
  }
}

/** What the agent does without any engine. */
async function rules({ rounds, json }) {
  const { measureRules, reportRules } = await import('./rules.mjs');
  try {
    const result = await measureRules({ rounds }, (line) => console.error(line));
    console.log(json ? JSON.stringify(result) : reportRules(result));
    return 0;
  } catch (error) {
    console.error(`bench: ${error.message}`);
    return 1;
  }
}

/** What 64 declared things cost beside 8. */
async function things({ model, threads, rounds, json }) {
  const { measureThings, reportThings } = await import('./things.mjs');
  try {
    const result = await measureThings({ model, threads: threads[0], rounds }, (line) => console.error(line));
    console.log(json ? JSON.stringify(result) : reportThings(result));
    return 0;
  } catch (error) {
    console.error(`bench: ${error.message}`);
    return 1;
  }
}

/** Names as everywhere (`seedling`, an installed model) become files, and files must be there. */
async function filesOf({ model, f16 }) {
  const { resolveModel } = await import('../../build/src/hub/resolve.js');
  const files = { model: resolveModel(model), ...(f16 !== undefined && { f16 }) };
  for (const [flag, file] of Object.entries(files)) {
    if (!existsSync(file)) throw new UsageError(`--${flag}: there is no file ${file}`);
  }
  return files;
}
