/** `tokonoma migrate`: rewrites an older configuration in the present form; the file as it was stays beside it. */
import { readFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { replaceConfig } from '../config/file.ts';
import { loadConfig } from '../config/load.ts';
import { YamlSource } from '../config/source.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import { CONFIG_ENVIRONMENT, CONFIG_OPTIONS } from './options.ts';

const SPEC = {
  name: 'migrate',
  synopsis: ['migrate --config FILE [--json]'],
  description: [
    'Rewrites FILE in the present form, if it has an older one. Comments stay; the file as it was is kept beside it.',
  ],
  options: {
    config: { ...CONFIG_OPTIONS.config, help: 'configuration to rewrite' },
    json: { type: 'boolean', help: '{file, backup, migrations}' },
  },
  environment: CONFIG_ENVIRONMENT,
  files: { 'FILE.<time>.bak': 'what FILE was' },
  examples: { 'tokonoma migrate --config tokonoma.yaml': 'after an update, when a start says so' },
} as const satisfies CommandSpec;

export const MIGRATE: Command = { spec: SPEC, run: (argv) => migrateCommand(argv) };

/** Returns the exit code. Throws `bad-usage`, `config-…`. */
export async function migrateCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values } = parse(argv, SPEC);
  const file = values.config;
  if (file === undefined) throw misused(SPEC, 'migrate needs --config FILE');
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
