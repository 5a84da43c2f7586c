import { spawnSync } from 'node:child_process';
import t, { type Test } from 'tap';
import { writeToyModel } from '../support/toy-model.ts';
import { benchModule, benchPath } from './script.ts';

interface Printed {
  machine: Record<string, unknown>;
  node: string;
  kernel: string;
  rows: { engine: string; threads: number; metric: string; median: number; min: number; max: number; runs: number[] }[];
  ratios: { peer: string }[];
  bandwidth: { rows: { metric: string; median: number }[]; shares: unknown[] };
}

/** A variant of the kernels that runs somewhere. */
const KERNEL = /^(simd|relaxed|ordered|arm|armloop)$/;

/** `npm run bench -- …`, without npm. */
function bench(...args: string[]) {
  const env = { ...process.env, NODE_OPTIONS: '' };
  return spawnSync(process.execPath, [benchPath('bench.mjs'), ...args], { encoding: 'utf8', env });
}

function benchJson(t: Test, ...args: string[]): Printed {
  const { status, stdout, stderr } = bench(...args, '--json');
  t.equal(status, 0, stderr);
  t.equal(stdout.trimEnd().split('\n').length, 1, 'one line on stdout');
  return JSON.parse(stdout) as Printed;
}

t.test('decode, without peers', (t) => {
  const model = writeToyModel(t.testdir());
  const printed = benchJson(t, 'decode', '--model', model, '--threads', '1', '--rounds', '2');
  t.match(printed, {
    machine: { cpu: String, cores: Number, caches: Array, load_average: [Number, Number, Number], warnings: Array },
    node: process.version,
    kernel: KERNEL,
    ratios: [],
    rows: [
      { engine: 'tokonoma', threads: 1, metric: 'decode', unit: 'tokens/s' },
      { engine: 'tokonoma', threads: 1, metric: 'decode_cpu', unit: 'cpu-s/token' },
    ],
  });
  for (const { median, min, max, runs } of printed.rows) {
    t.equal(runs.length, 2);
    t.ok(0 < min && min <= median && median <= max);
  }
  t.match(printed.bandwidth.rows[0], { metric: 'wasm', unit: 'GB/s' });
  t.ok(printed.bandwidth.rows.every(({ median }) => median > 0));
  t.match(printed.bandwidth.shares, [{ engine: 'tokonoma', threads: 1 }]);
  t.end();
});

t.test('two precisions are two engines', (t) => {
  const model = writeToyModel(t.testdir());
  const args = ['--model', model, '--precision', 'auto,exact', '--rounds', '1'];
  const { rows, ratios } = benchJson(t, 'prefill', ...args);
  t.match(rows, [
    { engine: 'tokonoma', metric: 'prefill' },
    { engine: 'tokonoma-exact', metric: 'prefill' },
  ]);
  t.match(ratios, [{ engine: 'tokonoma-exact', peer: 'tokonoma' }]);
  t.end();
});

t.test('attention, load and command', (t) => {
  const model = writeToyModel(t.testdir(), { contextLength: 2048 });
  t.match(benchJson(t, 'attention', '--model', model, '--rounds', '1').rows, [
    { metric: 'decode@64' },
    { metric: 'decode@1024' },
    { metric: 'attention' },
  ]);
  t.match(benchJson(t, 'load', '--model', model, '--rounds', '1').rows, [{ metric: 'load', unit: 'ms' }]);
  const command = benchJson(t, 'command', '--rounds', '1');
  t.match(command.rows, [{ metric: 'command_p50' }, { metric: 'command_p95' }]);
  t.match(command.kernel, KERNEL);
  t.end();
});

t.test('wrong flags', (t) => {
  for (const args of [['dekode'], ['decode', '--model', '/no/such.gguf'], ['decode', '--model', 'seedlin']]) {
    const { status, stdout, stderr } = bench(...args);
    t.equal(status, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, /^bench: /);
    t.notMatch(stderr, /\n +at /, 'no stack trace');
  }
  t.end();
});

t.test('the commands', async (t) => {
  const { commands } = await benchModule<{ commands: () => string[] }>('commands.mjs');
  t.same(commands(), commands(), 'always the same');
  t.ok(new Set(commands()).size > 200, 'hardly one twice');
  t.notMatch(commands().join('\n'), /[{}]|undefined/);
});
