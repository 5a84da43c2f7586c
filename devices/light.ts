import { defineKind } from './kind.ts';
import { brightness, color, kelvin } from './helpers/lighting.ts';
import { onOff } from './helpers/on-off.ts';
import { SimulatedLight } from './simulated/light.ts';

export interface LightOptions {
  /** Default true. */
  brightness?: boolean;
  /** Default false. */
  color?: boolean;
  /** Default false; a range says the kelvin it can do. */
  kelvin?: boolean | { min: number; max: number };
}

export const light = defineKind<LightOptions>({
  name: 'light',
  summary: 'a light: on/off, and as options brightness, colour, colour temperature',
  options: {
    brightness: { type: 'boolean' },
    color: { type: 'boolean' },
    kelvin: {
      type: ['boolean', 'object'],
      properties: { min: { type: 'number', minimum: 1000 }, max: { type: 'number', maximum: 20000 } },
      required: ['min', 'max'],
      additionalProperties: false,
    },
  },
  nouns: () => ['light', 'lamp'],
  safe: () => 'stays as it is',
  traits: (options) => [
    ...onOff('light.set'),
    ...((options.brightness ?? true) ? brightness() : []),
    ...(options.color === true ? color() : []),
    ...(options.kelvin === true ? kelvin() : []),
    ...(typeof options.kelvin === 'object' ? kelvin(options.kelvin.min, options.kelvin.max) : []),
  ],
  simulated: (title, options, driver) => new SimulatedLight(title, options, driver),
});
