/** "At 7", "every weekday at half past six", "tomorrow at 8", "every 10 minutes", "at sunset": times as they are said. */
import { readClock } from '../rules/clock-words.ts';
import { nextMoment, type When } from './when.ts';
import type { Location, SunEvent } from './sun.ts';

/** What one piece of a time says. */
interface Fragment {
  readonly clock?: string;
  readonly half?: 'am' | 'pm';
  /** Days of the week it is repeated on; empty: every day. */
  readonly days?: readonly number[];
  /** Days from today. */
  readonly inDays?: number;
  /** The next day of this name. */
  readonly weekday?: number;
  readonly every_ms?: number;
  readonly sun?: SunEvent;
  readonly offset_min?: number;
}

export type ReadWhen =
  | { readonly when: When }
  /** What is missing or does not go together, as a sentence. */
  | { readonly reason: string; readonly code: string };

const DAY_NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY = `(?:${DAY_NAMES.join('|')})`;
const WEEK = [1, 2, 3, 4, 5];
const WEEKEND = [6, 0];
const UNITS: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** A shorter interval is a mistake or an attack. */
const SHORTEST_MS = 1000;
const LONGEST_CLOCK_WORDS = 7;

const SUN: Readonly<Record<string, SunEvent>> = {
  ...{ sunset: 'sunset', dusk: 'sunset', nightfall: 'sunset', sundown: 'sunset' },
  ...{ sunrise: 'sunrise', dawn: 'sunrise', sunup: 'sunrise', daybreak: 'sunrise' },
};
const SUN_WORD = `(${Object.keys(SUN).join('|')})`;

type Reader = readonly [pattern: RegExp, read: (match: RegExpExecArray) => Fragment | undefined];

const HALVES: Readonly<Record<string, 'am' | 'pm'>> = { morning: 'am', afternoon: 'pm', evening: 'pm', night: 'pm' };

const READERS: readonly Reader[] = [
  [
    /^every (?:(\d+(?:\.\d+)?) )?(second|minute|hour|day)s?\b/,
    ([, count, unit]) =>
      count === undefined && unit === 'day' ? { days: [] } : { every_ms: Number(count ?? 1) * UNITS[unit!]! },
  ],
  [/^every half hour\b/, () => ({ every_ms: 1_800_000 })],
  [/^hourly\b/, () => ({ every_ms: 3_600_000 })],
  [/^(?:daily|each day|every single day|every day|everyday)\b/, () => ({ days: [] })],
  [/^(?:every|each) (morning|afternoon|evening|night)\b/, ([, part]) => ({ days: [], half: HALVES[part!]! })],
  [/^(?:(?:every|each|on) )?(?:weekdays?|workdays?|working days?|week days?)\b/, () => ({ days: WEEK })],
  [/^(?:(?:every|each|on|at) )?(?:the )?weekends?\b/, () => ({ days: WEEKEND })],
  [new RegExp(`^(?:every|each) ${DAY}s?(?:(?:, | and |, and )${DAY}s?)*\\b`), ([text]) => ({ days: dayNumbers(text) })],
  [new RegExp(`^(?:on )?${DAY}s(?:(?:, | and |, and )${DAY}s)*\\b`), ([text]) => ({ days: dayNumbers(text) })],
  [
    new RegExp(`^(?:on|next|this|this coming) (${DAY})(?: (morning|afternoon|evening|night))?\\b`),
    ([, day, part]) => ({
      weekday: DAY_NAMES.indexOf(day!),
      ...(part === undefined ? {} : { half: HALVES[part]! }),
    }),
  ],
  [/^the day after tomorrow\b/, () => ({ inDays: 2 })],
  [
    /^(tomorrow|today)(?: (morning|afternoon|evening|night))?\b/,
    ([, day, part]) => ({
      inDays: day === 'tomorrow' ? 1 : 0,
      ...(part === undefined ? {} : { half: HALVES[part]! }),
    }),
  ],
  [/^(?:tonight|this (morning|afternoon|evening))\b/, ([, part = 'evening']) => ({ inDays: 0, half: HALVES[part]! })],
  [
    new RegExp(`^(?:at )?(\\d+(?:\\.\\d+)?) (minute|hour)s? (before|after) ${SUN_WORD}\\b`),
    ([, count, unit, side, event]) => ({
      sun: SUN[event!]!,
      offset_min: Math.round((Number(count) * UNITS[unit!]!) / 60_000) * (side === 'before' ? -1 : 1),
    }),
  ],
  [new RegExp(`^at (?:the )?${SUN_WORD}\\b`), ([, event]) => ({ sun: SUN[event!]! })],
];

