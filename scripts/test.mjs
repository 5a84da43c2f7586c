// Runs tap over the compiled tests, keeps its exit code, and ends with the plain line `N passed, N failed`.
// Arguments go to tap: `npm test -- build/test/gguf/*.test.js`.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const tap = join(dirname(require.resolve('tap/package.json')), 'dist', 'esm', 'run.mjs');
const child = spawn(process.execPath, [tap, '--reporter=tap', '--disable-coverage', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

let tail = '';
let passed = 0;
let failed = 0;
let skipped = 0;
child.stdout.setEncoding('utf8');
child.stdout.on('data', (chunk) => {
  tail += chunk;
  const lines = tail.split('\n');
  tail = lines.pop();
  for (const line of lines) report(line);
});
child.on('close', (code) => {
  if (tail) report(tail);
  const ok = code === 0 && failed === 0;
  // A runner that dies without naming a failed test has failed all the same.
  if (!ok && failed === 0) failed = 1;
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exitCode = ok ? 0 : code || 1;
});

/** Counts leaf assertions of the TAP stream; prints what a person wants to see: failures, skips, one line a file. */
function report(line) {
  const match = /^(\s*)(not ok|ok) \d+(?: - (.*))?$/.exec(line);
  if (match === null) {
    if (!/^\s*(1\.\.\d+|# |TAP version|---|\.\.\.|\}?$)/.test(line)) console.log(line);
    return;
  }
  const [, indent, verdict, rest = ''] = match;
  if (indent === '') console.log(line.replace(/ \{$/, ''));
  else if (verdict === 'not ok' || / # SKIP/.test(rest)) console.log(line);
  // A line that opens or closes a subtest is no assertion of its own: only leaves count.
  if (/# time=/.test(rest) || / \{$/.test(line)) return;
  if (/ # (SKIP|TODO)/i.test(rest)) skipped++;
  else if (verdict === 'ok') passed++;
  else failed++;
}
