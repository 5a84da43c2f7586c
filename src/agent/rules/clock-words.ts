/** Times of day as they are said, after the text pass has made digits of number words: "at 7 30", "half past 6", "10 pm". */

export interface Clock12 {
  /** Minutes since midnight; before noon when it may be both. */
  readonly minutes: number;
  /** Said without am or pm, with a number up to 12: it may be meant twelve hours later. */
  readonly isEither: boolean;
}

type Half = 'am' | 'pm' | undefined;

const CLOCK = /^(\d{1,2})(?:(?::|\.| )(\d{2}))?(?: ?(?:o'clock|oclock|hours))?(?: ?(am|pm|a\.? ?m\.?|p\.? ?m\.?))?$/;
const RELATIVE =
  /^(half|quarter|a quarter|\d{1,2}|0\.25|0\.5)(?: minutes?)? (past|after|to|before) (\d{1,2}|noon|midnight)(?: ?(am|pm))?$/;

/** The part of a day that is named beside a time: "7 in the morning", "8 tonight". */
const PARTS: readonly (readonly [RegExp, 'am' | 'pm'])[] = [
  [/ (?:in the morning|this morning)$/, 'am'],
  [/ (?:in the (?:afternoon|evening)|this (?:afternoon|evening)|tonight|at night)$/, 'pm'],
];

/** Undefined for what is no time of day. @param half what is known from words elsewhere */
export function readClock(said: string, half?: Half): Clock12 | undefined {
  for (const [part, meant] of PARTS) {
    if (part.test(said)) return readClock(said.replace(part, ''), meant);
  }
  if (said === 'noon' || said === 'midday') return { minutes: 720, isEither: false };
  if (said === 'midnight') return { minutes: 0, isEither: false };
  const relative = RELATIVE.exec(said);
  if (relative !== null) {
    const [, amount, direction, hour, suffix] = relative;
    const base = hour === 'noon' ? 720 : hour === 'midnight' ? 1440 : Number(hour) * 60;
    const by = amount === 'half' || amount === '0.5' ? 30 : /quarter|0\.25/.test(amount!) ? 15 : Number(amount);
    const minutes = base + (direction === 'past' || direction === 'after' ? by : -by);
    if (Number(hour) > 24 || by > 59 || minutes < 0) return undefined;
    if (hour === 'noon' || hour === 'midnight') return { minutes: minutes % 1440, isEither: false };
    return withHalf(minutes % 1440, (suffix as Half) ?? half);
  }
  const clock = CLOCK.exec(said);
  if (clock === null) return undefined;
  const [, hour, minute = '0', suffix] = clock;
  const [h, m] = [Number(hour), Number(minute)];
  if (h > 24 || m > 59 || (h === 24 && m > 0)) return undefined;
  const given = suffix === undefined ? half : suffix.startsWith('a') ? 'am' : 'pm';
  if (suffix !== undefined && (h === 0 || h > 12)) return undefined;
  return withHalf((h * 60 + m) % 1440, given);
}

function withHalf(minutes: number, half: Half): Clock12 {
  const hour = Math.floor(minutes / 60);
  if (hour === 0 || hour > 12) return { minutes, isEither: false };
  const early = minutes % 720;
  if (half === 'am') return { minutes: early, isEither: false };
  if (half === 'pm') return { minutes: early + 720, isEither: false };
  // "At 12" is noon; twelve hours later it would be midnight.
  return hour === 12 ? { minutes, isEither: false } : { minutes, isEither: true };
}
