// `npm run train -- …`: finds a Python that has torch and hands everything to scripts/train/train.py.
// `--config HOME.yaml` becomes `--things FILE`: what `tokonoma devices --json` says of it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const fail = (message) => {
  console.error(`train: ${message}`);
  process.exit(1);
};

const candidates = [process.env.PYTHON, '/usr/bin/python3', 'python3'].filter(Boolean);
const python = candidates.find((name) => spawnSync(name, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0);
if (python === undefined) fail('no Python with torch found; on Debian: apt-get install python3-torch (or set PYTHON)');

const args = process.argv.slice(2);
const at = args.findIndex((arg) => arg === '--config' || arg.startsWith('--config='));
let folder;
if (at >= 0) {
  const inline = args[at].startsWith('--config=');
  const config = inline ? args[at].slice('--config='.length) : args[at + 1];
  if (!config) fail('--config needs a file');
  const listed = spawnSync(process.execPath, [
    here('../build/src/cli/main.js'),
    'devices',
    '--config',
    config,
    '--json',
  ]);
  if (listed.status !== 0)
    fail(`--config ${config}: ${String(listed.stderr).trim() || 'build tokonoma first: npm run build'}`);
  folder = mkdtempSync(join(tmpdir(), 'tokonoma-train-'));
  const things = join(folder, 'things.json');
  writeFileSync(things, listed.stdout);
  args.splice(at, inline ? 1 : 2, '--things', things);
}
const { status } = spawnSync(python, [here('train/train.py'), ...args], { stdio: 'inherit' });
if (folder) rmSync(folder, { recursive: true });
process.exit(status ?? 1);
