/** Completion for bash 4 and later: a function that fills COMPREPLY (bash(1), Programmable Completion). */
import type { Offers, OptionTable } from '../command.ts';
import { quoted, type Described } from './described.ts';

export function bash(commands: readonly Described[]): string {
  const names = commands.map(({ name }) => name);
  return `# bash completion of tokonoma: source <(tokonoma completion bash)
_tokonoma() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words='' files=''
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    words=${quoted([...names, '--help', '--version'].join(' '))}
  else
    case "\${COMP_WORDS[1]}" in
${commands.map(branch).join('\n')}
    esac
  fi
  [[ -n $words ]] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _tokonoma tokonoma
`;
}

function branch({ name, options, operands }: Described): string {
  const flags = Object.entries(options).flatMap(([option, { short }]) => [
    `--${option}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
  return `      ${name})
        case "$previous" in
${values(options)}          *)
            if [[ $current == -* ]]; then words=${quoted(flags.join(' '))}
            else ${offered(operands)}; fi ;;
        esac ;;`;
}

function values(options: OptionTable): string {
  return Object.entries(options)
    .filter(([, { type }]) => type === 'string')
    .map(([option, { offers = {} }]) => `          --${option}) ${offered(offers)} ;;\n`)
    .join('');
}

function offered({ words = [], files = false }: Offers): string {
  const said = [words.length > 0 && `words=${quoted(words.join(' '))}`, files && 'files=1'].filter(Boolean);
  return said.length === 0 ? ':' : said.join('; ');
}
