/** What a command passes on its way: each stage may answer it, so that the next ones never see it. */
import type { OnAction } from '../acting/executor.ts';
import type { Given } from '../acting/policy.ts';
import type { Recognized } from './recognition.ts';
import type { Ending } from './response.ts';
import type { Command } from '../types.ts';

export interface TurnOptions {
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch after which it must not begin. */
  readonly expiresAt?: number | undefined;
  /**
   * Awaited before the first act, so that a restart will not repeat it.
   * @param things ids of those it will act on: what ends one of them ends all of this
   */
  readonly begin: (things?: Iterable<string>) => Promise<void>;
  readonly onAction?: OnAction;
  /** Who asks and what is known, for policy; whether it was confirmed is the turn's to say. */
  readonly given?: Given;
}

/** A stage before the interpreter, such as the one that recognizes rules. */
export interface Stage {
  /**
   * What became of the command; undefined: it is for the stages after this one. To ask something first, it opens a
   * question in the conversation's dialogue (dialogue.ts) and ends as `needs-confirmation` with the question as `say`.
   */
  take(command: Command, options: TurnOptions): Promise<Ending | undefined>;
  /** Whether it would take this text: such a command waits for its turn, whatever its words begin with. */
  claims?(text: string): boolean;
  /** What it would take the command as, without anything being done or asked; undefined: it is for the stages after. */
  recognize?(command: Command, signal: AbortSignal): Promise<Recognized | undefined>;
}
