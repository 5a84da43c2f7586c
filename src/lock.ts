/** A file that one process has to itself: a lock file beside it names the process, and is worth nothing when that is gone. */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import type { TokonomaError } from './errors.ts';

/** What went wrong, in the words of whoever locks. */
export interface LockErrors {
  /** Another process, which lives, has the lock. */
  busy(lock: string, pid: number): TokonomaError;
  unwritable(lock: string, cause: unknown): TokonomaError;
}

/** Others may take and leave the lock between our looks at it. */
const ATTEMPTS = 10;

/** Takes `lock` until the returned function is called or the process is gone. */
export function takeLock(lock: string, errors: LockErrors): () => void {
  const ours = `${identity(process.pid)} ${randomUUID()}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      create(lock, ours);
      return () => {
        if (readText(lock) === ours) fs.rmSync(lock, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw errors.unwritable(lock, error);
    }
    const owner = readText(lock);
    if (owner === undefined) continue;
    const pid = Number(owner.split(' ')[0]);
    if (isAlive(pid) && owner.startsWith(`${identity(pid)} `)) throw errors.busy(lock, pid);
    removeStale(lock, owner);
  }
  throw errors.busy(lock, Number(readText(lock)?.split(' ')[0]));
}

/** The file appears with its content in it, or not at all: nobody can find it empty. */
function create(lock: string, text: string): void {
  const draft = `${lock}.${randomUUID()}`;
  fs.writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
  try {
    fs.linkSync(draft, lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // A file system without links, such as that of a boot partition.
    fs.writeFileSync(lock, text, { flag: 'wx', mode: 0o600 });
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Moved aside first: of two processes that find the same stale lock, the slower one must not remove the other's new one. */
function removeStale(lock: string, owner: string): void {
  const aside = `${lock}.${randomUUID()}`;
  try {
    fs.renameSync(lock, aside);
    if (readText(aside) !== owner) fs.linkSync(aside, lock);
  } catch {
    // Somebody else was faster.
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/** Process id, and the time of its start where the system tells: ids are used again, in a container at once. */
function identity(pid: number): string {
  const started = stat(pid)?.[19];
  return started === undefined ? String(pid) : `${pid} ${started}`;
}

/** proc_pid_stat(5) from field 3 on: the name, field 2, may hold anything but ends at the last parenthesis. */
function stat(pid: number): string[] | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
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
  // Killed, and not yet buried by its parent.
  if (stat(pid)?.[0] === 'Z') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
