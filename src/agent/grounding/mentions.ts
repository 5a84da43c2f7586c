/** Which part of a command a call of its plan is about: what stands there may tell those apart that its span does not. */
import { contentWords, singular } from './words.ts';

const JOINTS = /\s*(?:[,;]|\b(?:and|then)\b)\s*/;

/**
 * The clause that says the span, the whole text where it is one clause; undefined where none says it, or several do.
 * @param span device or area of the call
 */
export function clauseAbout(text: string, span: string): string | undefined {
  const clauses = text
    .toLowerCase()
    .split(JOINTS)
    .filter((clause) => contentWords(clause).length > 0);
  if (clauses.length <= 1) return text;
  const wanted = contentWords(span).map(singular).join(' ');
  const saying = clauses.filter((clause) =>
    ` ${contentWords(clause).map(singular).join(' ')} `.includes(` ${wanted} `),
  );
  return saying.length === 1 ? saying[0] : undefined;
}
