/** What moves on wheels: so far ahead or back, so much to a side. */
import type { DataSchema } from '../thing.ts';
import type { Trait } from '../kind.ts';
import { does } from './affordances.ts';
import { METRES } from './length.ts';

/** It moves where people walk, slowly and only as far as it is told. */
export const MOVES = { safety: 'medium' } as const;

/** @param farthest metres of one drive */
export function drives(directions: readonly string[], farthest: number): Trait {
  return does(
    'robot.drive',
    {
      'direction!': { type: 'string', enum: directions },
      distance: { type: 'number', minimum: 0, maximum: farthest, unit: 'm', default: 1 },
      // What it may be said in; the driver only ever sees metres.
      unit: { type: 'string', enum: Object.keys(METRES) },
    },
    MOVES,
  );
}

/** @param more what else it can turn to */
export function turns(more: Readonly<Record<string, DataSchema>> = {}): Trait {
  return does(
    'robot.turn',
    {
      direction: { type: 'string', enum: ['left', 'right', 'around'], default: 'left', 'tk:with': 'degrees' },
      degrees: { type: 'number', minimum: 0, maximum: 720, unit: 'degree', default: 90, 'tk:with': 'direction' },
      ...more,
    },
    MOVES,
  );
}
