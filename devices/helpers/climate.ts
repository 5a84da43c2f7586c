import type { Trait } from '../kind.ts';
import { does, reading, stepArgs, writable } from './affordances.ts';

export const CLIMATE_MODES = ['heat', 'cool', 'auto', 'off', 'fan'] as const;
export type ClimateMode = (typeof CLIMATE_MODES)[number];

/** Target temperature in degrees Celsius, absolute or in steps of one degree. */
export function targetTemperature(minimum: number, maximum: number): Trait[] {
  const schema = { type: 'number', minimum, maximum, unit: 'celsius' } as const;
  return [
    does('climate.set', { temperature: schema, ...stepArgs(1, maximum - minimum, 'celsius') }, { safety: 'medium' }),
    writable('target_temperature', { ...schema, 'tk:writes': { action: 'climate.set', arg: 'temperature' } }),
    reading('current_temperature', { type: 'number', unit: 'celsius' }),
  ];
}

export function climateMode(modes: readonly ClimateMode[]): Trait[] {
  return [
    does('climate.set', { mode: { type: 'string', enum: modes } }, { idempotent: true }),
    writable('mode', { type: 'string', enum: modes, 'tk:writes': { action: 'climate.set', arg: 'mode' } }),
  ];
}
