// Installs what we compare with, on first use, into scripts/bench/node_modules. All output goes to stderr.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Imports node-llama-cpp. Of its prebuilt binaries only this machine's CPU build is fetched, not those for GPUs. */
export async function nodeLlamaCpp() {
  const { version } = {
    version: JSON.parse(readFileSync(`${here}package.json`, 'utf8')).dependencies['node-llama-cpp'],
  };
  const os = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform];
  const binary = `@node-llama-cpp/${os}-${process.arch}${os === 'mac' && process.arch === 'arm64' ? '-metal' : ''}`;
  if (!existsSync(`${here}node_modules/${binary}`)) {
    console.error(`installing node-llama-cpp ${version} into scripts/bench (first use)`);
    npm('install', '--no-save', '--omit=optional', '--ignore-scripts', `${binary}@${version}`);
  }
  return import('node-llama-cpp');
}

function npm(...args) {
  const { status } = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: here,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in scripts/bench`);
}
