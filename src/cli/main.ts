#!/usr/bin/env node
/** The command line. stdout is for answers, stderr for everything else. */
import { setFlagsFromString } from 'node:v8';
import { nearest } from '../config/nearest.ts';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import { LEVELS } from '../levels.ts';
import { hideSecrets } from '../secrets.ts';
import { asksForHelp } from './command.ts';
import { COMMANDS, type Entry } from './commands.ts';
import { helpText } from './help.ts';
import { version } from './version.ts';

const WIDTH = Math.max(...Object.keys(COMMANDS).map((name) => name.length)) + 2;

const USAGE = `tokonoma ${version()}: 1-bit models on small boards; words in over MQTT, only declared actions out

tokonoma COMMAND [OPTION…]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(WIDTH)}${summary}`)
  .join('\n')}

tokonoma help COMMAND, or COMMAND --help, says more. Logs go to stderr; LOG_LEVEL (${LEVELS.join(', ')}) says how much.
`;

// V8 lets the space for new objects grow to 16 MB and more per thread while a program starts, and keeps it. A megabyte
// collects itself as quickly.
setFlagsFromString('--semi-space-growth-factor=1');

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(USAGE);
    return name === undefined ? EXIT_USAGE : 0;
  }
  if (name === '--version' || name === '-v' || name === 'version') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  if (name === 'help') return help(rest[0]);
  const { load } = entryOf(name);
  if (asksForHelp(rest)) return help(name);
  return (await load()).run(rest);
}

async function help(name: string | undefined): Promise<number> {
  if (name === undefined || name.startsWith('-')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { load, summary } = entryOf(name);
  process.stdout.write(helpText((await load()).spec, summary));
  return 0;
}

/** @throws TokonomaError `bad-usage` */
function entryOf(name: string): Entry {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry !== undefined) return entry;
  const near = nearest(name, Object.keys(COMMANDS));
  const hint = near === undefined ? `commands are ${Object.keys(COMMANDS).join(', ')}` : `did you mean "${near}"?`;
  throw new TokonomaError('bad-usage', `there is no command "${name}"; ${hint}`);
}

// Whoever reads the answer may close the pipe early; that is not worth a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const code = codeOf(error);
  process.stderr.write(`tokonoma: ${hideSecrets(messageOf(error)).trimEnd()} [${code}]\n`);
  if (code === 'internal' && process.env['LOG_LEVEL'] === 'debug') process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = code === 'bad-usage' ? EXIT_USAGE : EXIT_FAILED;
}
