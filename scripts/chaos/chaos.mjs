// `npm run chaos`: see USAGE in options.mjs.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Journal } from '../../build/src/agent/inbox/journal.js';
import { Caller } from './caller.mjs';
import { commands, configuration } from './home.mjs';
import { Ledger } from './ledger.mjs';
import { plan, rampage } from './monkey.mjs';
import { USAGE, UsageError, parseOptions } from './options.mjs';
import { agent, broker, freePort, listening } from './processes.mjs';
import { randomFrom } from './random.mjs';

/** After the last command, outcomes are waited for as long as they come: a command is lost when none has come for this long. */
const PATIENCE_MS = 60_000;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else process.exitCode = (await chaos(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`chaos: ${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function chaos({ minutes, rate, kills: count, model, seed, keep }) {
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-chaos-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const config = join(folder, 'tokonoma.yaml');
  writeFileSync(config, configuration({ node: 'chaos', url, data, model }));
  process.stderr.write(`chaos: seed ${seed}, in ${folder}\n`);

  const random = randomFrom(seed);
  const ledger = new Ledger();
  const life = new AbortController();
  const victims = { agent: agent(folder, config), broker: broker(folder, port) };
  victims.broker.start();
  await listening(port);
  victims.agent.start();
  const caller = new Caller({ url, base: 'tokonoma/chaos', ledger, source: commands(random) });
  const killed = async (victim, pauseMs) => {
    if (!victims[victim].alive) throw new Error(`the ${victim} has ended by itself; see ${folder}`);
    await victims[victim].kill();
    await sleep(pauseMs);
    victims[victim].start();
    return true;
  };
  const ends = {
    agent: () => killed('agent', 100 + random() * 500),
    worker: () => caller.endWorker(),
    broker: () => killed('broker', 100 + random() * 1000),
  };
  try {
    const ms = minutes * 60_000;
    const rampaging = rampage(plan(Object.keys(ends), count, ms, random), ends, life.signal);
    await speak(caller, rate, ms);
    const kills = await rampaging;
    await answered(caller, ledger);
    await victims.agent.kill('SIGTERM');
    const { result, faults } = ledger.verdict(actsIn(folder), kills);
    result.journal_damaged = await damage(folder, data);
    const good = isGood(result, kills, count);
    if (!good) report(faults, folder);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    keep ||= !good;
    return good;
  } finally {
    life.abort();
    await caller.close();
    await victims.agent.kill();
    await victims.broker.kill();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** Commands at their rate, whatever becomes of them; those without an outcome are said again. */
async function speak(caller, rate, ms) {
  const begun = Date.now();
  for (let said = 0; Date.now() - begun < ms;) {
    while (said < ((Date.now() - begun) / 1000) * rate) {
      caller.next();
      said++;
    }
    caller.repeat();
    await sleep(20);
  }
}

async function answered(caller, ledger) {
  let open = ledger.open.length;
  for (let since = Date.now(); open > 0 && Date.now() - since < PATIENCE_MS;) {
    caller.repeat();
    await sleep(100);
    if (ledger.open.length < open) since = Date.now();
    open = ledger.open.length;
  }
  // A second outcome of a command that was said twice would come about now.
  await sleep(3000);
}

function actsIn(folder) {
  const file = join(folder, 'acts.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Records that were missing at any start, and what is wrong with the journal now. */
async function damage(folder, data) {
  const log = readFileSync(join(folder, 'agent.log'), 'utf8');
  const found = log.split('\n').filter((line) => line.includes('journal-damaged')).length;
  const { gaps, damaged } = await new Journal(join(data, 'inbox.jsonl')).read();
  return found + gaps.length + damaged;
}

function isGood(result, kills, count) {
  const faults = ['duplicated', 'lost', 'stale_executed', 'unacted', 'unasked', 'journal_damaged'];
  return (
    faults.every((name) => result[name] === 0) &&
    Object.values(kills).every((ended) => ended >= count) &&
    result.executed_share >= 0.75
  );
}

function report(faults, folder) {
  for (const [name, list] of Object.entries(faults)) {
    if (list.length > 0) process.stderr.write(`chaos: ${name}: ${list.slice(0, 10).join(' ')}\n`);
  }
  process.stderr.write(`chaos: logs, journal and acts are in ${folder}\n`);
}
