import { defineKind } from './kind.ts';
import { onOff, speed } from './helpers/on-off.ts';
import { SimulatedFan } from './simulated/fan.ts';

export interface FanOptions {
  /** Number of speed levels; absent: percent. */
  levels?: number;
}

export const fan = defineKind<FanOptions>({
  name: 'fan',
  summary: 'a fan: on/off and speed, in percent or in levels',
  options: { levels: { type: 'integer', minimum: 1, maximum: 20 } },
  nouns: () => ['fan', 'ventilator'],
  safe: () => 'off',
  traits: (options) => [...onOff('power.set'), ...speed(options.levels)],
  simulated: (title, options, driver) => new SimulatedFan(title, options.levels ?? 100, driver),
});
