/**
 * Where one step of a command leaves the next one: after "drive to the kitchen" the light is the kitchen's. Only a place
 * that was said as one counts: "turn off the kitchen light and turn on the lamp" may be about any lamp.
 */
import type { PlanCall } from '../../grammar/actions.ts';
import { textPass } from '../../text/passes.ts';
import { isVerb } from './clauses.ts';
import type { Named } from './directory.ts';
import type { Step } from './grounding.ts';
import { clauseAbout, clausesOf } from './mentions.ts';
import { contentWords, plainName, singular } from './words.ts';

export interface Whereabouts {
  /** As it was said or declared; absent: nowhere in particular. */
  readonly place?: string | undefined;
  /** Ids of the things that the steps so far act on: they are not meant once more without a name. */
  readonly acted: readonly string[];
  /** What the command says of the step that is next; undefined where that is not clear. */
  readonly clause?: string | undefined;
}

/** Arguments of the robots' actions that say where they are afterwards. */
const LEADS: Readonly<Record<string, string>> = { 'robot.goto': 'place', 'robot.object': 'to', 'robot.task': 'to' };

/** Words of a clause that say nothing of who is meant or where, beside verbs and the values of the call. */
const PLAIN = new Set(
  (
    'on off up down to by at and then also too now there here percent degree little bit more less full half bright brighter ' +
    'brightness dark darker dimmer warm warmer cold cooler color colour'
  ).split(' '),
);

/** Follows the steps of one plan, in order. */
export class Path {
  readonly #plan: readonly PlanCall[];
  readonly #text: string;
  readonly #clauses: readonly string[];
  readonly #acted: string[] = [];
  #place: string | undefined;

  constructor(plan: readonly PlanCall[], text: string) {
    this.#plan = plan;
    this.#text = text;
    this.#clauses = clausesOf(text);
  }

  /** Where the call at this index finds itself. */
  before(at: number): Whereabouts {
    const { device } = this.#plan[at]!.args;
    const own = this.#clauses.length === this.#plan.length ? this.#clauses[at] : undefined;
    const clause = own ?? (typeof device === 'string' ? clauseAbout(this.#text, device) : undefined);
    return { place: this.#place, acted: this.#acted, clause };
  }

  /** The next call acts so. */
  passed({ action, args }: PlanCall, steps: readonly Step[]): void {
    this.#acted.push(...steps.map(({ thing }) => thing.description.id));
    const leads = LEADS[action] === undefined ? undefined : steps[0]?.args[LEADS[action]];
    const area = typeof args['area'] === 'string' && this.#isSaidAsPlace(args['area']) ? args['area'] : undefined;
    const staysThere =
      !action.startsWith('robot.') &&
      steps.every(({ thing }) => plainName(thing.description['tk:area'] ?? this.#place ?? '') === this.#plainPlace);
    if (typeof leads === 'string') this.#place = leads;
    else this.#place = area ?? (staysThere ? this.#place : undefined);
  }

  get #plainPlace(): string {
    return plainName(this.#place ?? '');
  }

  /** "The light in the kitchen", not "the kitchen light". */
  #isSaidAsPlace(area: string): boolean {
    const said = contentWords(this.#text).map(singular).join(' ');
    return ['in', 'at', 'inside'].some((word) => ` ${said} `.includes(` ${word} ${plainName(area)} `));
  }
}

/** Whether the clause of a call says what such things are called and no more: no name, no place, not "all", not "it". */
export function saysNoPlace({ args }: PlanCall, { clause }: Whereabouts, among: readonly Named[]): boolean {
  if (clause === undefined) return false;
  const nouns = new Set(among.flatMap((one) => one.nouns ?? []).map(plainName));
  const values = new Set(
    Object.entries(args).flatMap(([name, value]) => (name === 'device' ? [] : plainName(String(value)).split(' '))),
  );
  const said = contentWords(textPass(clause).text).map(singular);
  return (
    said.some((word) => nouns.has(word)) &&
    said.every((word) => nouns.has(word) || values.has(word) || PLAIN.has(word) || isVerb(word) || /^\d+$/.test(word))
  );
}
