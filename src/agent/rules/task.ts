/** What a rule or a schedule does: words that were understood once, and what they were understood as. */
import type { Command, StoredIntent } from '../types.ts';

export interface Task {
  /** As it was said: "turn on the porch light". */
  readonly then: string;
  readonly intent: StoredIntent;
  /** Ids of the things it acts on, as far as that was known when it was made. */
  readonly things: readonly string[];
  /** Where it was said, which is where permissions are looked up. */
  readonly site?: string;
}

/** The task as a command that is due. */
export function commandOf(
  { then, intent, site }: Task,
  due: { readonly id: string; readonly at: number; readonly expiresAt: number; readonly source: 'rule' | 'schedule' },
): Command {
  return {
    id: due.id,
    text: then,
    receivedAt: due.at,
    expiresAt: due.expiresAt,
    source: due.source,
    intent,
    ...(site === undefined ? {} : { site }),
  };
}
