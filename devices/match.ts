/** Which arguments of an action something is about: `{state: "unlock"}`, `{position: {above: 0}}`. */
import type { Args, ArgValue } from '../src/grammar/actions.ts';

/** One of these values, or a number in an open range, or any value at all. */
export type ValueMatch =
  ArgValue | readonly ArgValue[] | { readonly above?: number; readonly below?: number } | { readonly any: true };

/** Always or never, or when at least one of the arguments matches. */
export type ArgMatch = boolean | Readonly<Record<string, ValueMatch>>;

export function matches(match: ArgMatch | undefined, args: Args): boolean {
  if (match === undefined || typeof match === 'boolean') return match === true;
  return Object.entries(match).some(([name, wanted]) => args[name] !== undefined && valueMatches(wanted, args[name]));
}

function valueMatches(wanted: ValueMatch, value: ArgValue): boolean {
  if (Array.isArray(wanted)) return (wanted as readonly ArgValue[]).includes(value);
  if (typeof wanted !== 'object') return wanted === value;
  if ('any' in wanted) return true;
  const { above = -Infinity, below = Infinity } = wanted as { above?: number; below?: number };
  return typeof value === 'number' && value > above && value < below;
}

/** JSON Schema of an ArgMatch in a configuration. */
const value = { type: ['string', 'number', 'boolean'] };
export const ARG_MATCH_SCHEMA = {
  type: ['boolean', 'object'],
  additionalProperties: {
    anyOf: [
      value,
      { type: 'array', items: value, minItems: 1 },
      {
        type: 'object',
        properties: { above: { type: 'number' }, below: { type: 'number' } },
        minProperties: 1,
        additionalProperties: false,
      },
      { type: 'object', properties: { any: { const: true } }, required: ['any'], additionalProperties: false },
    ],
  },
} as const;
