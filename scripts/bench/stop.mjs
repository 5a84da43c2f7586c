// How long a stop takes, seen from outside: from its publish to the last actuator's word that it is safe, while the
// model decodes on all its threads and the queue is full. The agent is the real program in a process of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { describeMachine } from './machine.mjs';
import { percentile, round } from './statistics.mjs';

const MAIN = fileURLToPath(new URL('../../build/src/cli/main.js', import.meta.url));
const BASE = 'tokonoma/stop';
/** What a stop has to be done within. */
const LIMIT_MS = 20;
/** Loading a large model, and reading its prompt for the first time. */
const READY_MS = 600_000;
const STEP_MS = 60_000;
/** Commands without an outcome at each stop: more than the queue takes. */
const OUTSTANDING = 80;
const FILL_MS = 1500;

/** Each moves until it is stopped: what starts it, and how its state looks then and when it is safe. */
const ACTUATORS = [
  ...Array.from({ length: 6 }, (_, i) => ({
    yaml: { name: `blind ${i}`, kind: 'cover', travel_s: 600 },
    id: `blind-${i}`,
    start: { state: 'OPEN' },
    moves: (state) => state.state === 'OPENING',
  })),
  ...Array.from({ length: 4 }, (_, i) => ({
    yaml: { name: `fan ${i}`, kind: 'fan' },
    id: `fan-${i}`,
    start: { state: 'ON' },
    moves: (state) => state.state === 'ON',
  })),
  {
    yaml: { name: 'pump', kind: 'plug', safe: 'off' },
    id: 'pump',
    start: { state: 'ON' },
    moves: (state) => state.state === 'ON',
  },
  {
    yaml: {
      name: 'rover',
      kind: 'robot',
      max_distance: 10_000,
      bounds: [
        [-10_000, -10_000],
        [10_000, 10_000],
      ],
    },
    id: 'rover',
    start: { action: 'robot.task', args: { op: 'follow' } },
    moves: (state) => state.task === 'following',
  },
];

/**
 * @param options {model, threads: number, stops: number}
 * @param say told what happens, a line at a time
 */
export async function measureStops({ model, threads, stops }, say) {
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-stop-'));
  const agent = new AgentProcess(folder, model, threads);
  try {
    const url = await agent.started;
    const home = await Home.join(url);
    try {
      say('waiting for the first answer of the model');
      await home.answered(home.command(), READY_MS);
      const samples = [];
      const cpu = [];
      for (let i = 0; i < stops; i++) {
        await home.arm();
        await home.startAll();
        await home.fillQueue();
        const before = agent.cpuSeconds();
        const begun = performance.now();
        // Somewhere in the model's work, not always at its beginning.
        await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 50));
        cpu.push((1000 * (agent.cpuSeconds() - before)) / (performance.now() - begun));
        samples.push(await home.stop());
        if ((i + 1) % 20 === 0) say(`${i + 1} of ${stops}: p50 ${round(percentile(samples, 0.5))} ms`);
        await home.settled();
      }
      return {
        ...figures(samples),
        ...home.totals,
        threads,
        model: { path: model },
        busy_cores: round(percentile(cpu, 0.5)),
        machine,
        node: process.version,
      };
    } finally {
      await home.leave();
    }
  } finally {
    await agent.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(samples) {
  const at = (share) => round(percentile(samples, share));
  const p99 = at(0.99);
  return {
    measure: 'stop',
    unit: 'ms',
    stops: samples.length,
    actuators: ACTUATORS.length,
    p50: at(0.5),
    p95: at(0.95),
    p99,
    max: at(1),
    limit_ms: LIMIT_MS,
    within: p99 <= LIMIT_MS,
    samples: samples.map(round),
  };
}

export function reportStops({
  model,
  threads,
  stops,
  actuators,
  full,
  outstanding,
  busy_cores,
  p50,
  p95,
  p99,
  max,
  limit_ms,
  within,
  machine,
}) {
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.system}, load average ${machine.load_average.join(' ')}`,
    `${model.path} on ${threads} threads, ${busy_cores} cores busy; at least ${outstanding} commands under way at each stop, the queue full at ${full}`,
    `${stops} stops of ${actuators} actuators, from publish to the last one safe:`,
    `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, max ${max} ms; ${within ? 'within' : 'OVER'} ${limit_ms} ms at p99`,
  ].join('\n');
}

/** `tokonoma run` with the actuators above. */
class AgentProcess {
  #child;
  #ended;

  constructor(folder, model, threads) {
    const config = join(folder, 'tokonoma.yaml');
    const yaml = {
      version: 1,
      node: { name: 'stop', base: BASE },
      mqtt: { host: '127.0.0.1', port: 0 },
      data: join(folder, 'data'),
      things: ACTUATORS.map((actuator) => actuator.yaml),
      // What the words mean is never done: a drive of minutes would let the model rest.
      policy: { sources: { words: { deny: { safety: ['low', 'medium', 'high'] } } } },
    };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify(yaml));
    const { NODE_OPTIONS: _, ...env } = process.env;
    const args = [MAIN, 'run', '--config', config, '--model', model, '--threads', String(threads)];
    this.#child = spawn(process.execPath, args, {
      env: { ...env, LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)));
    this.started = new Promise((resolve, reject) => {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        const [, url] = /^\s*broker\s+(mqtt:\S+)/.exec(line) ?? [];
        if (url !== undefined) resolve(url);
      });
      void this.#ended.then((code) => reject(new Error(`tokonoma run ended with ${code}`)));
    });
  }

  /** What all its threads have used so far; NaN where the system does not say (Linux does). */
  cpuSeconds() {
    try {
      const tasks = `/proc/${this.#child.pid}/task`;
      let ticks = 0;
      for (const task of readdirSync(tasks)) {
        const fields = readFileSync(`${tasks}/${task}/stat`, 'utf8').split(') ')[1].split(' ');
        ticks += Number(fields[11]) + Number(fields[12]);
      }
      return ticks / 100;
    } catch {
      return NaN;
    }
  }

  async end() {
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.#ended;
    clearTimeout(patience);
  }
}

