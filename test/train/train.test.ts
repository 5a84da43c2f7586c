import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { ACTIONS } from '../../src/grammar/actions.ts';
import { quantitiesOf } from '../../src/grammar/numbers.ts';

const folder = join(process.cwd(), 'scripts/train');
const candidates = [process.env.PYTHON, '/usr/bin/python3', 'python3'].filter((name) => name !== undefined);
const python = candidates.find((name) => spawnSync(name, ['--version']).status === 0);
const missing = python === undefined && process.env.CI !== 'true' ? 'no python3 on this machine' : false;

t.test('the checks of the training side pass (those that need torch where it is)', { skip: missing }, async (t) => {
  const args = ['-m', 'unittest', 'discover', '-s', folder];
  const { status, stderr } = spawnSync(python ?? 'python3', args, { encoding: 'utf8' });
  if (status !== 0) t.comment(stderr);
  t.equal(status, 0, 'scripts/train/test_*.py');
  t.match(stderr, /Ran \d\d+ tests/);
});

t.test('trainer and runtime have one vocabulary of actions, and one of percentages', { skip: missing }, async (t) => {
  const code = 'import json, schema; print(json.dumps([schema.SCHEMA, schema.QUANTITY]))';
  const { stdout } = spawnSync(python ?? 'python3', ['-c', code], { encoding: 'utf8', cwd: folder });
  const [schema, quantity] = JSON.parse(stdout) as [Record<string, Record<string, unknown>>, Record<string, number>];
  const ours = ACTIONS.map(({ name, args }) => [
    name,
    args.map(({ name: arg, type, required }) => [required ? `${arg}!` : arg, valuesOf(type)]),
  ]);
  const theirs = Object.entries(schema).map(([name, args]) => [name, Object.entries(args)]);
  t.same(theirs, ours);
  t.same(quantity, quantitiesOf('light.set', 'brightness'));
});

function valuesOf(type: (typeof ACTIONS)[number]['args'][number]['type']): unknown {
  if (type.kind === 'text') return 'string';
  if (type.kind === 'boolean') return [true, false];
  return type.kind === 'enum' ? type.values : 'number';
}
