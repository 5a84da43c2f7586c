// Compiles assembly/ once per target of asconfig.json and asconfig.arm.json, in one process (the compiler itself is the
// slow part to load).
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import binaryen from 'assemblyscript/binaryen';
import { writeSchedules } from '../assembly/arm/schedule.mjs';

/**
 * Functions of the ordered target that are faster optimized. The others, above all exact products, prefill and attention,
 * lose by it what their order saves in registers; of them only locals that nobody needs are taken away.
 */
const OPTIMIZED = [
  'matvec-q1/fastOne',
  'matvec-q2/matvecQ2Fast',
  'tables/tablesExact',
  'tables/tablesFast',
  'swiglu/swiglu',
];

const root = new URL('..', import.meta.url);
process.chdir(root.pathname);
await mkdir('build/kernels', { recursive: true });
writeSchedules();
// Neither the ARM targets nor most of the ordered one are optimized here: Binaryen would undo the order that their kernels
// are written in, and V8 optimizes them anyway.
for (const config of ['asconfig.json', 'asconfig.arm.json']) {
  const { targets } = JSON.parse(await readFile(config, 'utf8'));
  for (const [target, { outFile }] of Object.entries(targets)) {
    const { error } = await asc.main(['--config', config, '--target', target], {
      stdout: process.stderr,
      stderr: process.stderr,
      readFile: (name, base) => read(target, name, base),
    });
    if (error) {
      console.error(`build-wasm: target ${target}: ${error.message}`);
      process.exit(1);
    }
    if (target === 'ordered') await writeFile(outFile, optimized(await readFile(outFile)));
  }
}

/** The ordered target, which asc left as it is written. */
function optimized(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  for (const name of OPTIMIZED) module.optimizeFunction(`assembly/${name}`);
  module.runPasses(['vacuum', 'merge-locals', 'coalesce-locals', 'reorder-locals', 'vacuum']);
  const out = module.emitBinary();
  module.dispose();
  return out;
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
