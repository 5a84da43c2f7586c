import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';

const script = join(process.cwd(), 'scripts/train/test_train.py');
const candidates = [process.env.PYTHON, '/usr/bin/python3', 'python3'].filter((name) => name !== undefined);
const python = candidates.find((name) => spawnSync(name, ['--version']).status === 0);
const missing = python === undefined && process.env.CI !== 'true' ? 'no python3 on this machine' : false;

t.test('the checks of the training side pass (those that need torch where it is)', { skip: missing }, async (t) => {
  const { status, stderr } = spawnSync(python ?? 'python3', [script], { encoding: 'utf8' });
  if (status !== 0) t.comment(stderr);
  t.equal(status, 0, 'scripts/train/test_train.py');
  t.match(stderr, /Ran \d\d+ tests/);
});
