// What declared things cost: a home of 64 built, and a command among 64 beside the same command among 8, model and all.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describeMachine } from './machine.mjs';
import { median, round, summary } from './statistics.mjs';
import { createAgent } from '../../build/src/agent/agent.js';
import { Interpreter } from '../../build/src/agent/reading/interpreter.js';
import { systemClock } from '../../build/src/clock.js';
import { buildThings, parseConfig } from '../../build/src/config/load.js';
import { createLogger } from '../../build/src/log.js';
import { openEngine } from '../../build/src/model/engine.js';
import { ChatTemplate } from '../../build/src/tokenizer/template.js';

const [FEW, MANY] = [8, 64];
/** What a home of 64 may take to build, milliseconds and bytes, and a command in it, beside one of 8. */
export const LIMITS = { build_ms: 150, memory: 10 * 2 ** 20, ratio: 1.2 };
const AREAS = ['kitchen', 'bedroom', 'office', 'hallway', 'bathroom', 'garage', 'attic', 'cellar'];
const KINDS = [
  ['lamp', 'light'],
  ['spotlight', 'light'],
  ['heater plug', 'plug'],
  ['fan', 'fan'],
  ['blind', 'cover'],
  ['radiator', 'thermostat'],
  ['speaker', 'speaker'],
  ['window lock', 'lock'],
];
/** Of the commands, in a round. */
const REPEATS = 6;
const COMMANDS = [
  'turn on the kitchen lamp',
  'set the kitchen spotlight to forty percent',
  'close the kitchen blind',
  'turn off the kitchen fan',
  'set the kitchen radiator to 21 degrees',
  'lock the kitchen window lock',
];

/** @returns the value that --json prints */
export async function measureThings({ model, threads, rounds }, say) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const engine = await openEngine({ model, ...(threads === undefined ? {} : { threads }) });
  try {
    const interpreter = new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate));
    const build = [];
    const held = [];
    for (let i = 0; i <= rounds; i++) {
      const { ms, bytes } = await built(interpreter, collect);
      // The first one pays for code that is compiled.
      if (i === 0) continue;
      build.push(ms);
      held.push(bytes);
    }
    const [few, many] = [agentOf(FEW, interpreter), agentOf(MANY, interpreter)];
    const ratios = [];
    const times = { few: [], many: [] };
    for (let i = 0; i <= rounds; i++) {
      const [eight, all] = await turn(interpreter, few, many);
      if (i === 0) continue;
      times.few.push(eight);
      times.many.push(all);
      ratios.push(all / eight);
      say(`round ${i} of ${rounds}: ${eight.toFixed(1)} ms among ${FEW}, ${all.toFixed(1)} ms among ${MANY}`);
    }
    const value = {
      things: MANY,
      build_ms: summary(build),
      memory: round(median(held)),
      command_ms: { few: summary(times.few), many: summary(times.many) },
      ratio: summary(ratios),
      limits: LIMITS,
    };
    const met =
      value.build_ms.median <= LIMITS.build_ms && value.memory <= LIMITS.memory && value.ratio.median <= LIMITS.ratio;
    return { measure: 'things', machine: describeMachine(), model: engine.info.name, ...value, met };
  } finally {
    await engine.close();
  }
}

export function reportThings({ model, build_ms, memory, command_ms, ratio, things, met }) {
  return [
    `${things} things with ${model}${met ? '' : ' (over a limit)'}`,
    `  build    ${build_ms.median} ms (at most ${LIMITS.build_ms}): agent, grammar and prompt, to the end of the first command`,
    `  memory   ${(memory / 2 ** 20).toFixed(2)} MiB (at most ${LIMITS.memory / 2 ** 20})`,
    `  command  ${command_ms.many.median} ms; ${command_ms.few.median} ms among ${FEW}: ${ratio.median} times (at most ${LIMITS.ratio})`,
  ].join('\n');
}

/** From a configuration to an agent that has understood its first command, less what a command takes anyway. */
async function built(interpreter, collect) {
  const config = configOf(MANY);
  collect();
  const before = process.memoryUsage();
  const begun = performance.now();
  const agent = agentOf(MANY, interpreter, config);
  await interpreter.interpret(COMMANDS[0], agent.vocabulary);
  const first = performance.now() - begun;
  const usual = performance.now();
  await interpreter.interpret(COMMANDS[0], agent.vocabulary);
  const ms = Math.max(0, first - (performance.now() - usual));
  collect();
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  // Still in use, so that it was counted.
  if (agent.things.length !== MANY) throw new Error('things are missing');
  return { ms, bytes: Math.max(0, bytes) };
}

/**
 * Median times of a command in two homes, milliseconds: each command in the one and then, in the same moment, in the
 * other, and who is first changes.
 */
async function turn(interpreter, ...homes) {
  const times = homes.map(() => []);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const command of COMMANDS) {
      const order = repeat % 2 === 0 ? [0, 1] : [1, 0];
      for (const which of order) {
        const begun = performance.now();
        await interpreter.interpret(command, homes[which].vocabulary);
        times[which].push(performance.now() - begun);
      }
    }
  }
  return times.map(median);
}

function agentOf(count, interpreter, config = configOf(count)) {
  const log = createLogger('silent');
  const things = buildThings(config, { clock: systemClock, instant: true });
  return createAgent({ things, sensors: config.sensors, interpreter, clock: systemClock, log });
}

/** The first eight are those of the kitchen, one of each kind. */
function configOf(count) {
  const things = Array.from({ length: count }, (_, i) => {
    const area = AREAS[Math.floor(i / KINDS.length) % AREAS.length];
    const [noun, kind] = KINDS[i % KINDS.length];
    return { name: `${area} ${noun}`, kind, area };
  });
  return parseConfig(JSON.stringify({ version: 1, things }), 'bench.yaml', {});
}
