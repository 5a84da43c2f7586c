/** Completion for zsh: specifications for _arguments (zshcompsys(1)). */
import type { Offers, OptionSpec } from '../command.ts';
import { quoted, type Described } from './described.ts';

export function zsh(commands: readonly Described[]): string {
  return `#compdef tokonoma
# zsh completion of tokonoma: put it as _tokonoma into a folder of your fpath
_tokonoma() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${plain(summary)}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    _arguments '--help[what there is]' '--version[of this package]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(branch).join('\n')}
  esac
}
_tokonoma_or_file() {
  _alternative "words:word:($*)" 'files:file:_files'
}
# Loaded by compinit it is the function's body; sourced, it registers itself.
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _tokonoma "$@"; else compdef _tokonoma tokonoma; fi
`;
}

function branch({ name, options, operands }: Described): string {
  const specs = Object.entries(options).map(([option, spec]) => argument(option, spec));
  return `    ${name})
      _arguments -s \\
${[...specs, rest(operands)].map((spec) => `        ${spec}`).join(' \\\n')} ;;`;
}

function argument(option: string, { type, short, value = '', help, offers = {} }: OptionSpec): string {
  const what = `[${plain(help)}]`;
  const taken = type === 'string' ? `:${plain(value)}:${action(offers)}` : '';
  const long = quoted(`--${option}${what}${taken}`);
  return short === undefined ? long : `${long} ${quoted(`-${short}${what}${taken}`)}`;
}

const rest = (operands: Offers): string => quoted(`*:argument:${action(operands)}`);

function action({ words = [], files = false }: Offers): string {
  if (!files) return words.length === 0 ? ' ' : `(${words.join(' ')})`;
  return words.length === 0 ? '_files' : ` _tokonoma_or_file ${words.join(' ')}`;
}

/** Brackets and colons end the parts of a specification. */
function plain(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, '\\$&');
}
