// npm, with everything it says on stderr.
import { spawnSync } from 'node:child_process';

/** @throws when npm fails; what it said of that is on stderr */
export function npm(args, folder) {
  const { status } = spawnSync('npm', [...args, '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${folder}`);
}