/** The time fragment that `text` begins with, and what is left. */
function fragmentAt(text: string): { fragment: Fragment; rest: string } | undefined {
  for (const [pattern, read] of READERS) {
    const match = pattern.exec(text);
    const fragment = match === null ? undefined : read(match);
    if (fragment !== undefined) return { fragment, rest: afterJoint(text.slice(match![0].length)) };
  }
  const at = /^at (?:about |around |exactly |precisely )?/.exec(text);
  if (at === null) return undefined;
  const words = text.slice(at[0].length).split(' ').slice(0, LONGEST_CLOCK_WORDS);
  for (let count = words.length; count > 0; count--) {
    const joined = words.slice(0, count).join(' ');
    const clock = joined.replace(/,$/, '');
    if (readClock(clock) === undefined) continue;
    return { fragment: { clock }, rest: afterJoint(text.slice(at[0].length + joined.length)) };
  }
  return undefined;
}

const afterJoint = (rest: string): string => rest.replace(/^(?:,| then\b)* ?(?:then )?/, '');

/** Where a time ends that a text begins with, and where one begins that it ends with. */
export interface TimeSpans {
  /** Characters of the beginning, with what joins it to the command. */
  readonly start: number;
  /** Index at which the end begins; the text's length when there is none. */
  readonly end: number;
  readonly fragments: readonly Fragment[];
}

/** Undefined when no time is said at either end. @param text lower case, numbers in digits */
export function timeSpans(text: string): TimeSpans | undefined {
  const fragments: Fragment[] = [];
  let rest = text;
  for (let found = fragmentAt(rest); found !== undefined; found = fragmentAt(rest)) {
    fragments.push(found.fragment);
    rest = found.rest;
  }
  const start = text.length - rest.length;
  for (let i = rest.indexOf(' '); i >= 0; i = rest.indexOf(' ', i + 1)) {
    const tail = fragmentsOnly(rest.slice(i + 1));
    if (tail !== undefined) return { start, end: start + i, fragments: [...fragments, ...tail] };
  }
  return fragments.length === 0 ? undefined : { start, end: text.length, fragments };
}

function fragmentsOnly(text: string): Fragment[] | undefined {
  const fragments: Fragment[] = [];
  let rest = text;
  while (rest !== '') {
    const found = fragmentAt(rest);
    if (found === undefined) return undefined;
    fragments.push(found.fragment);
    rest = found.rest;
  }
  return fragments;
}

/** All fragments together as one moment or one repetition. */
export function readWhen(fragments: readonly Fragment[], now: number, location?: Location): ReadWhen {
  const all: Fragment = Object.assign({}, ...fragments) as Fragment;
  const { clock, half, days, inDays, weekday, every_ms, sun, offset_min = 0 } = all;
  const isOnDays = days !== undefined;
  if (every_ms !== undefined) {
    if (clock !== undefined || sun !== undefined || isOnDays || inDays !== undefined || weekday !== undefined) {
      return unclear('an interval and a time do not go together; say "every 10 minutes" or "every day at 7"');
    }
    if (every_ms < SHORTEST_MS) return unclear('an interval has at least a second');
    return { when: { every_ms, from: now } };
  }
  if (sun !== undefined && location === undefined) {
    const reason = `to know ${sun}, the place is needed: set location (latitude, longitude) in tokonoma.yaml, or say a time`;
    return { reason, code: 'no-location' };
  }
  if (clock === undefined && sun === undefined) return unclear('say at what time, such as "at 7:30"');
  const on = isOnDays && days.length > 0 ? { days } : {};
  if (sun !== undefined) {
    if (isOnDays) return { when: { sun, offset_min, ...on } };
    const days = inDays === undefined ? weekday : undefined;
    const from = inDays === undefined ? now : startOfDay(now, inDays);
    const at = nextMoment({ sun, offset_min, ...(days === undefined ? {} : { days: [days] }) }, from, location);
    return at === undefined ? unclear(`there is no ${sun} there soon`) : { when: { at } };
  }
  const read = readClock(clock!, half)!;
  if (isOnDays) return { when: { time: read.minutes, ...on } };
  if (weekday !== undefined) return { when: { at: nextMoment({ time: read.minutes, days: [weekday] }, now)! } };
  if (inDays !== undefined) {
    const times = read.isEither && inDays === 0 ? [read.minutes, read.minutes + 720] : [read.minutes];
    const moments = times.map((time) => nextMoment({ time }, startOfDay(now, inDays) - 1)!);
    const at = moments.find((moment) => moment > now);
    return at === undefined ? unclear('that time is over today; say "tomorrow at …"') : { when: { at } };
  }
  const times = read.isEither ? [read.minutes, (read.minutes + 720) % 1440] : [read.minutes];
  return { when: { at: Math.min(...times.map((time) => nextMoment({ time }, now)!)) } };
}

const unclear = (reason: string): ReadWhen => ({ reason, code: 'time-not-understood' });

function startOfDay(now: number, days: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

function dayNumbers(text: string): number[] {
  return [...text.matchAll(new RegExp(DAY, 'g'))].map(([day]) => DAY_NAMES.indexOf(day));
}
