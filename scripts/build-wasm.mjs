// Compiles assembly/ once per target of asconfig.json and asconfig.arm.json, in one process (the compiler itself is the
// slow part to load).
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { writeSchedules } from '../assembly/arm/schedule.mjs';

const root = new URL('..', import.meta.url);
process.chdir(root.pathname);
await mkdir('build/kernels', { recursive: true });
writeSchedules();
// The ARM targets are not optimized here: Binaryen would undo the order that their kernels are written in, and V8
// optimizes them anyway.
for (const config of ['asconfig.json', 'asconfig.arm.json']) {
  const { targets } = JSON.parse(await readFile(config, 'utf8'));
  for (const target of Object.keys(targets)) {
    const { error } = await asc.main(['--config', config, '--target', target], {
      stdout: process.stderr,
      stderr: process.stderr,
      readFile: (name, base) => read(target, name, base),
    });
    if (error) {
      console.error(`build-wasm: target ${target}: ${error.message}`);
      process.exit(1);
    }
  }
}

/** What a target has in the place of a source file. */
function instead(target, name) {
  if (target.startsWith('arm') && name === 'assembly/products-q1.ts') return 'assembly/arm.ts';
  if (target.startsWith('arm') && name === 'assembly/integers.ts') return 'assembly/arm/integers.ts';
  if (target === 'armloop' && name === 'assembly/arm/form.ts') return 'assembly/arm/form-loop.ts';
  return name;
}

/** Null where there is no such file. */
function read(target, name, base) {
  return readFile(join(base, instead(target, name)), 'utf8').catch(() => null);
}
