import { does, reading, writable } from './helpers/affordances.ts';
import { nowhere } from './helpers/signals.ts';
import { defineKind } from './kind.ts';
import { StepperDriver } from './gpio/stepper.ts';

export interface StepperOptions {
  /** Steps of one turn of the shaft. Default 4096: a 28BYJ-48 in half steps. */
  steps_per_turn?: number;
  /** Steps per second. Default 400; timers allow no more than 1000. */
  step_rate?: number;
  /** Turns it may go away from where it was at the start. Default: without limit. */
  max_turns?: number;
}

export const stepper = defineKind<StepperOptions>({
  name: 'stepper',
  summary: 'a stepper motor: turns by an angle (stepper.turn) or to one (stepper.set), counted from the start',
  options: {
    steps_per_turn: { type: 'integer', minimum: 4, maximum: 100_000 },
    step_rate: { type: 'number', exclusiveMinimum: 0, maximum: 1000 },
    max_turns: { type: 'number', exclusiveMinimum: 0 },
  },
  nouns: () => ['stepper', 'motor'],
  safe: () => 'stands still, without current',
  safeOffline: true,
  traits: ({ max_turns: turns }) => {
    const limit = turns === undefined ? 36_000 : turns * 360;
    const angle = { type: 'number', minimum: -limit, maximum: limit, unit: 'degree' } as const;
    return [
      does('stepper.turn', { 'degrees!': angle }, { safety: 'medium' }),
      does('stepper.set', { 'angle!': angle }, { idempotent: true, safety: 'medium' }),
      writable('angle', { ...angle, 'tk:writes': { action: 'stepper.set', arg: 'angle' } }),
      reading('state', { type: 'string', enum: ['IDLE', 'TURNING'] }),
    ];
  },
  simulated: (title, options, driver) => new StepperDriver(title, options, nowhere, driver),
});
