/** The help of a command, in the sections and the order of a manual page (man-pages(7)). */
import { HELP_OPTION, type CommandSpec, type OptionSpec } from './command.ts';

const WIDTH = 100;
const INDENT = '  ';

const EXITS = { '0': 'done', '1': 'something went wrong: the code in brackets says what', '2': 'called wrongly' };
const ENVIRONMENT = { LOG_LEVEL: 'as --log-level, for every command; the option wins' };

/** @param summary one line, as in the list of commands */
export function helpText(spec: CommandSpec, summary: string): string {
  const options = Object.entries<OptionSpec>({ ...spec.options, ...HELP_OPTION });
  return [
    section('Name', [`${INDENT}tokonoma ${spec.name} - ${summary}`]),
    section(
      'Synopsis',
      spec.synopsis.map((line) => `${INDENT}tokonoma ${line}`),
    ),
    section('Description', [
      spec.description.map((paragraph) => wrapped(paragraph, INDENT, INDENT).join('\n')).join('\n\n'),
    ]),
    section('Options', listed(options.map(([name, option]) => [optionHead(name, option), option.help]))),
    section('Exit status', listed(Object.entries({ ...EXITS, ...spec.exits }))),
    section('Environment', listed(Object.entries({ ...ENVIRONMENT, ...spec.environment }))),
    ...(spec.files === undefined ? [] : [section('Files', listed(Object.entries(spec.files)))]),
    section(
      'Examples',
      Object.entries(spec.examples).flatMap(([line, what]) => [
        `${INDENT}${line}`,
        ...wrapped(what, `${INDENT}${INDENT}`, `${INDENT}${INDENT}`),
      ]),
    ),
  ].join('\n');
}

/** `--config FILE`, `-h, --help`. */
function optionHead(name: string, { short, value }: OptionSpec): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function section(title: string, lines: readonly string[]): string {
  return `${title.toUpperCase()}\n${lines.join('\n')}\n`;
}

/** Heads in a column, what is said of each beside it. */
function listed(entries: readonly (readonly [head: string, text: string])[]): string[] {
  const width = Math.max(...entries.map(([head]) => head.length)) + INDENT.length;
  const rest = ' '.repeat(INDENT.length + width);
  return entries.flatMap(([head, text]) => wrapped(text, `${INDENT}${head.padEnd(width)}`, rest));
}

/** Lines of at most WIDTH characters, unless a word is longer. */
function wrapped(text: string, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
