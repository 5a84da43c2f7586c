import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import t, { type Test } from 'tap';
import type { Response } from '../../src/agent/types.ts';
import { Namespace } from './namespace.ts';
import { missing } from './prerequisite.ts';
import { Talking } from './talking.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const ENV = { ...process.env, NODE_OPTIONS: '' };

const opened = await Namespace.open([27, 23]);
if (typeof opened === 'string') {
  const why = `cannot run here: ${opened} (as root: npm run test:gpio)`;
  t.test('onoff for real', missing(why, process.env), (t) => {
    t.fail(why);
    t.end();
  });
} else stories(opened);

function stories(pins: Namespace): void {
  t.teardown(() => pins.close());

  const pump = '{ name: pump, kind: relay, driver: gpio, pin: 23 }';
  const lamp = '{ name: lamp, kind: relay, driver: gpio, pin: GPIO27, active_low: true }';
  const button = '{ name: button/door, kind: button, driver: gpio, pin: BOARD11, debounce_ms: 200 }';

  t.test('button, rule, relay: a rule said in words; bounces are one press; off after SIGTERM', async (t) => {
    // Without a cooldown, each edge that got through would be a command.
    const yaml = `things: [${pump}, ${lamp}]\nsensors: [${button}]\nrules: { cooldown_s: 0 }`;
    const first = await started(t, pins, scratch(t), yaml);
    t.equal(pins.direction(23), 'low', 'the pump is an output, low from its first moment');
    t.equal(pins.level(27), '1', 'active_low: off is high');
    t.match(await first.say('when the door button is pressed, turn on the lamp'), {
      outcome: 'needs-confirmation',
      say: 'When button/door is pressed: turn on the lamp. Shall I keep that?',
    });
    t.match(await first.say('yes'), { outcome: 'executed' });
    t.match(await first.say('when the door button is released, turn on the pump'), { outcome: 'needs-confirmation' });
    t.match(await first.say('yes'), { outcome: 'executed' });
    t.same([pins.level(27), pins.level(23)], ['1', '0'], 'a rule that is kept has done nothing yet');
    pins.edge(17, 1, 0, 1, 0, 1);
    await pinIs(pins, 27, '0');
    t.pass('pressed: the lamp is on');
    pins.edge(17, 0);
    await pinIs(pins, 23, '1');
    t.pass('released: the pump is on');
    // It has its turn after all that the rules wanted.
    t.match(await first.say('turn on the pump'), { outcome: 'executed' });
    t.equal(first.firings(), 2, 'five edges within the debounce time are one press');
    t.equal(await first.end('SIGTERM'), 0);
    t.same([pins.level(27), pins.level(23)], ['1', '0'], 'both are off again');
  });

  t.test('after SIGKILL the next start makes it safe; a stop line disarms', { timeout: 170_000 }, async (t) => {
    const folder = scratch(t);
    const second = await started(t, pins, folder, `things: [${pump}]`);
    await second.set('pump', 'ON');
    await pinIs(pins, 23, '1');
    await second.end('SIGKILL');
    t.equal(pins.level(23), '1', 'a killed process leaves its outputs as they were');

    // The pump is not even declared any more.
    const third = await started(t, pins, folder, `things: [${lamp}]\nstop_line: { pin: 22 }`);
    t.equal(pins.level(23), '0', 'the next start has made it safe');

    await third.set('lamp', 'ON');
    await pinIs(pins, 27, '0');
    pins.edge(22, 1);
    await third.heard('armed', 'false');
    await pinIs(pins, 27, '1');
    t.pass('the stop line has disarmed everything and switched the lamp off');
    t.equal(await third.end('SIGTERM'), 0);
  });
}

function scratch(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gpio-home-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Running {
  /** The response to a command. */
  say(text: string): Promise<Response>;
  /** Commands of rules that were answered so far. */
  firings(): number;
  set(thing: string, state: string): Promise<void>;
  heard(topic: string, payload: string): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** `tokonoma run` with this configuration, armed, on a broker of its own. */
async function started(t: Test, pins: Namespace, folder: string, yaml: string): Promise<Running> {
  const file = join(folder, 'tokonoma.yaml');
  writeFileSync(file, `version: 1\nnode: { name: bench }\ndata: state\nmqtt: { port: 0 }\n${yaml}\n`);
  const child = new Talking(pins.spawn([MAIN, 'run', '--demo', '--config', file], ENV));
  t.teardown(() => child.end('SIGKILL'));
  await child.says('Try one of these');
  const client = await mqtt.connectAsync(/mqtt:\/\/\S+/.exec(child.text)![0]);
  t.teardown(() => client.endAsync(true));
  const last = new Map<string, string>();
  const responses: Response[] = [];
  client.on('message', (topic, payload) => {
    last.set(topic, payload.toString());
    if (topic === 'tokonoma/bench/response') responses.push(JSON.parse(payload.toString()) as Response);
  });
  await client.subscribeAsync('tokonoma/bench/#');
  return {
    say: async (text) => {
      const id = randomUUID();
      await client.publishAsync('tokonoma/bench/command', JSON.stringify({ id, text }), { qos: 1 });
      for (;;) {
        const response = responses.find((candidate) => candidate.id === id);
        if (response !== undefined) return response;
        await sleep(20);
      }
    },
    firings: () => responses.filter(({ id }) => /^[0-9a-f-]{36}:\d+$/.test(id)).length,
    set: async (thing, state) => {
      await client.publishAsync(`tokonoma/bench/${thing}/set`, JSON.stringify({ state }), { qos: 1 });
    },
    heard: async (topic, payload) => {
      while (last.get(`tokonoma/bench/${topic}`) !== payload) await sleep(20);
    },
    end: (signal) => child.end(signal),
  };
}

async function pinIs(pins: Namespace, bcm: number, level: string): Promise<void> {
  while (pins.level(bcm) !== level) await sleep(20);
}
