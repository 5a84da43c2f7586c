// The parts of the command sets beside the repository: held out, validation, or what is trained on.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TokonomaError } from '../../build/src/errors.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const COMMANDS = join(ROOT, '../shared/data/commands');

/**
 * `use`s the files of one part, one per set, sorted by name, in a folder that is gone afterwards; undefined where the
 * sets are not here.
 * @param {'heldout' | 'validation' | 'train'} part
 * @param {(files: { name: string, file: string }[]) => T | Promise<T>} use
 * @returns {Promise<T | undefined>}
 * @template T
 */
export async function withPart(part, use, commands = COMMANDS) {
  if (!existsSync(commands)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-eval-'));
  try {
    python([join(ROOT, 'scripts/train/split.py'), '--commands', commands, '--out', folder, '--part', part]);
    const suffix = `.${part}.jsonl`;
    const names = readdirSync(folder).filter((name) => name.endsWith(suffix) && name !== `all${suffix}`);
    const files = names.sort().map((name) => ({ name: name.slice(0, -suffix.length), file: join(folder, name) }));
    return await use(files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a Python of the project's own scripts prints. */
export function python(args, interpreter = process.env.PYTHON ?? 'python3') {
  const { status, stdout, stderr, error } = spawnSync(interpreter, ['-B', ...args], { encoding: 'utf8' });
  if (status === 0) return stdout;
  const why = error?.message ?? stderr.trim().split('\n').at(-1);
  throw new TokonomaError('python-failed', `${interpreter} ${args[0]}: ${why}`);
}

/** Runs a script's main; what is the user's fault is said without a stack. */
export async function run(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof TokonomaError) && !String(error?.code).startsWith('ERR_PARSE_ARGS')) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
