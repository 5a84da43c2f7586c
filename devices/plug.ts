import { defineKind } from './kind.ts';
import { onOff } from './helpers/on-off.ts';
import { SimulatedPlug } from './simulated/plug.ts';

export interface PlugOptions {
  /** `off` for what heats or moves; default `keep`. */
  safe?: 'keep' | 'off';
}

export const plug = defineKind<PlugOptions>({
  name: 'plug',
  summary: 'a plug, switch or relay and what hangs on it: a coffee machine, a pump, a heater',
  options: { safe: { enum: ['keep', 'off'] } },
  nouns: () => ['plug', 'switch', 'socket', 'outlet'],
  safe: (options) => (options.safe === 'off' ? 'off' : 'stays as it is'),
  traits: () => onOff('power.set'),
  simulated: (title, options, driver) => new SimulatedPlug(title, options.safe === 'off', driver),
});
