// Other versions of Node to run tokonoma with: npm carries them as packages, one per platform.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.mjs';

const CACHE = fileURLToPath(new URL('node_modules/.nodes/', import.meta.url));

/**
 * The path of a Node of the version (`24`, `22.12`, `20.19.0`): this one where it is that, otherwise npm's, fetched on
 * first use.
 * @throws when npm has none for this machine
 */
export function nodeBinary(version) {
  if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${os}-${process.arch}`;
  const folder = `${CACHE}${version}`;
  const binary = `${folder}/node_modules/${name}/bin/node${os === 'win' ? '.exe' : ''}`;
  if (!existsSync(binary)) {
    console.error(`fetching Node ${version} (npm: ${name}) into scripts/bench (first use)`);
    mkdirSync(folder, { recursive: true });
    npm(
      ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-package-lock', `${name}@${version}`],
      folder,
    );
  }
  const { status, error } = spawnSync(binary, ['--version']);
  if (status !== 0) throw new Error(`${binary} does not run here${error ? `: ${error.message}` : ''}`);
  return binary;
}
