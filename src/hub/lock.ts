/** One download of a file at a time. */
import { TokonomaError, messageOf } from '../errors.ts';
import { takeLock } from '../lock.ts';

/**
 * Locks `path` until the returned function is called.
 * @throws TokonomaError `download-busy`, `cache-unwritable`
 */
export function lockFile(path: string): () => void {
  return takeLock(`${path}.lock`, {
    busy: (lock, pid) =>
      new TokonomaError(
        'download-busy',
        `process ${pid} is fetching this file already; wait for it, or remove ${lock}`,
      ),
    unwritable: (lock, cause) =>
      new TokonomaError('cache-unwritable', `cannot write ${lock}: ${messageOf(cause)}`, { cause }),
  });
}
