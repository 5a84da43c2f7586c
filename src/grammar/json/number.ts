/** JSON numbers, one character after the other, within bounds: which beginnings can still become one. */

export interface NumberRange {
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
}

/** More digits say nothing in double precision, and nobody means them. */
const INTEGER_DIGITS = 15;
const FRACTION_DIGITS = 9;
const GRAIN = 10 ** -FRACTION_DIGITS;

/** What numbers are made of; exponents are not needed. */
export const NUMBER_CHARS = [...'-.0123456789'];

const SHAPE = /^(-?)(0|[1-9]\d*)?(?:(\.)(\d*))?$/;

/** Whether some number within the range, of at most 15 and 9 digits, begins with `text`, which is not empty. */
export function canBegin(text: string, range: NumberRange): boolean {
  const match = SHAPE.exec(text);
  if (match === null) return false;
  const [, sign, whole = '', point, fraction = ''] = match;
  if (point !== undefined && (range.integer || whole === '')) return false;
  if (whole.length > INTEGER_DIGITS || fraction.length > FRACTION_DIGITS) return false;
  // The range of magnitudes, for the sign is known.
  const [low, high] = sign === '-' ? [Math.max(0, -range.max), -range.min] : [Math.max(0, range.min), range.max];
  if (high < 0 || low > high) return false;
  // "-0" is no other number than 0.
  if (sign === '-' && (range.integer ? high < 1 || whole === '0' : high === 0)) return false;
  if (point !== undefined) {
    return meets(Number(`${whole}.${fraction || '0'}`), 10 ** -fraction.length - GRAIN, low, high);
  }
  if (whole === '') return true;
  const value = Number(whole);
  const part = range.integer ? 0 : 1 - GRAIN;
  // A leading zero takes no more digits.
  const more = whole === '0' ? 0 : INTEGER_DIGITS - whole.length;
  for (let digits = 0; digits <= more; digits++) {
    const step = 10 ** digits;
    if (meets(value * step, step - 1 + part, low, high)) return true;
  }
  return false;
}

/** Whether `text` is a number within the range. */
export function isNumber(text: string, { integer, min, max }: NumberRange): boolean {
  if (!(integer ? /^-?(0|[1-9]\d*)$/ : /^-?(0|[1-9]\d*)(\.\d+)?$/).test(text) || text === '-0') return false;
  const value = Number(text);
  return value >= min && value <= max;
}

/** Whether [from, from + width] and [low, high] have a number in common. */
const meets = (from: number, width: number, low: number, high: number): boolean => from <= high && from + width >= low;

/** Whether a longer number within the range begins with `text`. */
export function canGoOn(text: string, range: NumberRange): boolean {
  return NUMBER_CHARS.some((char) => canBegin(text + char, range));
}
