/** One download of a file at a time: a lock file that names its process, and dies with it. */
import * as fs from 'node:fs';
import { TokonomaError, messageOf } from '../errors.ts';

/**
 * Locks `path` until the returned function is called.
 * @throws TokonomaError `download-busy`
 */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      fs.writeFileSync(lock, identity(process.pid), { flag: 'wx' });
      return () => fs.rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new TokonomaError('cache-unwritable', `cannot write ${lock}: ${messageOf(error)}`, { cause: error });
      }
    }
    const owner = readText(lock) ?? '';
    const pid = Number(owner.split(' ')[0]);
    if (attempt > 0 || (isAlive(pid) && identity(pid) === owner)) {
      throw new TokonomaError(
        'download-busy',
        `process ${pid} is fetching this file already; wait for it, or remove ${lock}`,
      );
    }
    fs.rmSync(lock, { force: true }); // Left by a process that was killed.
  }
}

/** Process id, and the time of its start where the system tells: ids are used again, in a container at once. */
function identity(pid: number): string {
  // proc_pid_stat(5): the name, field 2, may hold anything but ends at the last parenthesis; field 22 is the start.
  const stat = readText(`/proc/${pid}/stat`);
  const started = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return started === undefined ? String(pid) : `${pid} ${started}`;
}

function readText(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
