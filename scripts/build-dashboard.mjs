// Builds src/dashboard into build/dashboard: type-checked, bundled, with hashes in the names, and each file compressed
// beside itself, so that a board never has to. Without vite (`npm install --omit=dev`) the runtime has no dashboard.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src/dashboard');
const out = join(root, 'build/dashboard');

const vite = await import('vite').catch(() => undefined);
if (vite === undefined) {
  console.error('build-dashboard: vite is not installed, skipped');
  process.exit(0);
}
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', source], { stdio: 'inherit' });
if (status !== 0) process.exit(1);

await vite.build({
  root: source,
  configFile: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: join(source, 'index.html'), sw: join(source, 'sw.ts') },
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
});

const files = readdirSync(out, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

// What the service worker keeps, and under which name: a changed file is a changed hash is a changed worker.
const worker = join(out, 'sw.js');
const kept = files.filter((file) => file !== worker).sort();
const hash = createHash('sha256');
for (const file of kept) hash.update(readFileSync(file));
const paths = kept.map((file) => `/${relative(out, file).split(sep).join('/')}`.replace(/^\/index\.html$/, '/'));
const constantsOfWorker = `const FILES=${JSON.stringify(paths)};const VERSION=${JSON.stringify(hash.digest('hex').slice(0, 16))};\n`;
writeFileSync(worker, constantsOfWorker + readFileSync(worker, 'utf8'));

// The page that asks for the token has its style within itself, and no script that could choose a theme.
const styles = (name) => readFileSync(join(source, 'styles', name), 'utf8');
const DARK = /:root\[data-theme='dark'\] \{[^}]*\}/;
const tokens = styles('tokens.css');
if (!DARK.test(tokens)) throw new Error('build-dashboard: tokens.css has no dark theme');
const bySystem = tokens.replace(
  DARK,
  (block) => `@media (prefers-color-scheme: dark) { ${block.replace("[data-theme='dark']", '')} }`,
);
writeFileSync(join(out, 'login.css'), bySystem + styles('base.css') + styles('login.css'));

for (const file of files) {
  if (extname(file) === '.png') continue;
  const content = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
}
