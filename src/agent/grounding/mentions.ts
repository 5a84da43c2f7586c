/**
 * What a command says beside the spans of its plan: which part of it a call is about, and whether it speaks of one or of
 * many. What stands there may tell those apart that the span does not.
 */
import type { Named } from './directory.ts';
import { contentWords, isPlural, isQuantifier, plainName, singular } from './words.ts';

const JOINTS = /\s*(?:[,;]|\b(?:and|then)\b)\s*/;

/** The parts of a command that say one thing each, in lower case. */
export function clausesOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(JOINTS)
    .filter((clause) => contentWords(clause).length > 0);
}

/**
 * The clause that says the span, the whole text where it is one clause; undefined where none says it, or several do.
 * @param span device or area of the call
 */
export function clauseAbout(text: string, span: string): string | undefined {
  const clauses = clausesOf(text);
  if (clauses.length <= 1) return text;
  const wanted = plainName(span);
  const saying = clauses.filter((clause) => ` ${plainName(clause)} `.includes(` ${wanted} `));
  return saying.length === 1 ? saying[0] : undefined;
}

/** "The lights", "all my lamps", "every light": a plural of their nouns, or a quantifier before one. */
export function pluralSaid(text: string, candidates: readonly Named[]): boolean {
  const nouns = nounsOf(candidates);
  const said = contentWords(text);
  return said.some((word, i) => {
    if (!nouns.has(singular(word))) return false;
    return isPlural(word) || said.slice(Math.max(0, i - 2), i).some(isQuantifier);
  });
}

export function singularSaid(text: string, candidates: readonly Named[]): boolean {
  const nouns = nounsOf(candidates);
  return contentWords(text).some((word) => nouns.has(word));
}

const nounsOf = (candidates: readonly Named[]): Set<string> =>
  new Set(candidates.flatMap((candidate) => (candidate.nouns ?? []).flatMap(contentWords).map(singular)));
