/** The data folder belongs to one process: two that did the same commands would do them twice. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { TokonomaError, messageOf } from '../../errors.ts';
import { takeLock } from '../../lock.ts';

/**
 * Takes the folder until the returned function is called or the process is gone.
 * @throws TokonomaError `data-in-use`, `journal-failed`
 */
export function lockFolder(folder: string): () => void {
  const unwritable = (lock: string, cause: unknown): TokonomaError =>
    new TokonomaError('journal-failed', `cannot write ${lock}: ${messageOf(cause)}; check the disk and the rights`, {
      cause,
    });
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
  return takeLock(path.join(folder, 'lock'), {
    busy: (lock, pid) =>
      new TokonomaError(
        'data-in-use',
        `${folder} is in use by process ${pid}: end that, or give this one another data folder (${lock})`,
      ),
    unwritable,
  });
}
