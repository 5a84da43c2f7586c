/**
 * From what was said to which thing does what. Every doubt is an outcome: a name that nobody has is `unknown-device`, a
 * name that several have is `ambiguous`, what the named thing cannot do is `refused`.
 */
import type { Thing, ThingDescription } from '../../../devices/thing.ts';
import { toThingArgs } from '../../../devices/convert.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { Args, ArgValue, PlanCall } from '../../grammar/actions.ts';
import { Directory, type Named } from './directory.ts';
import { callFor, takesArgs } from './neighbours.ts';
import { meantBy } from './slips.ts';
import type { Outcome } from '../types.ts';
import { clauseAbout, pluralSaid, singularSaid } from './mentions.ts';
import { ambiguous, nobodyLeft, nobodyTakes, nobodyThere, unsupported } from './problems.ts';
import { saysNoPlace, type Whereabouts } from './whereabouts.ts';
import { contentWords, isQuantifier, listed, nearest, plainName, words } from './words.ts';

/** One action of one thing, its arguments valid and in the thing's units. */
export interface Step {
  readonly thing: Thing;
  readonly action: string;
  readonly args: Args;
}

/** Why nothing is done. */
export interface Problem {
  readonly outcome: Exclude<Outcome, 'executed'>;
  readonly code?: string;
  readonly reason: string;
  readonly candidates?: string[];
  /** Whose names the candidates are, where an answer to "which one?" settles it. */
  readonly choices?: readonly Named[];
  /** What the words pointed at, as far as they did. */
  readonly device?: string;
}

export type Grounded = { readonly steps: readonly Step[] } | { readonly problem: Problem };

/** What an answer, a context or an exception has settled about a call. */
export interface Settled {
  /** Ids of the things that it is about. */
  readonly chosen?: readonly string[] | undefined;
  /** Ids of the only things that it can be about where it names none. */
  readonly among?: readonly string[] | undefined;
  /** Ids of the things last spoken of: meant where nothing at all is named. */
  readonly spoken?: readonly string[] | undefined;
  /** Ids of the things that it is not about. */
  readonly without?: readonly string[] | undefined;
  /** Where the steps before it in the same command lead: of several that can be meant, those there are. */
  readonly near?: Whereabouts | undefined;
}

interface Candidate extends Named {
  readonly thing: Thing;
}

/** Without a name, "turn it all off" can only mean what takes power. */
const POWER: ReadonlySet<string> = new Set(['light.set', 'power.set']);

/** An area alone means all of these: "make the kitchen brighter". Doors and locks are asked about. */
const AREA_MEANS_ALL: ReadonlySet<string> = new Set(['light.set']);

export class Grounding {
  readonly #directory: Directory<Candidate>;

  constructor(things: readonly Thing[]) {
    this.#directory = new Directory(things.map((thing) => ({ ...namedOf(thing), thing })));
  }

