import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import t, { type Test } from 'tap';
import { Namespace } from './namespace.ts';
import { Talking } from './talking.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const CHILD = fileURLToPath(new URL('button-child.js', import.meta.url));
const ENV = { ...process.env, NODE_OPTIONS: '' };

const opened = await Namespace.open([27, 23]);
if (typeof opened === 'string') {
  const why = `cannot run here: ${opened} (as root: npm run test:gpio)`;
  t.test('onoff for real', process.env['CI'] === 'true' ? {} : { skip: why }, (t) => {
    t.fail(why);
    t.end();
  });
} else stories(opened);

function stories(pins: Namespace): void {
  t.teardown(() => pins.close());

  t.test('a button to ground turns a relay on; bounces are one press; SIGTERM leaves it off', async (t) => {
    const child = new Talking(pins.spawn([CHILD], ENV));
    t.teardown(() => child.end('SIGKILL'));
    await child.says('listening');
    t.equal(pins.level(27), '1', 'active_low: off is high');
    pins.edge(17, 1, 0, 1, 0, 1);
    await child.says('executed');
    t.equal(pins.level(27), '0', 'on');
    t.equal(child.text.match(/^pressed$/gm)?.length, 1, 'five edges within the debounce time are one press');
    pins.edge(17, 0);
    await child.says('released');
    t.equal(await child.end('SIGTERM'), 0);
    t.equal(pins.level(27), '1', 'off again');
  });

  t.test(
    'tokonoma run: safe at start, after SIGTERM, and by the next start after SIGKILL',
    { timeout: 170_000 },
    async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'gpio-home-'));
      t.teardown(() => rmSync(folder, { recursive: true }));
      const pump = '  - { name: pump, kind: relay, driver: gpio, pin: 23 }';
      const valve = '  - { name: valve, kind: relay, driver: gpio, pin: 27 }';
      const lamp = '  - { name: lamp, kind: led, driver: gpio, pin: 27 }';

      const first = await started(t, pins, folder, `things:\n${pump}\n${lamp}`);
      t.equal(pins.direction(23), 'low', 'the pump is an output, low from its first moment');
      await first.set('pump', 'ON');
      await pinIs(pins, 23, '1');
      await first.set('lamp', 'ON');
      await pinIs(pins, 27, '1');
      t.equal(await first.end('SIGTERM'), 0);
      t.equal(pins.level(23), '0', 'the pump is off');
      t.equal(pins.level(27), '0', 'and so is the lamp');

      const second = await started(t, pins, folder, `things:\n${pump}`);
      await second.set('pump', 'ON');
      await pinIs(pins, 23, '1');
      await second.end('SIGKILL');
      t.equal(pins.level(23), '1', 'a killed process leaves its outputs as they were');

      // The pump is not even declared any more.
      const third = await started(t, pins, folder, `things:\n${valve}\nstop_line: { pin: 22 }`);
      t.equal(pins.level(23), '0', 'the next start has made it safe');

      await third.set('valve', 'ON');
      await pinIs(pins, 27, '1');
      pins.edge(22, 1);
      await third.heard('armed', 'false');
      await pinIs(pins, 27, '0');
      t.pass('the stop line has disarmed everything and closed the valve');
      t.equal(await third.end('SIGTERM'), 0);
    },
  );
}

interface Running {
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
  client.on('message', (topic, payload) => last.set(topic, payload.toString()));
  await client.subscribeAsync('tokonoma/bench/#');
  return {
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
