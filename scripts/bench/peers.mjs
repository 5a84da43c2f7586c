// Installs what we compare with, on first use, into scripts/bench/node_modules. All output goes to stderr.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'));

/** Imports node-llama-cpp. Of its prebuilt binaries only this machine's CPU build is fetched, not those for GPUs. */
export async function nodeLlamaCpp() {
  install(llamaBinary(), 'node-llama-cpp');
  return import('node-llama-cpp');
}

/** What a page needs to run @wllama/wllama: the folder of its modules, and a driver of browsers. */
export async function wllamaInBrowser() {
  install('@wllama/wllama', 'playwright-core');
  const { chromium } = await import('playwright-core');
  return { chromium, modules: `${here}node_modules/@wllama/wllama/esm` };
}

/** Installs the named peers beforehand, before engines ask for them at the same time. */
export function installPeers(names) {
  if (names.includes('node-llama-cpp')) install(llamaBinary(), 'node-llama-cpp');
  if (names.includes('wllama')) install('@wllama/wllama', 'playwright-core');
}

function llamaBinary() {
  const os = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform];
  return `@node-llama-cpp/${os}-${process.arch}${os === 'mac' && process.arch === 'arm64' ? '-metal' : ''}`;
}

/** All of package.json at once: npm removes what an earlier call installed and a later one does not name. */
function install(...packages) {
  const missing = packages.filter((name) => !existsSync(`${here}node_modules/${name}`));
  if (missing.length === 0) return;
  console.error(`installing ${missing.join(', ')} into scripts/bench (first use)`);
  const binary = `${llamaBinary()}@${dependencies['node-llama-cpp']}`;
  npm(['install', '--no-save', '--omit=optional', '--ignore-scripts', '--no-package-lock', binary], here);
}
