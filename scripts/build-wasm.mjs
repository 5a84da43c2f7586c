// Compiles assembly/ once per target of asconfig.json and asconfig.arm.json, in one process (the compiler itself is the
// slow part to load).
import { mkdir, readFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';
import { writeSchedules } from '../assembly/arm/schedule.mjs';

const root = new URL('..', import.meta.url);
process.chdir(root.pathname);
await mkdir('build/kernels', { recursive: true });
writeSchedules();
for (const config of ['asconfig.json', 'asconfig.arm.json']) {
  const { entries, targets } = JSON.parse(await readFile(config, 'utf8'));
  for (const target of Object.keys(targets)) {
    // Where the configuration names no entry, each target has its own. Those are not optimized here: Binaryen would
    // undo the order that the kernels are written in, and V8 optimizes them anyway.
    const own = entries ? [] : [`assembly/${target}.ts`];
    const { error } = await asc.main([...own, '--config', config, '--target', target], {
      stdout: process.stderr,
      stderr: process.stderr,
    });
    if (error) {
      console.error(`build-wasm: target ${target}: ${error.message}`);
      process.exit(1);
    }
  }
}