  /**
   * @param text the command: number ("lights", "all") is read from it where the plan's span does not say
   * @param settled what is known of who is meant, beside the words
   */
  ground(call: PlanCall, text: string, settled: Settled = {}): Grounded {
    const { chosen: chosenIds, without = [] } = settled;
    const { device, area, ...args } = call.args;
    const bare: PlanCall = { action: call.action, args };
    if (chosenIds !== undefined) {
      const chosen = this.#directory.values.filter(({ id }) => chosenIds.includes(id));
      if (chosen.length === 0) return { problem: nobodyThere(chosenIds) };
      const candidates = chosen.filter(({ id }) => !without.includes(id));
      return this.#steps(bare, candidates, candidates.length > 1);
    }
    const span = device === undefined ? undefined : String(device);
    const place = area === undefined ? undefined : String(area);
    const chosen = this.#isEverything(bare, span, text)
      ? this.#everything(bare, place)
      : this.#there(
          span === undefined ? this.#unnamed(bare, place, text, settled) : this.#named(bare, span, place, text),
          call,
          settled.near,
        );
    if ('problem' in chosen) return chosen;
    const left = chosen.candidates.filter(({ id }) => !without.includes(id));
    if (without.length > 0 && left.length === 0) return { problem: nobodyLeft };
    return this.#steps(bare, left, chosen.group);
  }

  /** How a thing is called. */
  of(id: string): Named | undefined {
    return this.#directory.values.find((entry) => entry.id === id);
  }

  /** Whether the names of a call can mean this thing. */
  isAbout({ args: { device, area } }: PlanCall, id: string): boolean {
    const isAmong = (entries: readonly Named[] | undefined): boolean =>
      entries?.some((entry) => entry.id === id) ?? false;
    if (device !== undefined && !isAmong(this.#directory.find(String(device)).entries)) return false;
    return area === undefined || isAmong(this.#directory.inArea(String(area)));
  }

  /** Those that a phrase of their own names, all of them: "the kitchen light and the fan". Undefined: somebody unknown. */
  named(phrase: string): readonly Named[] | undefined {
    const parts = phrase.split(/\s*(?:,|\band\b|\bor\b|&)\s*/).filter((part) => part.trim() !== '');
    const found = parts.map((part) => {
      const { entries } = this.#directory.find(part);
      return entries.length > 0 ? entries : (this.#directory.inArea(part) ?? []);
    });
    return found.length > 0 && found.every(({ length }) => length > 0) ? [...new Set(found.flat())] : undefined;
  }

  #named(call: PlanCall, span: string, place: string | undefined, text: string): Chosen {
    const found = this.#directory.find(span);
    let entries = found.entries;
    if (entries.length === 0) return this.#unknown(span, call);
    if (place !== undefined) {
      const inside = this.#directory.inArea(place);
      const here = inside === undefined ? [] : entries.filter((entry) => inside.includes(entry));
      // The area may belong to the name ("kitchen" of "kitchen light in the kitchen") or narrow it; it never widens it.
      if (here.length === 0) return this.#unknown(`${span} in ${place}`, call);
      entries = here;
    }
    // "The kitchen" with light.set is about its lights, not about a plug that could be switched like one.
    const direct = found.areaOnly && call.action !== 'power.set';
    const able = entries.filter(({ thing: { description } }) =>
      direct ? description.actions[call.action] !== undefined : callFor(description, call) !== undefined,
    );
    if (able.length === 0) return { problem: unsupported(entries, call, span) };
    if (able.length === 1) return { candidates: able, group: found.group && entries.length > 1 };
    const told = this.#toldApart(able, span, place, text);
    const wholeArea = found.areaOnly && AREA_MEANS_ALL.has(call.action) && !singularSaid(text, able);
    const group = found.group || wholeArea || (!found.noun && pluralSaid(text, able));
    if (group || told.length === 1) return { candidates: told, group: group && told.length > 1 };
    return { problem: ambiguous(told, span) };
  }

  /**
   * "Drive to the kitchen and turn on the light": of several, the one or the group in the place where the step before
   * leads, where the clause itself says nothing but the noun.
   */
  #there(chosen: Chosen, call: PlanCall, near: Whereabouts | undefined): Chosen {
    if (near?.place === undefined || call.args['area'] !== undefined) return chosen;
    const among = 'problem' in chosen ? (chosen.problem.choices ?? []) : chosen.candidates;
    const here = this.#directory
      .within(near.place)
      .filter(({ id }) => among.some((one) => one.id === id) && !near.acted.includes(id));
    if (here.length === 0 || here.length === among.length || !saysNoPlace(call, near, here)) return chosen;
    if ('problem' in chosen) return here.length === 1 ? { candidates: here, group: false } : chosen;
    return { candidates: here, group: here.length > 1 };
  }

  /**
   * Those of several that the clause means which says `span`: what the plan left out may have been said. First those in
   * an area it mentions; then, unless it speaks of many, those whose whole name it mentions.
   */
  #toldApart(
    candidates: readonly Candidate[],
    span: string,
    place: string | undefined,
    text: string,
  ): readonly Candidate[] {
    const clause = clauseAbout(text, span);
    if (clause === undefined) return candidates;
    const narrowed = (among: readonly Candidate[], to: readonly Candidate[]): readonly Candidate[] => {
      const left = among.filter((candidate) => to.includes(candidate));
      return left.length > 0 ? left : among;
    };
    const here = place === undefined ? narrowed(candidates, this.#directory.mentionedAreas(clause)) : candidates;
    return pluralSaid(clause, here) ? here : narrowed(here, this.#directory.mentionedNames(clause));
  }

  #unnamed(call: PlanCall, place: string | undefined, text: string, { among, spoken }: Settled): Chosen {
    const takers = this.#directory.values.filter((entry) => entry.thing.description.actions[call.action] !== undefined);
    if (takers.length === 0) return { problem: nobodyTakes(call) };
    let candidates = takers;
    const named = place === undefined && !pluralSaid(text, takers) ? this.#nameSaid(call, text) : [];
    if (named.length > 0) {
      candidates = named.filter((entry) => takers.includes(entry));
      if (candidates.length === 0)
        return { problem: unsupported(named, call, listed(named.map(({ title }) => title))) };
      if (candidates.length === 1) return { candidates, group: false };
    }
    if (place !== undefined) {
      const inside = this.#directory.inArea(place);
      if (inside === undefined) return this.#unknown(place, call);
      candidates = takers.filter((entry) => inside.includes(entry));
      if (candidates.length === 0) {
        return {
          problem: { outcome: 'unknown-device', reason: `nothing in "${place}" takes ${call.action}`, device: place },
        };
      }
    }
    const exact = candidates.filter((entry) => takesArgs(entry.thing.description, call));
    if (exact.length > 0) candidates = exact;
    if (place === undefined && !pluralSaid(text, candidates) && !singularSaid(text, candidates)) {
      if (among !== undefined) candidates = candidates.filter(({ id }) => among.includes(id));
      if (candidates.length === 0) return { problem: nobodyTakes(call) };
      const meant = candidates.filter(({ id }) => spoken?.includes(id));
      if (meant.length > 0) return { candidates: meant, group: meant.length > 1 };
    }
    candidates = [...this.#toldApart(candidates, place ?? '', place, text)];
    if (candidates.length === 1) return { candidates, group: false };
    const group =
      pluralSaid(text, candidates) ||
      (place !== undefined && AREA_MEANS_ALL.has(call.action) && !singularSaid(text, candidates));
    return group ? { candidates, group } : { problem: ambiguous(candidates, place) };
  }

  /**
   * Whom the words name although the plan does not: "cart, go left", "drive the cart to the dock". Nobody else is moved
   * in their place, even where they cannot do it. Only those that have such actions at all: who is asked for light while
   * a robot is spoken to is another question.
   */
  #nameSaid(call: PlanCall, text: string): readonly Candidate[] {
    const domain = call.action.slice(0, call.action.indexOf('.') + 1);
    const [, addressed] = /^(?:(?:hey|ok|okay|please),? )?([^,;:]+)[,:] /i.exec(text) ?? [];
    const spokenTo = addressed === undefined ? undefined : this.#directory.find(addressed);
    const clause = clauseAbout(text, '');
    const mentioned =
      spokenTo?.entries.length === 1 && !spokenTo.areaOnly
        ? spokenTo.entries
        : clause === undefined
          ? []
          : this.#directory.mentionedNames(clause);
    const inArgs = this.#directory.mentionedNames(Object.values(call.args).join(', '));
    return mentioned.filter(
      (entry) =>
        !inArgs.includes(entry) &&
        Object.keys(entry.thing.description.actions).some((action) => action.startsWith(domain)),
    );
  }

  #isEverything(call: PlanCall, span: string | undefined, text: string): boolean {
    if (!POWER.has(call.action) || call.args['power'] === undefined) return false;
    if (span === undefined) return words(text).includes('everything');
    const said = contentWords(span);
    return said.includes('everything') && said.every(isQuantifier);
  }

  #everything(call: PlanCall, place: string | undefined): Chosen {
    const inside = place === undefined ? this.#directory.values : this.#directory.inArea(place);
    if (inside === undefined) return this.#unknown(place!, call);
    const candidates = inside.filter((entry) =>
      [...POWER].some((action) => takesArgs(entry.thing.description, { ...call, action })),
    );
    return candidates.length > 0 ? { candidates, group: true } : { problem: nobodyTakes(call) };
  }

  /** A member of a group that cannot do it is left out; one that was named is told why. */
  #steps(call: PlanCall, candidates: readonly Candidate[], group: boolean): Grounded {
    const steps: Step[] = [];
    let first: Problem | undefined;
    for (const { thing, title } of candidates) {
      const own = callFor(thing.description, call);
      if (own === undefined || (group && !takesArgs(thing.description, own))) continue;
      try {
        steps.push({
          thing,
          action: own.action,
          args: toThingArgs(thing.description, withDeclared(own, thing.description)),
        });
      } catch (error) {
        const code = codeOf(error);
        first ??= {
          outcome: code === 'internal' ? 'failed' : 'refused',
          code,
          reason: messageOf(error),
          device: title,
        };
      }
    }
    // A limit of one member holds for all: half of a group is not what was asked for.
    if (first !== undefined) return { problem: first };
    return steps.length > 0
      ? { steps }
      : { problem: unsupported(candidates, call, listed(candidates.map((c) => c.title))) };
  }

  #unknown(said: string, call: PlanCall): { problem: Problem } {
    const able = this.#directory.values.filter((entry) => callFor(entry.thing.description, call) !== undefined);
    const names = (able.length > 0 ? able : this.#directory.values).map((entry) => entry.title);
    const near = nearest(said, names);
    return {
      problem: {
        outcome: 'unknown-device',
        reason: `there is no "${said}"${near.length > 0 ? `; nearest: ${listed(near)}` : ''}`,
        candidates: near,
        device: said,
      },
    };
  }
}

