/** What a user installs: the packed package in an empty folder, without compilers and without install scripts. */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
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

  // The library as its page shows it.
  for (const [name, printed] of Object.entries(EXAMPLES)) {
    cpSync(join(ROOT, 'docs/examples', name), join(folder, name));
    const { stdout, stderr } = await run(process.execPath, [name], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    t.match(stdout, printed, name);
    t.equal(stderr, '', `${name} has nothing to complain of`);
  }
  // They say `@ts-check`, and keep it: against the declarations in the package.
  const compiler = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--allowJs',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--lib',
    'es2023',
  ];
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  const checked = await run(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), ...compiler, ...types, '--skipLibCheck', ...Object.keys(EXAMPLES)],
    { cwd: folder },
  ).catch((error: { stdout: string }) => error);
  t.equal(checked.stdout, '', 'the examples type-check');
});

/** What each prints, in order. */
const EXAMPLES: Readonly<Record<string, RegExp>> = {
  'understand.mjs':
    /^seedling, [^]*light\.set \{"area":"kitchen","power":"on"\}\nrobot\.drive \{"direction":"forward","distance":2,"unit":"m"\}\n\[\{"action":"light\.set","args":\{"device":"reading lamp","brightness":20\}\}\] sure\n$/,
  'home.mjs':
    /^driver: light\.set \{"power":"on"\}\nstate: desk lamp ON\nturn on the desk lamp: executed: [^]*toaster: (?:unknown-device|not-understood): [^]*is the desk lamp on: executed: The desk lamp is on[^]*after a stop: refused\n/,
  'mqtt.mjs': /^commands are taken on tokonoma\/porch\/command\n[^]*Rule 1: [^]*\nporch light: ON\n$/,
};
