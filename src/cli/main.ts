#!/usr/bin/env node
/** The command line: a table of commands, each in its own file. stdout is for answers, stderr for everything else. */
import { setFlagsFromString } from 'node:v8';
import { nearest } from '../config/nearest.ts';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import { version } from './version.ts';

interface Entry {
  readonly summary: string;
  /** Loaded when it is asked for: `ask` has no need of a broker. */
  readonly load: () => Promise<(argv: readonly string[]) => Promise<number>>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  run: {
    summary: 'run the agent on MQTT, on its own broker or on yours',
    load: async () => (await import('./run.ts')).runCommand,
  },
  ask: {
    summary: 'do one command on simulated things and print what became of it',
    load: async () => (await import('./ask.ts')).askCommand,
  },
  chat: {
    summary: 'talk with a chat model in the terminal',
    load: async () => (await import('./chat.ts')).chatCommand,
  },
  eval: {
    summary: 'how well the model understands a file of commands',
    load: async () => (await import('./eval.ts')).evalCommand,
  },
  pull: {
    summary: 'fetch a model, checked and resumable',
    load: async () => (await import('./pull.ts')).pullCommand,
  },
  models: {
    summary: 'list the models that are here or could be, and what fits this machine',
    load: async () => (await import('./models.ts')).modelsCommand,
  },
  verify: {
    summary: 'check a model file: hash, structure, tensors, known answers',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  devices: {
    summary: 'list the things and sensors of a configuration',
    load: async () => (await import('./devices.ts')).devicesCommand,
  },
  init: {
    summary: 'ask a few questions and write a configuration',
    load: async () => (await import('./init.ts')).initCommand,
  },
  migrate: {
    summary: 'bring an older configuration to the present form',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  schema: {
    summary: 'print the JSON Schema of tokonoma.yaml, for editors',
    load: async () => (await import('./schema.ts')).schemaCommand,
  },
  doctor: {
    summary: 'what this machine has, what is missing, and what to do about it',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
};

const USAGE = `tokonoma ${version()}: 1-bit models on small boards; words in over MQTT, only declared actions out

tokonoma COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`)
  .join('\n')}

tokonoma COMMAND --help says more. Logs go to stderr; LOG_LEVEL (debug, info, warn, error) says how much.
`;

// V8 lets the space for new objects grow to 16 MB and more per thread while a program starts, and keeps it. A megabyte
// collects itself as quickly.
setFlagsFromString('--semi-space-growth-factor=1');

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(USAGE);
    return name === undefined ? EXIT_USAGE : 0;
  }
  if (name === '--version' || name === '-v' || name === 'version') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const near = nearest(name, Object.keys(COMMANDS));
    const hint = near === undefined ? `commands are ${Object.keys(COMMANDS).join(', ')}` : `did you mean "${near}"?`;
    throw new TokonomaError('bad-usage', `there is no command "${name}"; ${hint}`);
  }
  return (await command.load())(rest);
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
  process.stderr.write(`tokonoma: ${messageOf(error).trimEnd()} [${code}]\n`);
  if (code === 'internal' && process.env['LOG_LEVEL'] === 'debug') process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = code === 'bad-usage' ? EXIT_USAGE : EXIT_FAILED;
}
