// Compiles assembly/ once per target of asconfig.json, in one process (the compiler itself is the slow part to load).
import { mkdir, readFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const root = new URL('..', import.meta.url);
process.chdir(root.pathname);
const { targets } = JSON.parse(await readFile('asconfig.json', 'utf8'));
await mkdir('build/kernels', { recursive: true });
for (const target of Object.keys(targets)) {
  const { error } = await asc.main(['--config', 'asconfig.json', '--target', target], {
    stdout: process.stderr,
    stderr: process.stderr,
  });
  if (error) {
    console.error(`build-wasm: target ${target}: ${error.message}`);
    process.exit(1);
  }
}
