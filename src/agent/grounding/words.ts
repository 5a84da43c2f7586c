/** Words of commands and names, compared without case, punctuation, articles and plural. */
import { editDistance } from './slips.ts';

const ARTICLES = new Set(['the', 'a', 'an', 'my', 'our', 'your', 'this', 'that', 'these', 'those', 'of', 'please']);

/** Words that ask for every one of a kind. */
const QUANTIFIERS = new Set(['all', 'every', 'each', 'both', 'everything', 'everywhere', 'any']);

/** Words of an area that say no more than "wherever it is". */
const WHOLE_HOME = new Set(['house', 'home', 'apartment', 'flat', 'everywhere', 'place', 'building']);

/** Lower-case words; possessive `'s` and punctuation left out. */
export function words(text: string): string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]s\b/g, '')
    .replace(/['’]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Words that carry meaning in a name: no articles. */
export function contentWords(text: string): string[] {
  return words(text).filter((word) => !ARTICLES.has(word));
}

export const isArticle = (word: string): boolean => ARTICLES.has(word);
export const isQuantifier = (word: string): boolean => QUANTIFIERS.has(word);
export const isWholeHome = (word: string): boolean => WHOLE_HOME.has(word);

/** Singular of an English noun by spelling alone; what is no plural comes back unchanged. */
export function singular(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:sh|ch|x|ss|z)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** A name as it is compared: its content words in the singular. */
export const plainName = (name: string): string => contentWords(name).map(singular).join(' ');

export const isPlural = (word: string): boolean => singular(word) !== word;

/** The names nearest to what was said, best first. */
export function nearest(said: string, names: readonly string[], count = 3): string[] {
  const target = said.toLowerCase();
  const saidWords = new Set(contentWords(said).map(singular));
  return [...new Set(names)]
    .map((name) => {
      const shared = contentWords(name).filter((word) => saidWords.has(singular(word))).length;
      return { name, score: editDistance(target, name.toLowerCase()) - 4 * shared };
    })
    .sort((a, b) => a.score - b.score)
    .slice(0, count)
    .map((entry) => entry.name);
}

/** "a, b and c" */
export function listed(items: readonly string[], conjunction = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)!}`;
}

const POLITE = new Set([
  'please',
  'now',
  'immediately',
  'right',
  'at',
  'once',
  'hey',
  'ok',
  'okay',
  'just',
  'the',
  'it',
  'there',
]);
const STOP_VERBS = new Set(['stop', 'halt', 'freeze']);
const STOP_ALONE = new Set([
  'emergency',
  'emergency stop',
  'stop all',
  'stop everything',
  'all stop',
  'stop moving',
  'stop driving',
  'e stop',
  'estop',
]);

/**
 * Whether the whole command says stop and nothing else: "stop", "please stop now", "stop everything", "stop the robot".
 * "Stop the music" is an ordinary command.
 * @param robots names by which robots are called: "robot", "rover"
 */
export function isStopPhrase(text: string, robots: readonly string[] = ['robot']): boolean {
  const said = words(text).filter((word) => !POLITE.has(word));
  if (said.length === 0 || said.length > 8) return false;
  if (said.every((word) => STOP_VERBS.has(word))) return true;
  const phrase = said.map((word) => (STOP_VERBS.has(word) ? 'stop' : word)).join(' ');
  if (STOP_ALONE.has(phrase)) return true;
  return ['robot', ...robots].some((name) => {
    const robot = words(name)
      .filter((word) => !POLITE.has(word))
      .join(' ');
    return phrase === `stop ${robot}` || phrase === `${robot} stop` || phrase === `emergency stop ${robot}`;
  });
}
