import { does, writable } from './helpers/affordances.ts';
import { defineKind } from './kind.ts';
import { SimulatedServo } from './simulated/servo.ts';

export interface ServoOptions {
  /** Degrees it can reach. Default 0 to 180. */
  min_angle?: number;
  max_angle?: number;
  /** Degrees per second; absent: as fast as it can. */
  turn_speed?: number;
  /** Angle that is safe; absent: it stays where it is. */
  rest?: number;
}

export const servo = defineKind<ServoOptions>({
  name: 'servo',
  summary: 'a servo that turns to an angle (servo.set)',
  options: {
    min_angle: { type: 'number', minimum: -360, maximum: 360 },
    max_angle: { type: 'number', minimum: -360, maximum: 360 },
    turn_speed: { type: 'number', exclusiveMinimum: 0, maximum: 2000 },
    rest: { type: 'number', minimum: -360, maximum: 360 },
  },
  nouns: () => ['servo'],
  safe: ({ rest }) => (rest === undefined ? 'stays where it is' : `turns to ${rest} degrees`),
  traits: (options) => {
    const angle = { type: 'number', ...servoRange(options), unit: 'degree' } as const;
    return [
      does('servo.set', { 'angle!': angle }, { idempotent: true }),
      writable('angle', { ...angle, 'tk:writes': { action: 'servo.set', arg: 'angle' } }),
    ];
  },
  simulated: (title, options, driver) => new SimulatedServo(title, options, driver),
});

export function servoRange({ min_angle = 0, max_angle = 180 }: ServoOptions): { minimum: number; maximum: number } {
  return { minimum: Math.min(min_angle, max_angle), maximum: Math.max(min_angle, max_angle) };
}
