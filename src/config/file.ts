/** Rewriting a configuration file: a backup beside it, then the new text in one step. */
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { TokonomaError } from '../errors.ts';

/**
 * Replaces the text of an existing file; a process that dies on the way leaves the old file or the new one. Rights stay
 * as they are: there may be passwords in it. Returns the path of the backup. Throws `config-not-written`.
 */
export function replaceConfig(path: string, text: string, now: Date): string {
  try {
    const file = realpathSync(path);
    const backup = `${file}.${now.toISOString().replace(/[:.]/g, '-')}.bak`;
    const { mode } = statSync(file);
    copyFileSync(file, backup);
    replace(file, text, mode & 0o777);
    return backup;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unwritable';
    throw new TokonomaError('config-not-written', `${path}: cannot be written (${why}); nothing was changed`, {
      cause: error,
    });
  }
}

function replace(file: string, text: string, mode: number): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    const fd = openSync(fresh, 'w', mode);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  // So that the new name survives a power cut, too.
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
