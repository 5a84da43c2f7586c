/** Reads the times and days that people say to an alarm clock: "seven thirty am", "tomorrow morning", "7:30". */

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS: Readonly<Record<string, number>> = { twenty: 20, thirty: 30, forty: 40, fifty: 50 };
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_MS = 86_400_000;

interface TimeOfDay {
  hours: number;
  minutes: number;
  /** Said with am, pm, a 24-hour number or a word such as noon: there is only one such moment a day. */
  exact: boolean;
}

/**
 * The next moment that is meant, in the machine's own time zone; undefined when the words cannot be read.
 * A time without am or pm is the next one of both; on a named day it is the morning's.
 */
export function nextMoment(time: string, day: string | undefined, now: Date): Date | undefined {
  const words = day === undefined ? time : `${time} ${day}`;
  const at = timeOfDay(time, half(words));
  const offset = dayOffset(day ?? time, now);
  if (at === undefined || offset === undefined) return undefined;
  const on = (days: number, hours: number): Date =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours, at.minutes);
  if (offset !== 'next') return on(offset.days, at.hours) > now ? on(offset.days, at.hours) : weekLater(offset, on, at);
  const hours = at.exact ? [at.hours] : [at.hours % 12, (at.hours % 12) + 12];
  const moments = [0, 1].flatMap((days) => hours.map((hour) => on(days, hour)));
  return moments.find((moment) => moment > now);
}

type Offset = { days: number; weekday: boolean } | 'next';

/** A weekday that is today and already over is next week's; "today" that is over is not a moment to come. */
function weekLater(
  offset: Exclude<Offset, 'next'>,
  on: (days: number, hours: number) => Date,
  at: TimeOfDay,
): Date | undefined {
  return offset.weekday ? on(offset.days + 7, at.hours) : undefined;
}

function dayOffset(text: string, now: Date): Offset | undefined {
  const words = text.toLowerCase().replace(/'s\b/g, '');
  if (/\b(day after tomorrow)\b/.test(words)) return { days: 2, weekday: false };
  if (/\b(tomorrow|next morning)\b/.test(words)) return { days: 1, weekday: false };
  if (/\btoday\b/.test(words)) return { days: 0, weekday: false };
  const named = WEEKDAYS.findIndex((name) => new RegExp(`\\b${name}s?\\b`).test(words));
  if (named >= 0) return { days: (named - now.getDay() + 7) % 7, weekday: true };
  const iso = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(words);
  if (iso) {
    const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
    const then = new Date(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
    return { days: Math.round((then.getTime() - today.getTime()) / DAY_MS), weekday: false };
  }
  // Nothing but a time, or a part of the day: the next one.
  return /\b(january|february|march|april|may|june|july|august|september|october|november|december|every|weekdays?|weekends?|week|month|year)\b|\beveryday\b/.test(
    words,
  )
    ? undefined
    : 'next';
}

function half(words: string): 'am' | 'pm' | undefined {
  if (/\b(am|a\.m\.?|morning)(?!\w)/i.test(words)) return 'am';
  if (/\b(pm|p\.m\.?|afternoon|evening|tonight|night)(?!\w)/i.test(words)) return 'pm';
  return undefined;
}

function timeOfDay(text: string, half: 'am' | 'pm' | undefined): TimeOfDay | undefined {
  const words = digits(text.toLowerCase());
  if (/\bmidnight\b/.test(words)) return { hours: 0, minutes: 0, exact: true };
  if (/\b(noon|midday)\b/.test(words)) return { hours: 12, minutes: 0, exact: true };
  const relative = /\b(half|quarter|\d{1,2})(?: minutes?)? (past|after|to|before) (\d{1,2})\b/.exec(words);
  const plain = /\b(\d{1,2})(?:(?::|\.| |(?<=\d{2}))(\d{2}))?(?!\d)/.exec(words.replace(/\b\d{4}-\d{2}-\d{2}\b/g, ''));
  let hours: number;
  let minutes: number;
  if (relative) {
    const amount = relative[1] === 'half' ? 30 : relative[1] === 'quarter' ? 15 : Number(relative[1]);
    const before = relative[2] === 'to' || relative[2] === 'before';
    hours = Number(relative[3]) - (before ? 1 : 0);
    minutes = before ? 60 - amount : amount;
  } else if (plain) {
    hours = Number(plain[1]);
    minutes = Number(plain[2] ?? 0);
  } else return undefined;
  if (hours < 0 || hours > 24 || minutes < 0 || minutes > 59) return undefined;
  if (half === undefined || hours > 12) return { hours, minutes, exact: hours > 12 || hours === 0 };
  return { hours: (hours % 12) + (half === 'pm' ? 12 : 0), minutes, exact: true };
}

/** "seven thirty" → "7 30", "eight forty five" → "8 45", "eight hundred" → "8 00". */
function digits(text: string): string {
  const out: string[] = [];
  let ten: number | undefined;
  for (const word of text.replace(/-(?=[a-z])/g, ' ').split(/\s+/)) {
    const one = ONES.indexOf(word);
    if (ten !== undefined && one > 0 && one < 10) {
      out.push(String(ten + one));
      ten = undefined;
      continue;
    }
    if (ten !== undefined) out.push(String(ten));
    ten = TENS[word];
    if (ten !== undefined) continue;
    if (one >= 0) out.push(String(one));
    else if (word === 'hundred') out.push('00');
    else if (word === 'oh') continue;
    else out.push(word);
  }
  if (ten !== undefined) out.push(String(ten));
  return out.join(' ');
}
