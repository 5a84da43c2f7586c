import { brightness } from './helpers/lighting.ts';
import { onOff } from './helpers/on-off.ts';
import { defineKind } from './kind.ts';
import { SimulatedLight } from './simulated/light.ts';

export interface LedOptions {
  /** Default false: an indicator is on or off. */
  brightness?: boolean;
}

export const led = defineKind<LedOptions>({
  name: 'led',
  summary: 'a light-emitting diode on a pin: on/off, and brightness where the pin has PWM',
  options: { brightness: { type: 'boolean' } },
  nouns: () => ['led', 'indicator', 'light'],
  safe: () => 'stays as it is',
  traits: (options) => [...onOff('light.set'), ...(options.brightness === true ? brightness() : [])],
  simulated: (title, options, driver) => new SimulatedLight(title, { brightness: options.brightness ?? false }, driver),
});