type Chosen = { readonly candidates: readonly Candidate[]; readonly group: boolean } | { readonly problem: Problem };

/** Places, objects and colours by their declared names; what is none stays as it was said, for the driver to refuse. */
function withDeclared(call: PlanCall, { actions }: ThingDescription): PlanCall {
  const properties = actions[call.action]?.input?.properties ?? {};
  const args = Object.entries(call.args).map(([name, value]): [string, ArgValue] => {
    const names = properties[name]?.['tk:names'];
    return [name, names === undefined ? value : (declaredName(String(value), names) ?? value)];
  });
  return { ...call, args: Object.fromEntries(args) };
}

function declaredName(said: string, names: readonly string[]): string | undefined {
  const wanted = plainName(said);
  const same = names.find((name) => plainName(name) === wanted);
  if (same !== undefined || wanted === '') return same;
  const known = new Set(names.flatMap((name) => plainName(name).split(' ')));
  const meant = wanted.split(' ').map((word) => (known.has(word) ? word : (meantBy(word, known) ?? word)));
  return names.find((name) => plainName(name) === meant.join(' '));
}

/** How commands call a thing. */
export function namedOf(thing: Thing): Named {
  const { id, title } = thing.description;
  const area = thing.description['tk:area'];
  return {
    id,
    title,
    synonyms: thing.description['tk:synonyms'] ?? [],
    nouns: thing.description['tk:nouns'] ?? [],
    ...(area === undefined ? {} : { area }),
    groups: thing.description['tk:groups'] ?? [],
  };
}
