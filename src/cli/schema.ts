/** `tokonoma schema`: what may stand in tokonoma.yaml, for editors that complete and check it. */
import { published } from '../config/published.ts';
import { CONFIG_SCHEMA } from '../config/schema.ts';
import { parse, type Command, type CommandSpec } from './command.ts';

const SPEC = {
  name: 'schema',
  synopsis: ['schema > tokonoma.schema.json'],
  description: [
    'Prints the JSON Schema (draft 2020-12) of tokonoma.yaml. An editor with yaml-language-server uses it when the file ' +
      'begins with the line: # yaml-language-server: $schema=tokonoma.schema.json',
  ],
  options: {},
  examples: { 'tokonoma schema > tokonoma.schema.json': 'beside tokonoma.yaml' },
} as const satisfies CommandSpec;

export const SCHEMA: Command = { spec: SPEC, run: (argv) => schemaCommand(argv) };

/** The text that is committed as docs/tokonoma.schema.json. */
export function schemaText(): string {
  return `${JSON.stringify(published(CONFIG_SCHEMA), null, 2)}\n`;
}

/** Returns the exit code. Throws `bad-usage`. */
export async function schemaCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  parse(argv, SPEC);
  out.write(schemaText());
  return 0;
}
