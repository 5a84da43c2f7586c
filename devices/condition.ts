/**
 * What the world must be like: conditions over readings of sensors and states of things, for interlocks.
 *
 *   contact/garage is open
 *   robot.battery below 10 and lid is not CLOSED
 *   garage-door is OPENING or CLOSING
 *
 * The subject is the name of a sensor, or the id of a thing with one of its properties (without: `state`).
 */
import { TokonomaError } from '../src/errors.ts';

type Value = string | number | boolean;

export interface Condition {
  /** `contact/garage`, `robot.battery`, `lid`. */
  readonly of: string;
  /** One of these, in any case of letters. */
  readonly is?: Value | readonly Value[];
  /** None of these. */
  readonly not?: Value | readonly Value[];
  readonly above?: number;
  readonly below?: number;
}

/** The value of a subject now; undefined when it is not known (never measured, or too long ago). */
export type Readings = (subject: string) => Value | null | undefined;

const FORM = /^(\S+)\s+(is not|is|!=|=|above|over|below|under|>|<)\s+(.+)$/i;
const NEGATIONS: ReadonlySet<string> = new Set(['is not', '!=']);
const UPWARDS: ReadonlySet<string> = new Set(['above', 'over', '>']);
const DOWNWARDS: ReadonlySet<string> = new Set(['below', 'under', '<']);

/**
 * All of what is said must hold.
 * @throws TokonomaError `bad-condition`
 */
export function conditionsOf(said: string | Condition | readonly Condition[]): readonly Condition[] {
  if (typeof said === 'string') return said.split(/\s+and(?:\s+|$)/i).map(parsed);
  return 'of' in said ? [said] : said;
}

function parsed(text: string): Condition {
  const [, of, operator, rest] = FORM.exec(text.trim()) ?? [];
  if (of === undefined || operator === undefined || rest === undefined) {
    throw new TokonomaError(
      'bad-condition',
      `"${text.trim()}" is no condition; write it like "contact/garage is open" or "robot.battery below 10"`,
    );
  }
  const op = operator.toLowerCase();
  if (UPWARDS.has(op) || DOWNWARDS.has(op)) {
    const limit = Number(rest);
    if (!Number.isFinite(limit)) {
      throw new TokonomaError('bad-condition', `"${text.trim()}": "${rest}" is no number`);
    }
    return UPWARDS.has(op) ? { of, above: limit } : { of, below: limit };
  }
  const values = rest.split(/\s+or\s+/i).map((word) => word.trim().replace(/^(["'])(.*)\1$/, '$2'));
  return NEGATIONS.has(op) ? { of, not: values } : { of, is: values };
}

/** Whether all of them hold; undefined when that cannot be known. */
export function holds(conditions: readonly Condition[], readings: Readings): boolean | undefined {
  let known = true;
  for (const condition of conditions) {
    const one = holdsAlone(condition, readings(condition.of));
    if (one === false) return false;
    known &&= one !== undefined;
  }
  return known ? true : undefined;
}

function holdsAlone(condition: Condition, value: Value | null | undefined): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  const { is, not, above, below } = condition;
  if (is !== undefined && !listOf(is).some((wanted) => same(wanted, value))) return false;
  if (not !== undefined && listOf(not).some((wanted) => same(wanted, value))) return false;
  if (above === undefined && below === undefined) return true;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  return number > (above ?? -Infinity) && number < (below ?? Infinity);
}

const listOf = (values: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(values) ? (values as readonly Value[]) : [values as Value];

/** `open` is `OPEN`, `true` is true, `5` is 5. */
const same = (a: Value, b: Value): boolean => String(a).toLowerCase() === String(b).toLowerCase();