/** What a client on the broker sees and does. */
class Home {
  totals = { full: 0, outstanding: Infinity };
  #client;
  #commands = 0;
  /** Ids of commands without an outcome. */
  #open = new Set();
  #refused = false;
  #states = new Map();
  #armed = false;
  #listeners = new Set();

  static async join(url) {
    const client = await mqtt.connectAsync(url, { protocolVersion: 4 });
    client.stream.setNoDelay?.(true);
    const home = new Home();
    home.#client = client;
    client.on('message', (topic, payload) => home.#hear(topic.slice(BASE.length + 1), payload));
    await client.subscribeAsync(`${BASE}/#`, { qos: 0 });
    return home;
  }

  #hear(topic, payload) {
    const at = performance.now();
    if (topic === 'armed') this.#armed = payload.toString() === 'true';
    else if (topic === 'response') {
      const { id, code } = JSON.parse(payload);
      this.#open.delete(id);
      if (code === 'queue-full') this.#refused = true;
    } else if (ACTUATORS.some(({ id }) => id === topic)) this.#states.set(topic, { at, state: JSON.parse(payload) });
    else return;
    for (const listener of this.#listeners) listener();
  }

  /** Resolves when the test is true, now or after something was heard. */
  #until(test, ms = STEP_MS, what = 'the agent') {
    return new Promise((resolve, reject) => {
      const done = (settle) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        settle();
      };
      const look = () => test() && done(resolve);
      const timer = setTimeout(() => done(() => reject(new Error(`${what} said nothing for ${ms / 1000} s`))), ms);
      this.#listeners.add(look);
      look();
    });
  }

  #publish(topic, payload, qos = 1) {
    return this.#client.publishAsync(
      `${BASE}/${topic}`,
      typeof payload === 'string' ? payload : JSON.stringify(payload),
      { qos },
    );
  }

  /** Publishes a command without waiting; returns its id. */
  command() {
    const id = `c${++this.#commands}`;
    this.#open.add(id);
    void this.#publish('command', {
      id,
      site: 'words',
      text: `would you see to it that blind ${this.#commands % 6} gets to ${this.#commands} percent`,
    });
    return id;
  }

  answered(id, ms) {
    return this.#until(() => !this.#open.has(id), ms, 'the model');
  }

  async arm() {
    await this.#publish('armed/set', 'true');
    await this.#until(() => this.#armed, STEP_MS, 'armed');
  }

  async startAll() {
    for (const { id, start, moves } of ACTUATORS) {
      this.#states.delete(id);
      await this.#publish(`${id}/set`, start, 0);
      await this.#until(() => moves(this.#states.get(id)?.state ?? {}), STEP_MS, id);
    }
  }

  /** Until one more is refused; a model that is as fast as they come is given a good number of them. */
  async fillQueue() {
    this.#refused = false;
    const patience = performance.now() + FILL_MS;
    while (!this.#refused && performance.now() < patience) {
      while (this.#open.size < OUTSTANDING) this.command();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (this.#refused) this.totals.full++;
    this.totals.outstanding = Math.min(this.totals.outstanding, this.#open.size);
  }

  /** Milliseconds from publish to the last actuator's state that is not moving. */
  async stop() {
    const isSafe = ({ id, moves }) => !moves(this.#states.get(id).state);
    const begun = performance.now();
    void this.#publish('stop', '', 0);
    await this.#until(() => ACTUATORS.every(isSafe), STEP_MS, 'an actuator');
    return Math.max(...ACTUATORS.map(({ id }) => this.#states.get(id).at)) - begun;
  }

  /** Every command has its outcome. */
  async settled() {
    await this.#until(() => this.#open.size === 0 && !this.#armed, STEP_MS, 'the queue');
  }

  async leave() {
    await this.#client.endAsync(true);
  }
}
