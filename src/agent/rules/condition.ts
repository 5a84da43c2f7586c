/** Conditions as they are stored, and how they are shown. What evaluates them is in watch.ts. */
import { durationPhrase } from '../turn/sentences.ts';
import { listed } from '../grounding/words.ts';

/** A comparison of one signal. */
export interface Comparison {
  /** Id of the signal. */
  readonly signal: string;
  /** `between`: value ≤ reading ≤ high. `is` compares words. */
  readonly op: 'below' | 'above' | 'between' | 'is' | 'is not';
  readonly value: number | string;
  readonly high?: number;
  /** In which the numbers are: that of the signal. */
  readonly unit?: string;
  /** How far a number must come back before the comparison ends, in the same unit. */
  readonly slack?: number;
  /** It must hold for so long, milliseconds. */
  readonly for_ms?: number;
}

/** Between two times of the day, minutes since midnight; over midnight when `to` is less than `from`. */
export interface Daytime {
  readonly op: 'daytime';
  readonly from: number;
  readonly to: number;
}

export type Condition =
  | Comparison
  | Daytime
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition };

/** What holds when it does not; a number at the threshold itself is on either side. */
export function negated(condition: Condition): Condition {
  switch (condition.op) {
    case 'and':
    case 'or':
      return { op: condition.op === 'and' ? 'or' : 'and', of: condition.of.map(negated) };
    case 'not':
      return condition.of;
    case 'daytime':
      return { op: 'daytime', from: condition.to, to: condition.from };
  }
  // "Not open for 5 minutes" is true while it is open for 3.
  if (condition.for_ms !== undefined) return { op: 'not', of: condition };
  switch (condition.op) {
    case 'below':
      return { ...condition, op: 'above' };
    case 'above':
      return { ...condition, op: 'below' };
    case 'is':
      return { ...condition, op: 'is not' };
    case 'is not':
      return { ...condition, op: 'is' };
    case 'between': {
      const { high, ...low } = condition;
      const outside: Comparison[] = [
        { ...low, op: 'below' },
        { ...low, op: 'above', value: high! },
      ];
      return { op: 'or', of: outside };
    }
  }
}

/** Every comparison in it. */
export function comparisons(condition: Condition): Comparison[] {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.of.flatMap(comparisons);
    case 'not':
      return comparisons(condition.of);
    case 'daytime':
      return [];
    default:
      return [condition];
  }
}

/** "temperature/kitchen is below 18 °C for 5 minutes" */
export function conditionPhrase(condition: Condition, shown: (signal: string) => string): string {
  switch (condition.op) {
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => {
        const phrase = conditionPhrase(part, shown);
        return part.op === 'or' && condition.op === 'and' ? `(${phrase})` : phrase;
      });
      return listed(parts, condition.op);
    }
    case 'not':
      return `not (${conditionPhrase(condition.of, shown)})`;
    case 'daytime':
      return `it is between ${clockPhrase(condition.from)} and ${clockPhrase(condition.to)}`;
    default:
      return comparisonPhrase(condition, shown);
  }
}

function comparisonPhrase(condition: Comparison, shown: (signal: string) => string): string {
  const { signal, op, value, high, unit, for_ms } = condition;
  const measured = unit === undefined ? '' : ` ${unit}`;
  const what =
    op === 'between'
      ? `between ${value} and ${high}${measured}`
      : op === 'below' || op === 'above'
        ? `${op} ${value}${measured}`
        : `${op === 'is not' ? 'not ' : ''}${String(value)}`;
  return `${shown(signal)} is ${what}${for_ms === undefined ? '' : ` for ${durationPhrase(for_ms)}`}`;
}

/** 7 * 60 + 5 is "07:05". */
export function clockPhrase(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}
