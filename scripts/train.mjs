// `npm run train -- …`: finds a Python that has torch and hands everything to scripts/train/train.py.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('train/train.py', import.meta.url));
const candidates = [process.env.PYTHON, '/usr/bin/python3', 'python3'].filter(Boolean);
const python = candidates.find((name) => spawnSync(name, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0);
if (python === undefined) {
  console.error('train: no Python with torch found; on Debian: apt-get install python3-torch (or set PYTHON)');
  process.exit(1);
}
const { status } = spawnSync(python, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
