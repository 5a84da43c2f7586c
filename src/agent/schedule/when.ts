/**
 * When something is due, in the time zone of the machine. Calendar arithmetic is left to Date, which knows about
 * summer time: a time that a day does not have (02:30 in spring) is the one an hour later, one that a day has twice is
 * its first.
 */
import { clockPhrase } from '../rules/condition.ts';
import { durationPhrase } from '../turn/sentences.ts';
import { listed } from '../grounding/words.ts';
import { sunTime, type Location, type SunEvent } from './sun.ts';

export type When =
  /** Once, milliseconds since the epoch. */
  | { readonly at: number }
  /** Again and again, milliseconds; the first time that long after `from`. */
  | { readonly every_ms: number; readonly from: number }
  /** Minutes since midnight on these days of the week (0 is Sunday), or every day. */
  | { readonly time: number; readonly days?: readonly number[] }
  | { readonly sun: SunEvent; readonly offset_min: number; readonly days?: readonly number[] };

export const isOnce = (when: When): when is { readonly at: number } => 'at' in when;

/** A year and a bit: a weekday comes within a week, the polar sun within a year. */
const DAYS_AHEAD = 370;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The first moment after `after`; undefined when there is none. */
export function nextMoment(when: When, after: number, location?: Location): number | undefined {
  if ('at' in when) return when.at > after ? when.at : undefined;
  if ('every_ms' in when) {
    const { every_ms, from } = when;
    return from + (Math.max(0, Math.floor((after - from) / every_ms)) + 1) * every_ms;
  }
  const day = new Date(after);
  for (let days = 0; days <= DAYS_AHEAD; days++) {
    // The day by its calendar number, so that days of 23 and 25 hours count as one.
    const date = new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
    if (when.days?.includes(date.getDay()) === false) continue;
    const moment = momentOn(date, when, location);
    if (moment !== undefined && moment > after) return moment;
  }
  return undefined;
}

/** The last moment up to `now`, no sooner than `first`. */
export function lastMoment(when: When, first: number, now: number, location?: Location): number {
  if ('at' in when) return first;
  if ('every_ms' in when) return first + Math.floor((now - first) / when.every_ms) * when.every_ms;
  let last = first;
  // At most one moment a day: whatever was missed for longer than a week was missed as much a week ago.
  let from = Math.max(first, now - 8 * 86_400_000);
  for (;;) {
    const next = nextMoment(when, from, location);
    if (next === undefined || next > now) return last;
    last = next;
    from = next;
  }
}

function momentOn(
  date: Date,
  when: Extract<When, { time: number } | { sun: SunEvent }>,
  location: Location | undefined,
): number | undefined {
  if ('sun' in when) {
    const at = location === undefined ? undefined : sunTime(when.sun, date, location);
    return at === undefined ? undefined : at + when.offset_min * 60_000;
  }
  const { time } = when;
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), Math.floor(time / 60), time % 60).getTime();
}

/** "Every weekday at 07:00", "Tomorrow at 08:00", "In 10 minutes", "Every 10 minutes", "30 minutes before sunset" */
export function whenPhrase(when: When, now: number): string {
  if ('at' in when) return momentPhrase(when.at, now);
  if ('every_ms' in when) return `Every ${durationPhrase(when.every_ms).replace(/^1 /, '')}`;
  const days = daysPhrase(when.days);
  if ('time' in when) return `${days} at ${clockPhrase(when.time)}`;
  const { sun, offset_min } = when;
  if (offset_min === 0) return `${days} at ${sun}`;
  const offset = durationPhrase(Math.abs(offset_min) * 60_000);
  return `${days} ${offset} ${offset_min < 0 ? 'before' : 'after'} ${sun}`;
}

/** "At 19:00", "Tomorrow at 08:00", "On Monday 23 November at 08:00" */
export function momentPhrase(at: number, now: number): string {
  const [date, today] = [new Date(at), new Date(now)];
  const seconds = date.getSeconds();
  const time = `${clockPhrase(date.getHours() * 60 + date.getMinutes())}${seconds === 0 ? '' : `:${String(seconds).padStart(2, '0')}`}`;
  const isOn = (days: number): boolean =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + days).toDateString() === date.toDateString();
  if (isOn(0)) return `At ${time}`;
  if (isOn(1)) return `Tomorrow at ${time}`;
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
  return `On ${format.format(date).replace(',', '')} at ${time}`;
}

function daysPhrase(days: readonly number[] | undefined): string {
  if (days === undefined || days.length === 7) return 'Every day';
  const key = [...days].sort().join('');
  if (key === '12345') return 'Every weekday';
  if (key === '06') return 'Every Saturday and Sunday';
  // A week begins on Monday.
  const inOrder = [...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return `Every ${listed(inOrder.map((day) => WEEKDAYS[day]!))}`;
}
