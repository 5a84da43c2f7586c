import { does, writable } from './helpers/affordances.ts';
import { onOff, speed } from './helpers/on-off.ts';
import { defineKind } from './kind.ts';
import { SimulatedMotor } from './simulated/motor.ts';

export interface MotorOptions {
  /** Can its speed be set? Default true. */
  speed?: boolean;
}

export const motor = defineKind<MotorOptions>({
  name: 'motor',
  summary: 'a DC motor behind an H-bridge: on/off, speed, and both directions (motor.run)',
  options: { speed: { type: 'boolean' } },
  nouns: () => ['motor'],
  safe: () => 'stands still',
  safeOffline: true,
  traits: (options) => {
    const faces = { type: 'string', enum: ['forward', 'backward'] } as const;
    const share = { type: 'number', minimum: 0, maximum: 100, unit: 'percent', default: 100 } as const;
    const speeds = options.speed ?? true;
    return [
      ...onOff('power.set'),
      ...(speeds ? speed() : []),
      does(
        'motor.run',
        {
          'direction!': faces,
          ...(speeds ? { speed: share } : {}),
          seconds: { type: 'number', minimum: 0.05, maximum: 600, unit: 'second' },
        },
        { safety: 'medium' },
      ),
      writable('direction', { ...faces, 'tk:writes': { action: 'motor.run', arg: 'direction' } }),
    ];
  },
  simulated: (title, options, driver) => new SimulatedMotor(title, options, driver),
});
