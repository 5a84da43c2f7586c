/** What sensors measure: numbers, or one of two words. */
import { QUERY_KINDS } from '../../grammar/actions.ts';

/** Two words that a reading of a kind can be, and what senders write for them. */
export interface Words {
  /** The word that JSON's `true`, `1` and `yes` mean. */
  readonly yes: string;
  readonly no: string;
  readonly spellings: Readonly<Record<string, readonly string[]>>;
}

const detected = (more: readonly string[], calm: readonly string[]): Words => ({
  yes: 'detected',
  no: 'clear',
  spellings: {
    detected: ['detected', 'on', 'active', 'alarm', ...more],
    clear: ['clear', 'cleared', 'off', 'none', 'inactive', 'not_detected', 'not detected', ...calm],
  },
});

const SOMEONE = detected(
  ['motion', 'movement', 'occupied', 'present', 'presence', 'home', 'someone'],
  ['empty', 'vacant', 'unoccupied', 'absent', 'away', 'not_home', 'no motion', 'nobody'],
);

/** Kinds whose readings are words. */
export const WORDS: Readonly<Partial<Record<string, Words>>> = {
  contact: {
    // A contact that is made: zigbee2mqtt sends {"contact":true} for a closed door. Home Assistant's ON is an open one.
    yes: 'closed',
    no: 'open',
    spellings: { open: ['open', 'opened', 'ajar', 'on'], closed: ['closed', 'close', 'shut', 'off'] },
  },
  motion: SOMEONE,
  presence: SOMEONE,
  smoke: detected(['smoke', 'fire'], ['no smoke']),
  leak: detected(['leak', 'wet', 'water'], ['dry', 'no leak']),
  button: {
    yes: 'pressed',
    no: 'released',
    spellings: { pressed: ['pressed', 'press', 'pushed', 'on', 'down'], released: ['released', 'off', 'up'] },
  },
  switch: { yes: 'on', no: 'off', spellings: { on: ['on', 'active'], off: ['off', 'inactive'] } },
};

/** Kinds whose readings are numbers; what is no number is refused. */
export const NUMERIC: ReadonlySet<string> = new Set([
  ...['temperature', 'humidity', 'brightness', 'battery', 'co2', 'pressure', 'power', 'energy', 'distance', 'speed'],
  ...['noise', 'level', 'count', 'moisture'],
]);

export const SENSOR_KINDS: readonly string[] = [...new Set([...QUERY_KINDS, ...Object.keys(WORDS), ...NUMERIC])];

/** Kinds that a question about the state of something is answered from. */
export const answersState = (kind: string): boolean => kind === 'state' || kind in WORDS;

/** What people call what a sensor of a kind watches. */
export const NOUNS: Readonly<Partial<Record<string, readonly string[]>>> = {
  temperature: ['temperature', 'thermometer'],
  humidity: ['humidity'],
  brightness: ['brightness', 'light level', 'daylight'],
  battery: ['battery', 'charge'],
  contact: ['door', 'window', 'gate', 'contact'],
  motion: ['motion', 'movement', 'motion sensor'],
  presence: ['presence', 'occupancy', 'presence sensor'],
  smoke: ['smoke', 'smoke detector', 'smoke alarm'],
  leak: ['leak', 'water', 'leak sensor'],
  button: ['button', 'push button'],
  switch: ['switch', 'button'],
  moisture: ['soil moisture', 'moisture', 'soil'],
  co2: ['co2', 'carbon dioxide', 'air'],
  noise: ['noise', 'sound'],
};

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
