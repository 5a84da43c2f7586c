import type { Offers, OptionTable } from '../command.ts';

/** A command as a shell needs to know it. */
export interface Described {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionTable;
  readonly operands: Offers;
}

/** Text in single quotes, for bash and zsh: nothing inside them means anything but the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
