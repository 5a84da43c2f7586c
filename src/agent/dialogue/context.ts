/**
 * What was done last in each conversation, for "it", "there", "again" and "undo". It expires, it is lost with the
 * process, and it holds ids and what was understood, never instructions: whatever is done from it is grounded and
 * checked like any other command.
 */
import { setCalls } from '../../../devices/set.ts';
import type { Thing, ThingState } from '../../../devices/thing.ts';
import type { Clock } from '../../clock.ts';
import type { Args, PlanCall } from '../../grammar/actions.ts';
import type { Intent } from '../turn/prepare.ts';

/** An act, and the thing's state before it. */
export interface Deed {
  readonly thing: Thing;
  readonly action: string;
  readonly args: Args;
  readonly before: ThingState;
}

export interface Memory {
  /** Its calls bound to the things that they were about. */
  readonly intent: Intent;
  /** In the order in which they were done. */
  readonly deeds: readonly Deed[];
  /** Ids of the things it was about; "it" is one, "them" are several. */
  readonly things: readonly string[];
  /** Where: an area or a place of a robot. */
  readonly place?: string | undefined;
  /** What a robot handled. */
  readonly object?: string | undefined;
}

export interface ContextOptions {
  readonly clock: Clock;
  /** Default 5 minutes. */
  readonly expiresMs?: number | undefined;
}

const EXPIRES_MS = 5 * 60_000;
/** Conversations that are remembered; the oldest is forgotten for a new one. */
const MAX_CONVERSATIONS = 256;

export class Context {
  readonly #clock: Clock;
  readonly #expiresMs: number;
  readonly #memories = new Map<string, { readonly memory: Memory; readonly until: number }>();

  constructor({ clock, expiresMs = EXPIRES_MS }: ContextOptions) {
    this.#clock = clock;
    this.#expiresMs = expiresMs;
  }

  remember(conversation: string, memory: Memory): void {
    this.#memories.delete(conversation);
    this.#memories.set(conversation, { memory, until: this.#clock.monotonic() + this.#expiresMs });
    if (this.#memories.size > MAX_CONVERSATIONS) this.#memories.delete(this.#memories.keys().next().value!);
  }

  recall(conversation: string): Memory | undefined {
    const known = this.#memories.get(conversation);
    return known === undefined || this.#clock.monotonic() >= known.until ? undefined : known.memory;
  }

  /** After a stop nothing is repeated and nothing undone. */
  clear(): void {
    this.#memories.clear();
  }
}

/**
 * The plan that brings back what was before, last act first; undefined when an act cannot be taken back by writing
 * properties of its thing.
 */
export function undoing(deeds: readonly Deed[]): Intent | undefined {
  const plan: PlanCall[] = [];
  const chosen = new Map<number, readonly string[]>();
  for (const deed of deeds.toReversed()) {
    const { description, driver } = deed.thing;
    const values = writable(deed, driver.state());
    if (values === undefined) return undefined;
    if (Object.keys(values).length === 0) continue;
    for (const call of setCalls(description, values)) {
      chosen.set(plan.length, [description.id]);
      plan.push({ action: call.action, args: { device: description.title, ...call.args } });
    }
  }
  return plan.length > 0 ? { plan, text: '', chosen } : undefined;
}

/** The properties that the act has changed, as they were; undefined when none of them can be written. */
function writable({ thing, action, before }: Deed, now: ThingState): Record<string, unknown> | undefined {
  const { properties } = thing.description;
  const own = Object.keys(properties).filter((name) => properties[name]?.['tk:writes']?.action === action);
  if (own.length === 0) return undefined;
  const changed = own.filter((name) => before[name] !== now[name] && before[name] !== null && name in before);
  // What was off is off again, and nothing else of it; where a cover stood says more than that it was open.
  const main = changed.includes('state') && before['state'] === 'OFF' ? ['state'] : changed;
  const kept = main.includes('position') ? main.filter((name) => name !== 'state') : main;
  return Object.fromEntries(kept.map((name) => [name, before[name]]));
}
