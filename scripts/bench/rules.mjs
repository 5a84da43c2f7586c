// How many sensor messages a second one process takes with 100 rules: topic and payload in, reading parsed, rules watched.
// No broker and no model: what is measured is what every message costs the agent.
import { describeMachine } from './machine.mjs';
import { doubts, loadNow } from './others.mjs';
import { round, summary } from './statistics.mjs';
import { Rules } from '../../build/src/agent/rules/rules.js';
import { Signals } from '../../build/src/agent/rules/signals.js';
import { Sensors } from '../../build/src/agent/sensors/sensors.js';
import { systemClock } from '../../build/src/clock.js';
import { createLogger } from '../../build/src/log.js';
import { Topics } from '../../build/src/mqtt/topics.js';

const RULES = 100;
/** Messages of each sensor, said again and again. */
const PAYLOADS = 64;
const ROUND_MS = 1000;
/** What the agent has to take. */
const LIMIT = 50_000;
const BASE = 'tokonoma/bench';

/**
 * Kinds of sensors in the order in which they take turns: how a reading is written, and the condition of its rule.
 * `calm` changes with every message and is no edge; `loud` is one.
 */
const KINDS = [
  {
    config: { kind: 'temperature', unit: '°C' },
    condition: { op: 'below', value: 18, slack: 0.5 },
    calm: (i) => (20 + (i % 40) / 10).toFixed(1),
    loud: '12.5',
  },
  {
    config: { kind: 'humidity', unit: '%', min: 0, max: 100 },
    condition: { op: 'above', value: 70, slack: 2 },
    calm: (i) => `${40 + (i % 20)} %`,
    loud: '81 %',
  },
  {
    config: { kind: 'brightness', unit: 'lx', path: 'illuminance' },
    condition: { op: 'below', value: 30, slack: 3 },
    calm: (i) =>
      JSON.stringify({ battery: 97, illuminance: 300 + i, linkquality: 120, occupancy: false, voltage: 3000 }),
    loud: '{"illuminance":5}',
  },
  {
    config: { kind: 'contact' },
    condition: { op: 'is', value: 'open' },
    calm: () => 'closed',
    loud: 'open',
  },
];

/** @returns the value that --json prints */
export async function measureRules({ rounds }, say) {
  const loadBefore = loadNow();
  const home = await busyHome();
  const { messages, receive } = home;
  turn(messages, receive, ROUND_MS / 4);
  const runs = [];
  for (let i = 1; i <= rounds; i++) {
    runs.push(turn(messages, receive, ROUND_MS));
    say(`round ${i} of ${rounds}: ${Math.round(runs.at(-1))} messages a second`);
  }
  await home.proveAlive();
  const values = summary(runs);
  return {
    machine: { ...describeMachine(), warnings: doubts(loadBefore, []) },
    node: process.version,
    rules: RULES,
    sensors: RULES,
    rows: [
      { engine: 'tokonoma', threads: 1, metric: 'messages', unit: 'messages/s', ...values, runs: runs.map(round) },
    ],
    limit: LIMIT,
    within: values.median >= LIMIT,
  };
}

export function reportRules({ machine, node, rules, sensors, rows, limit, within }) {
  const [{ median, min, max }] = rows;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.system}, load average ${machine.load_average.join(' ')}, Node ${node}`,
    `${rules} rules on ${sensors} sensors, one thread:`,
    `median ${median} messages/s, min ${min}, max ${max}; ${within ? 'at least' : 'UNDER'} ${limit}`,
  ].join('\n');
}

async function busyHome() {
  const kindOf = (i) => KINDS[i % KINDS.length];
  const nameOf = (i) => `${kindOf(i).config.kind}/room-${i}`;
  const configs = Array.from({ length: RULES }, (_, i) => {
    // Half on the topics of the base, half on topics of their own, as zigbee2mqtt has them.
    const topic = i % 2 === 0 ? `${BASE}/sensor/${nameOf(i)}` : `zigbee2mqtt/device-${i}`;
    return { ...kindOf(i).config, name: nameOf(i), topic, area: `room ${i}` };
  });
  const sensors = new Sensors(configs, [], systemClock, createLogger('silent'));
  const sent = new Set();
  const rules = new Rules({
    signals: new Signals([], sensors),
    clock: systemClock,
    log: createLogger('silent'),
    submit: async ({ text }) => void sent.add(text),
    report: ({ text }) => {
      throw new Error(`${text} was refused`);
    },
  });
  await rules.start();
  for (let i = 0; i < RULES; i++) {
    const own = { signal: nameOf(i), ...kindOf(i).condition };
    // Every other rule has a second part, a number that crosses its threshold with every message and decides nothing.
    const other = { signal: nameOf((i + 4) % RULES), ...kindOf(i).condition };
    const crossing = { signal: nameOf(0), op: 'above', value: 21.9, slack: 0 };
    const condition =
      i % 2 === 0 ? own : { op: 'and', of: [own, { op: 'or', of: [crossing, other, { op: 'not', of: crossing }] }] };
    await rules.add(condition, { then: `rule ${i}`, intent: { plan: [], text: '' }, things: [] });
  }
  const topics = new Topics(BASE, sensors.topics);
  const receive = (topic, payload) => {
    const route = topics.route(topic);
    if (route.name === undefined) sensors.receive(topic, payload);
    else sensors.receiveNamed(route.name, payload);
  };
  const messages = Array.from({ length: PAYLOADS * RULES }, (_, n) => {
    const i = n % RULES;
    return { topic: configs[i].topic, payload: Buffer.from(kindOf(i).calm(Math.floor(n / RULES) * 7)) };
  });
  const proveAlive = async () => {
    if (sent.size > 0) throw new Error(`${sent.size} rules fired at readings that are no edge`);
    for (const [i, { topic }] of configs.entries()) receive(topic, Buffer.from(kindOf(i).loud));
    await systemClock.sleep(100);
    if (sent.size !== RULES) throw new Error(`${sent.size} of ${RULES} rules fired at their edge`);
    await rules.close();
  };
  return { messages, receive, proveAlive };
}

/** Messages a second. */
function turn(messages, receive, ms) {
  const begun = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    for (const { topic, payload } of messages) receive(topic, payload);
    count += messages.length;
    elapsed = performance.now() - begun;
  }
  return (1000 * count) / elapsed;
}
