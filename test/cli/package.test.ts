/** What a user installs: the packed package in an empty folder, without compilers and without install scripts. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

t.test('npm pack, npm install --omit=dev --ignore-scripts, npx tokonoma ask', { timeout: 300_000 }, async (t) => {
  const folder = t.testdir({ 'package.json': '{ "private": true }' });
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  const { stdout: listing } = await run('tar', ['tzf', join(folder, tarball)]);
  for (const part of ['build/kernels/kernels.simd.wasm', 'build/src/cli/main.js', 'src/seedling/seedling.gguf']) {
    t.ok(listing.includes(`package/${part}\n`), `${part} is in the package`);
  }
  t.notMatch(listing, /build\/test|scripts\/|\.map\n/, 'and what only we need is not');
  try {
    await run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`], {
      cwd: folder,
    });
  } catch (error) {
    if (process.env['CI'] !== 'true' && /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT/.test(String(error))) {
      t.pass('installs', { skip: 'the npm registry cannot be reached' });
      return;
    }
    throw error;
  }
  const { stdout } = await run('npx', ['tokonoma', 'ask', '--json', 'turn on the kitchen light'], { cwd: folder });
  t.match(JSON.parse(stdout), { outcome: 'executed', model: 'seedling' });
});
