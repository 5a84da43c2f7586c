/** `tokonoma completion`: a script that a shell loads, made of what the commands say of themselves. */
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import { zsh } from './completion/zsh.ts';
import { HELP_OPTION, misused, parse, type Command, type CommandSpec } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Described } from './completion/described.ts';

const SHELLS = { bash, zsh, fish };

const SPEC = {
  name: 'completion',
  synopsis: ['completion bash|zsh|fish'],
  description: [
    'Prints a script for the shell that completes commands, their options, and values where they are known: names of ' +
      'models, levels, files. It is made of the same descriptions as this help.',
  ],
  operands: { words: Object.keys(SHELLS) },
  options: {},
  files: {
    '/etc/bash_completion.d/tokonoma': 'bash, for everybody',
    '~/.local/share/bash-completion/completions/tokonoma': 'bash, for you',
    '/usr/share/zsh/vendor-completions/_tokonoma': 'zsh, or any folder of your fpath',
    '~/.config/fish/completions/tokonoma.fish': 'fish',
  },
  examples: {
    'source <(tokonoma completion bash)': 'in this bash',
    'tokonoma completion fish > ~/.config/fish/completions/tokonoma.fish': 'in every fish from now on',
  },
} as const satisfies CommandSpec;

export const COMPLETION: Command = { spec: SPEC, run: (argv) => completionCommand(argv) };

/** Returns the exit code. Throws `bad-usage`. */
export async function completionCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { positionals } = parse(argv, SPEC);
  const [shell] = positionals;
  if (positionals.length !== 1 || shell === undefined || !Object.hasOwn(SHELLS, shell)) {
    throw misused(SPEC, `completion takes one shell: ${Object.keys(SHELLS).join(', ')}`);
  }
  out.write(SHELLS[shell as keyof typeof SHELLS](await described()));
  return 0;
}

/** Every command with what it takes; `help` takes a command. */
async function described(): Promise<Described[]> {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { summary, load }]) => {
      const { spec } = await load();
      return { name, summary, options: { ...spec.options, ...HELP_OPTION }, operands: spec.operands ?? {} };
    }),
  );
  const names = commands.map(({ name }) => name);
  return [...commands, { name: 'help', summary: 'say more about a command', options: {}, operands: { words: names } }];
}
