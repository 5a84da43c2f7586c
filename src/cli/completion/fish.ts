/** Completion for fish: one line per option (fish-completions(7)). */
import type { Offers, OptionSpec } from '../command.ts';
import type { Described } from './described.ts';

export function fish(commands: readonly Described[]): string {
  return `# fish completion of tokonoma
complete -c tokonoma -f
complete -c tokonoma -n __fish_use_subcommand -l help -d 'what there is'
complete -c tokonoma -n __fish_use_subcommand -l version -d 'of this package'
${commands.map(lines).join('\n')}
`;
}

function lines({ name, summary, options, operands }: Described): string {
  const here = `complete -c tokonoma -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  return [
    `complete -c tokonoma -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...Object.entries(options).map(([option, spec]) => `${here} ${argument(option, spec)}`),
    ...operand(operands).map((offer) => `${here} ${offer}`),
  ].join('\n');
}

function argument(option: string, { type, short, help, offers = {} }: OptionSpec): string {
  const flags = `-l ${option}${short === undefined ? '' : ` -s ${short}`}`;
  // -x: takes a value that is no file; -rF: takes a file.
  const value = type === 'boolean' ? '' : offers.files === true ? ' -rF' : ' -x';
  const words = offers.words === undefined ? '' : ` -a ${quoted(offers.words.join(' '))}`;
  return `${flags}${value}${words} -d ${quoted(help)}`;
}

function operand({ words = [], files = false }: Offers): string[] {
  return [...(words.length === 0 ? [] : [`-a ${quoted(words.join(' '))}`]), ...(files ? ['-F'] : [])];
}

/** In single quotes fish knows two escapes: of the quote and of the backslash. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
