/** `tokonoma migrate`: rewrites an older configuration in the present form; the file as it was stays beside it. */
import { readFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { replaceConfig } from '../config/file.ts';
import { loadConfig } from '../config/load.ts';
import { YamlSource } from '../config/source.ts';
import { TokonomaError } from '../errors.ts';
import { CONFIG_OPTIONS, parse } from './options.ts';

export const MIGRATE_USAGE = `tokonoma migrate --config FILE [--json]

Rewrites FILE in the present form, if it has an older one. Comments stay; the file as it was is kept beside it.

  --config FILE  configuration to rewrite
  --json         {file, backup, migrations}
  --help         this text
`;

/** Returns the exit code. Throws `bad-usage`, `config-…`. */
export async function migrateCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values } = parse(argv, { ...CONFIG_OPTIONS, json: { type: 'boolean' } }, MIGRATE_USAGE);
  if (values.help === true) {
    out.write(MIGRATE_USAGE);
    return 0;
  }
  const file = values.config;
  if (file === undefined) throw new TokonomaError('bad-usage', `migrate needs --config FILE\n\n${MIGRATE_USAGE}`);
  // What is not valid in its present form is not touched.
  loadConfig(file);
  const source = new YamlSource(readFileSync(file, 'utf8'), file);
  const { migrations } = source;
  const backup = migrations.length === 0 ? null : replaceConfig(file, source.text(), new Date(systemClock.now()));
  if (values.json === true) out.write(`${JSON.stringify({ file, backup, migrations })}\n`);
  else if (backup === null) out.write(`${file} has the present form; nothing was changed\n`);
  else out.write(`${migrations.join('\n')}\nthe file as it was: ${backup}\n`);
  return 0;
}
