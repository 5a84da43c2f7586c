/**
 * Rules that fire one another in a circle. What a rule does to a thing may fire rules that watch that thing: such a
 * chain has a length, and what goes round through the world without being seen has a rate.
 */
import type { Clock } from '../../clock.ts';

/** A rule may fire a rule that fires a rule. */
const LONGEST_CHAIN = 3;
/** So long after a rule acted on a thing, a change of that thing counts as its doing, milliseconds. */
const CAUSE_MS = 60_000;
/** More edges than this within a minute are no reflex but an oscillation. */
const MAX_A_MINUTE = 10;
/** More presses than this are no finger's. */
const MAX_BY_HAND = 60;
const MINUTE_MS = 60_000;

export class Loops {
  readonly #clock: Clock;
  /** By thing: how long the chain was that acted on it last, and when. */
  readonly #chains = new Map<string, { readonly length: number; readonly at: number }>();
  /** By rule: its last edges. */
  readonly #edges = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts an edge. Returns why it must not fire, or undefined.
   * @param thing whose change it was, if it was a thing's
   * @param things that it will act on
   * @param byHand somebody presses for each of them
   */
  enter(rule: string, thing: string | undefined, things: readonly string[], byHand = false): string | undefined {
    const now = this.#clock.monotonic();
    const edges = (this.#edges.get(rule) ?? []).filter((at) => now - at < MINUTE_MS);
    edges.push(now);
    this.#edges.set(rule, edges);
    if (edges.length > (byHand ? MAX_BY_HAND : MAX_A_MINUTE)) return `it fired ${edges.length} times within a minute`;
    const cause = thing === undefined ? undefined : this.#chains.get(thing);
    const length = cause !== undefined && now - cause.at < CAUSE_MS ? cause.length + 1 : 1;
    if (length > LONGEST_CHAIN) return 'rules fire one another in a circle';
    for (const acted of things) this.#chains.set(acted, { length, at: now });
    return undefined;
  }

  forget(rule: string): void {
    this.#edges.delete(rule);
  }
}
