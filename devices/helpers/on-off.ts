import type { Trait } from '../kind.ts';
import { does, writable } from './affordances.ts';

/** On and off by the `power` argument of the kind's action (`light.set`, `power.set`). */
export function onOff(action: string): Trait[] {
  return [
    does(action, { power: { type: 'string', enum: ['on', 'off'] } }, { idempotent: true }),
    writable('state', {
      type: 'string',
      enum: ['ON', 'OFF'],
      'tk:writes': { action, arg: 'power', values: { ON: 'on', OFF: 'off' } },
    }),
  ];
}

/** Speed in percent, or in levels 1..n where the device has only those. */
export function speed(levels?: number): Trait[] {
  const schema =
    levels === undefined
      ? ({ type: 'number', minimum: 0, maximum: 100, unit: 'percent' } as const)
      : ({ type: 'integer', minimum: 0, maximum: levels, unit: 'level' } as const);
  return [
    does('power.set', { speed: schema }, { idempotent: true }),
    writable('speed', { ...schema, 'tk:writes': { action: 'power.set', arg: 'speed' } }),
  ];
}
