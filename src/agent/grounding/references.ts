/** "It", "them", "there", "one": words that point back, replaced by what they point at before the model reads them. */
import type { Memory } from '../dialogue/context.ts';
import type { Named } from './directory.ts';
import { singular, words } from './words.ts';

export interface Referred {
  readonly text: string;
  /** Ids of the things that a pronoun meant. */
  readonly things: readonly string[];
  /** A pronoun that should mean a thing, and nothing was said before that it could mean. */
  readonly dangling?: string | undefined;
}

const PRONOUN = '(?:it|them|that|this|those|these|that one|this one|the same one|all of them|both of them)';
/** Verbs whose object a thing is. "Make it warmer" is about the weather, or about nothing in particular. */
const ACTING =
  '(?:turn|switch|set|put|dim|brighten|open|close|shut|lock|unlock|stop|start|pause|resume|mute|unmute|raise|lower|' +
  'activate|deactivate|enable|disable|power|change|check|increase|decrease|reduce)';
const CARRYING = '(?:bring|pick|take|grab|fetch|carry|drop|release|get|place|put|hand|give)';
const HEADED = '(?:go|drive|move|come|head|walk|run|bring|take|return|back)';

/** @param named how the things are called, by id */
export function referred(text: string, memory: Memory | undefined, named: (id: string) => Named | undefined): Referred {
  const thing = memory?.things[0] === undefined ? undefined : named(memory.things[0]);
  let said = text;
  let things: readonly string[] = [];
  let dangling: string | undefined;
  const object = memory?.object;
  if (object !== undefined) {
    said = said.replace(new RegExp(`\\b(${CARRYING}(?:\\s+up)?)\\s+${PRONOUN}\\b`, 'gi'), `$1 the ${object}`);
  }
  const acting = new RegExp(`\\b(${ACTING}(?:\\s+(?:on|off|up|down))?)\\s+(${PRONOUN})(?=\\s*$|[\\s,.!?])`, 'i');
  const asking = new RegExp(
    `\\b(is|are|was)\\s+(${PRONOUN})\\s+(?=(?:still\\s+)?(?:on|off|open|opened|closed|shut|locked|unlocked|playing)\\b)`,
    'i',
  );
  for (const pattern of [acting, asking]) {
    const match = pattern.exec(said);
    if (match === null) continue;
    if (hasAntecedent(said.slice(0, match.index))) continue;
    if (thing === undefined) dangling ??= match[2]!;
    else {
      said = said.replace(
        pattern,
        (_, before: string) => `${before} the ${thing.title}${pattern === asking ? ' ' : ''}`,
      );
      ({ things } = memory!);
    }
  }
  return { ...replaced(said, memory, thing), things, dangling };
}

/** "One" takes the noun of what was spoken of, "there" the place. */
function replaced(said: string, memory: Memory | undefined, thing: Named | undefined): { text: string } {
  let text = said;
  const noun = thing === undefined ? undefined : nounOf(thing, memory!.intent.text);
  if (noun !== undefined) text = text.replace(/\b(the\s+(?!other\b|same\b)(?:\p{L}+\s+){1,2})ones?\b/giu, `$1${noun}`);
  const place = memory?.place;
  if (place !== undefined) {
    text = text
      .replace(
        new RegExp(`\\b(${HEADED}(?:\\s+(?!there\\b)\\p{L}+){0,3})\\s+(?:over\\s+)?there\\b`, 'iu'),
        `$1 to the ${place}`,
      )
      .replace(/(?<!\b(?:is|are|was|were)\s)(?<=\s)(?:in\s+|over\s+)?there\b/i, (there, at: number, said: string) =>
        saysWhere(said.slice(0, at)) ? there : `in the ${place}`,
      );
  }
  return { text };
}

/** The noun that was said, else the first of its kind. */
function nounOf({ nouns = [] }: Named, text: string): string | undefined {
  const said = new Set(words(text).map(singular));
  return nouns.find((noun) => said.has(noun)) ?? nouns[0];
}

/** A place before in the same command that "there" means: "drive to the bedroom and turn on the light there". */
function saysWhere(before: string): boolean {
  return /\b(?:to|in|into|at)\s+(?:the\s+|my\s+)?\p{L}+.*(?:\b(?:and|then)\b|,)/iu.test(before);
}

/** Something before in the same command that the pronoun may mean: "go near the tv and switch it off". */
function hasAntecedent(before: string): boolean {
  return /\b(?:the|my|a|an)\s+\p{L}+.*\b(?:and|then|,)\s*(?:then\s+|please\s+)?$/iu.test(before);
}
