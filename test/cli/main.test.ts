/** The command line as scripts meet it: what is on stdout, what on stderr, the exit code. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import t from 'tap';
import type { Response } from '../../src/agent/types.ts';
import { answerText } from '../../src/cli/ask.ts';
import { parse } from '../../src/cli/command.ts';
import { configOf, engineSettings } from '../../src/cli/options.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

function tokonoma(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

t.test('help, version and mistakes', async (t) => {
  t.match(await tokonoma(['help']), { code: 0, out: /run.*ask.*eval.*devices/s, err: '' });
  t.match(await tokonoma(['--version']), { code: 0, out: /^\d+\.\d+\.\d+\n$/ });
  t.match(await tokonoma(['ask', '--help']), { code: 0, out: /--no-fast/ });
  t.match(await tokonoma([]), { code: 2, out: /COMMAND/ });
  t.match(await tokonoma(['aks']), {
    code: 2,
    out: '',
    err: 'tokonoma: there is no command "aks"; did you mean "ask"? [bad-usage]\n',
  });
  t.match(await tokonoma(['toString']), { code: 2, err: /no command/ });
  t.match(await tokonoma(['ask']), { code: 2, out: '', err: /ask needs a command/ });
  t.match(await tokonoma(['ask', 'x', '--jsn']), {
    code: 2,
    out: '',
    err: /Unknown option '--jsn'; did you mean --json\?/,
  });
  t.match(await tokonoma(['ask', 'x', '--context', 'many']), { code: 2, err: /--context/ });
});

t.test('what is declared, for scripts: things and sensors with their descriptions', async (t) => {
  const { code, out } = await tokonoma(['devices', '--json']);
  t.equal(code, 0);
  const { things, sensors } = JSON.parse(out) as Record<string, { td: object }[]>;
  t.match(things![0]!.td, { '@type': /^tk:/, actions: Object });
  t.match(sensors![0], {
    name: 'temperature/kitchen',
    unit: '°C',
    td: { '@type': ['tk:sensor', 'tk:temperature'], title: 'kitchen temperature' },
  });
});

t.test('files that are not there or not right', async (t) => {
  t.match(await tokonoma(['ask', 'x', '--config', '/nowhere.yaml']), {
    code: 1,
    out: '',
    err: /nowhere.*\[config-not-found\]/,
  });
  const file = path.join(t.testdir(), 'bad.gguf');
  writeFileSync(file, 'GGUF but no more');
  const { code, out, err } = await tokonoma(['ask', 'x', '--model', file]);
  t.equal(code, 1);
  t.equal(out, '');
  t.match(err, /^tokonoma: .*bad\.gguf.*\[gguf-[a-z-]+\]\n$/s);
  t.notMatch(err, /\n {4}at /, 'no stack trace');
});

t.test('ask --json prints one response', async (t) => {
  const { code, out, err } = await tokonoma(['ask', '--json', 'turn on the kitchen light']);
  t.equal(code, 0, err);
  t.equal(out.indexOf('\n'), out.length - 1, 'one line');
  t.match(JSON.parse(out), {
    text: 'turn on the kitchen light',
    outcome: String,
    plan: Array,
    actions: Array,
    model: 'seedling',
    path: 'fast',
    timing: { tokens_in: 0 },
  });
  const slow = JSON.parse(
    (await tokonoma(['ask', '--json', '--no-fast', 'turn on the kitchen light'])).out,
  ) as Response;
  t.equal(slow.path, 'model', 'every command goes through the model');
  t.ok(slow.timing.tokens_in > 0);
});

t.test('ask answers whatever the outcome, and stop needs no model', async (t) => {
  const { code, out } = await tokonoma(['ask', '--json', 'stop everything']);
  t.equal(code, 0);
  t.match(JSON.parse(out), { outcome: 'executed', path: 'stop' });
  const empty = await tokonoma(['ask', ' ']);
  t.match(empty, { code: 0, out: /^refused: .*\[empty\]\n$/ });
});

t.test('run: an embedded broker, ready, and a clean end', async (t) => {
  const file = path.join(t.testdir(), 'home.yaml');
  writeFileSync(
    file,
    `version: 1
node: { name: lab }
mqtt: { port: 0 }
data: state
things: [{ name: desk lamp, kind: light }]`,
  );
  const child = spawn(process.execPath, [MAIN, 'run', '--demo', '--config', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let out = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const found = /how warm[^\n]*\n/.test(out) ? /mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(out) : null;
      if (found) resolve(found[1]!);
    });
    child.on('close', () => reject(new Error(`it ended: ${out}`)));
  });
  t.match(out, /tokonoma\/lab\/command/);
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0 });
  const states: string[] = [];
  const lit = new Promise<void>((resolve) => {
    client.on('message', (_topic, payload) => {
      states.push(payload.toString());
      if (payload.toString().includes('ON')) resolve();
    });
  });
  await client.subscribeAsync('tokonoma/lab/desk-lamp');
  await client.publishAsync('tokonoma/lab/desk-lamp/set', 'ON');
  await lit;
  await client.endAsync(true);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.kill('SIGTERM');
  t.equal(await ended, 0);
});

t.test('the answer for people', async (t) => {
  const response = {
    id: 'x',
    text: 'x',
    plan: [],
    model: 'seedling',
    path: 'model',
    timing: { queue_ms: 0, prefill_ms: 0, decode_ms: 0, tokens_in: 0, tokens_out: 0, forced: 0 },
  } as const;
  const act = { device: 'robot', action: 'robot.drive', args: { direction: 'forward', distance: 2 } };
  const text = (more: Partial<Response>): string =>
    answerText({ ...response, plan: [], actions: [], outcome: 'executed', ...more });
  t.equal(text({ actions: [{ ...act, outcome: 'executed' }] }), 'robot: robot.drive direction=forward distance=2\n');
  t.equal(text({ say: 'It is 10:00.' }), 'It is 10:00.\n');
  t.equal(text({ outcome: 'not-understood', reason: 'what?' }), 'not-understood: what?\n');
  t.equal(
    text({ outcome: 'failed', code: 'stopped', reason: 'a stop', actions: [{ ...act, outcome: 'failed' }] }),
    'failed: a stop [stopped]\nrobot: robot.drive direction=forward distance=2 (failed)\n',
  );
});

t.test('options', async (t) => {
  const spec = {
    name: 'look',
    synopsis: ['look [--config FILE] [--json]'],
    description: [],
    options: {
      config: { type: 'string', value: 'FILE', help: '' },
      json: { type: 'boolean', help: '' },
    },
    examples: {},
  } as const;
  t.match(parse(['a', '--json', 'b'], spec), { values: { json: true }, positionals: ['a', 'b'] });
  const message = /\n {2}tokonoma look \[--config FILE\] \[--json\]\n\ntokonoma help look says more$/;
  t.throws(() => parse(['--config'], spec), { code: 'bad-usage', message });
  t.throws(() => parse(['--jsno'], spec), { code: 'bad-usage', message: /did you mean --json\?/ });
  const demo = configOf(undefined);
  t.equal(demo.node.base, 'tokonoma/demo');
  const config = { ...demo, model: 'bonsai-1.7b', memory: 1024 };
  t.strictSame(engineSettings({}, config), { model: 'bonsai-1.7b', memory: '1024' });
  const said = { model: 'x', memory: '2M', context: '64', threads: '2', precision: 'fast' } as const;
  const read = { model: 'x', memory: '2M', context: 64, threads: 2, precision: 'fast' } as const;
  t.strictSame(engineSettings(said, config), read);
  const all = { ...config, model: 'auto', memory: 'auto', context: 1, threads: 1, precision: 'exact' } as const;
  t.strictSame(engineSettings({}, all), { model: 'auto', memory: 'auto', context: 1, threads: 1, precision: 'exact' });
  t.strictSame(engineSettings(said, all), read, 'the command line wins');
  t.throws(() => engineSettings({ threads: '0' }), { code: 'bad-usage' });
  t.throws(() => engineSettings({ precision: 'high' }), { code: 'bad-usage', message: /exact, fast, auto/ });
});
