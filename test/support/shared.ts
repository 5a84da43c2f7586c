/** Data that lies beside the repository on some machines, and nowhere else: tests that need it skip without it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** From build/test/support/ up to the folder that holds the repository. */
const shared = new URL('../../../../shared/', import.meta.url);

/** Path of a file or folder of ../shared, e.g. `data/qwen/qwen.tiktoken`; undefined where it is absent. */
export function sharedPath(path: string): string | undefined {
  const full = fileURLToPath(new URL(path, shared));
  return existsSync(full) ? full : undefined;
}

/** For tap's `skip` option: a reason when `path` of ../shared is absent, else false. */
export function skipWithoutShared(...paths: readonly string[]): string | false {
  const absent = paths.find((path) => sharedPath(path) === undefined);
  return absent === undefined ? false : `../shared/${absent} is not here`;
}
