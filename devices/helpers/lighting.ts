import type { Trait } from '../kind.ts';
import { COLOR_NAMES } from './colors.ts';
import { does, percentArg, stepArgs, textArg, writable } from './affordances.ts';

/** Brightness in percent, absolute or in steps of 20. */
export function brightness(): Trait[] {
  return [
    does('light.set', { brightness: percentArg, ...stepArgs(20, 100, 'percent') }),
    writable('brightness', { ...percentArg, 'tk:writes': { action: 'light.set', arg: 'brightness' } }),
  ];
}

/** Colour by name; the names are in colors.ts. */
export function color(): Trait[] {
  return [
    does('light.set', { color: textArg(COLOR_NAMES) }),
    writable('color', { type: 'string', 'tk:writes': { action: 'light.set', arg: 'color' } }),
  ];
}

/** Colour temperature in kelvin. */
export function kelvin(minimum = 2000, maximum = 6500): Trait[] {
  const schema = { type: 'number', minimum, maximum, unit: 'kelvin' } as const;
  return [
    does('light.set', { kelvin: schema }),
    writable('color_temp', { ...schema, 'tk:writes': { action: 'light.set', arg: 'kelvin' } }),
  ];
}
