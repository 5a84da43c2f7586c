/** The table of sensors (devices/sensors.ts) as readings, questions and rules ask it. */
import { SENSORS, type SensorKind, type Words } from '../../../devices/sensors.ts';

const byKind = <T>(of: (kind: SensorKind) => T | undefined): Readonly<Partial<Record<string, T>>> =>
  Object.fromEntries(SENSORS.map((kind) => [kind.name, of(kind)] as const).filter(([, value]) => value !== undefined));

/** Kinds whose readings are words. */
export const WORDS = byKind<Words>(({ reads }) => (typeof reads === 'object' ? reads : undefined));

/** Kinds whose readings are numbers; what is no number is refused. */
export const NUMERIC: ReadonlySet<string> = new Set(
  SENSORS.filter(({ reads }) => reads === 'number').map(({ name }) => name),
);

export const SENSOR_KINDS: readonly string[] = SENSORS.map(({ name }) => name);

/** Kinds that a question about the state of something is answered from. */
export const answersState = (kind: string): boolean => kind === 'state' || kind in WORDS;

/** What people call what a sensor of a kind watches. */
export const NOUNS = byKind(({ nouns }) => nouns);

/** `'open'` for "OPENED" or false of a contact; undefined for what is none of the two words. */
export function wordOf(words: Words, sent: string | number | boolean): string | undefined {
  if (typeof sent === 'boolean' || typeof sent === 'number') {
    return sent === true || sent === 1 ? words.yes : sent === false || sent === 0 ? words.no : undefined;
  }
  const said = sent.trim().toLowerCase();
  if (said === 'true' || said === 'yes' || said === '1') return words.yes;
  if (said === 'false' || said === 'no' || said === '0') return words.no;
  return Object.entries(words.spellings).find(([, spellings]) => spellings.includes(said))?.[0];
}
