// The same reading in C, where a compiler is: what this machine can do, apart from WASM.
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('read-loop.c', import.meta.url));
const FOLDER = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));

/** Compiles read-loop.c for this processor; returns the program's path, undefined without a compiler. */
export function compileCLoop() {
  const program = `${FOLDER}read-loop`;
  mkdirSync(FOLDER, { recursive: true });
  // Under another name first: a program that another run is running cannot be written over, but replaced.
  const fresh = `${program}.${process.pid}`;
  const { error, status, stderr } = spawnSync('cc', ['-O3', '-march=native', '-pthread', SOURCE, '-o', fresh], {
    encoding: 'utf8',
  });
  if (status === 0) {
    renameSync(fresh, program);
    return program;
  }
  console.error(`no read loop in C: ${error?.code === 'ENOENT' ? 'there is no C compiler (cc)' : stderr.trim()}`);
  return undefined;
}
