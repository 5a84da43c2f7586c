// npm run test:arm -- [--node 24]: the kernels' tests (build/test/assembly) by an arm64 Node under qemu.
// Ends with the line `N passed, N failed`; where there can be no such machine, with `0 passed, 0 failed, N skipped`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { armMachine, NoArmMachine } from './machine.mjs';

const { values: options, positionals } = parseArgs({
  options: { node: { type: 'string', default: '24' } },
  allowPositionals: true,
});
const folder = fileURLToPath(new URL('../../../build/test/assembly/', import.meta.url));
const tests = readdirSync(folder)
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => positionals.length === 0 || positionals.some((wanted) => name.includes(wanted)));

let machine;
try {
  machine = armMachine({ node: options.node });
} catch (error) {
  if (!(error instanceof NoArmMachine)) throw error;
  console.error(`test:arm: no arm64 machine can be emulated here: ${error.message}`);
  console.log(`0 passed, 0 failed, ${tests.length} skipped`);
  process.exit(0);
}

process.env.TAP_TIMEOUT = '0'; // An emulated machine takes what it takes.
const total = { passed: 0, failed: 0, skipped: 0 };
for (const test of tests) {
  const result = await run(test);
  console.log(
    `${result.failed > 0 ? 'not ok' : 'ok'} - ${test} (arm64, Node ${machine.node}): ${result.passed} passed`,
  );
  for (const verdict of Object.keys(total)) total[verdict] += result[verdict];
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Counts the assertions of a test's TAP; those that failed are shown. A file that ends badly has failed. */
async function run(test) {
  const child = machine.spawn([join(folder, test)]);
  const result = { passed: 0, failed: 0, skipped: 0 };
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const lines = (tail + chunk).split('\n');
    tail = lines.pop();
    for (const line of lines) judge(line, result);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0 && result.failed === 0) result.failed = 1;
  return result;
}

function judge(line, result) {
  const match = /^\s*(not ok|ok) \d+(?: - (.*))?$/.exec(line);
  if (match === null) return;
  const [, verdict, rest = ''] = match;
  // A line that opens or closes a subtest is no assertion of its own.
  if (/# time=/.test(rest) || rest.endsWith('{')) return;
  if (/ # (SKIP|TODO)/i.test(rest)) result.skipped++;
  else if (verdict === 'ok') result.passed++;
  else {
    result.failed++;
    console.log(line);
  }
}
