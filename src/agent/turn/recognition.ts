/** What a command would be understood as: for those who ask and do not want it done. */
import type { PlanCall } from '../../grammar/actions.ts';
import { slotsOf, type Slot } from '../reading/slots.ts';

/**
 * One call of the plan. Besides the actions of the vocabulary: `stop` and `cancel` (past everything), `answer` (to a
 * question that is open), `rule`, `schedule`, and `rules.<verb>` about those that stand.
 */
export interface Intent {
  readonly name: string;
  readonly slots: readonly Slot[];
}

export interface Recognition {
  readonly text: string;
  /** In the order in which they would be done; none: not understood. */
  readonly intents: readonly Intent[];
  /** 0..1, as far as the model has been calibrated. */
  readonly confidence: number;
  /** Why there are none. */
  readonly reason?: string;
}

/** What is known of a command before it is grounded. */
export type Recognized =
  | {
      readonly plan: readonly PlanCall[];
      /** The words that the plan was made from, where they are not those of the command. */
      readonly heard?: string | undefined;
      /** Absent: nothing was guessed. */
      readonly confidence?: number | undefined;
    }
  | { readonly reason: string; readonly confidence?: number | undefined };

/** Intents that no filter keeps out: whoever says stop is heard. */
const UNFILTERED: ReadonlySet<string> = new Set(['stop', 'cancel', 'robot.stop']);

/** Whether all of it is wanted now. */
export function passes({ intents }: Recognition, allows: (intent: string) => boolean): boolean {
  return intents.every(({ name }) => UNFILTERED.has(name) || allows(name));
}

export function recognitionOf(text: string, recognized: Recognized): Recognition {
  if ('reason' in recognized) {
    const { reason, confidence = 0 } = recognized;
    return { text, intents: [], confidence, reason };
  }
  const { plan, heard = text, confidence = 1 } = recognized;
  const slots = slotsOf(plan, text, heard === '' ? text : heard);
  return { text, intents: plan.map(({ action }, at) => ({ name: action, slots: slots[at]! })), confidence };
}
