/** What a command is: one description, of which its parser, its help and what a shell completes are made. */
import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { TokonomaError, messageOf } from '../errors.ts';

/** What a shell offers for a value or an operand. */
export interface Offers {
  readonly words?: readonly string[];
  readonly files?: boolean;
}

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for the value of a `string`: `FILE`, `N`. */
  readonly value?: string;
  /** Without a full stop; ends with `default: …` where there is one. */
  readonly help: string;
  readonly offers?: Offers;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export interface CommandSpec {
  readonly name: string;
  /** Ways to call it, after `tokonoma `. */
  readonly synopsis: readonly string[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly options: OptionTable;
  /** For what is no option. */
  readonly operands?: Offers;
  /** Beside those of every command: 0, 1 and 2. */
  readonly exits?: Readonly<Record<string, string>>;
  /** Variables, beside those of every command. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** What to type, and what it does. */
  readonly examples: Readonly<Record<string, string>>;
}

/** A command that has been loaded. */
export interface Command {
  readonly spec: CommandSpec;
  /** Returns the exit code. Throws what the user did wrong or what went wrong. */
  readonly run: (argv: readonly string[]) => Promise<number>;
}

/** Every command takes it; `main` answers it. */
export const HELP_OPTION = { help: { type: 'boolean', short: 'h', help: 'this text' } } as const satisfies OptionTable;

type ValuesOf<Options extends OptionTable> = {
  readonly [Name in keyof Options]?: Options[Name]['type'] extends 'boolean' ? boolean : string;
};

/** Whether these arguments ask for the help. What follows `--` is no option. */
export function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((argument) => argument === '--help' || argument === '-h');
}

/**
 * node:util's parseArgs, strict.
 * @throws TokonomaError `bad-usage`, with how the command is called
 */
export function parse<Spec extends CommandSpec>(
  argv: readonly string[],
  spec: Spec,
): { values: ValuesOf<Spec['options']>; positionals: string[] } {
  try {
    const options = Object.fromEntries(
      Object.entries<OptionSpec>({ ...spec.options, ...HELP_OPTION }).map(([name, { type, short }]) => [
        name,
        short === undefined ? { type } : { type, short },
      ]),
    );
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    return { values: values as ValuesOf<Spec['options']>, positionals };
  } catch (error) {
    // Node's own hint about `--` is of no help here.
    const message = messageOf(error).split('. ')[0]!;
    throw misused(spec, `${message}${hint(message, Object.keys(spec.options))}`, error);
  }
}

function hint(message: string, names: readonly string[]): string {
  const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1];
  const near = unknown === undefined ? undefined : nearest(unknown, names);
  return near === undefined ? '' : `; did you mean --${near}?`;
}

/** `bad-usage`: what is wrong, how the command is called, and where there is more. */
export function misused(spec: CommandSpec, message: string, cause?: unknown): TokonomaError {
  const usage = spec.synopsis.map((line) => `  tokonoma ${line}\n`).join('');
  const text = `${message}\n\n${usage}\ntokonoma help ${spec.name} says more`;
  return new TokonomaError('bad-usage', text, cause === undefined ? {} : { cause });
}
