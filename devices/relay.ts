import { onOff } from './helpers/on-off.ts';
import { defineKind } from './kind.ts';
import { SimulatedRelay } from './simulated/relay.ts';

export interface RelayOptions {
  /** Default `off`. */
  safe?: 'keep' | 'off';
  /** Seconds after which it goes off by itself: a door opener, a starter. */
  pulse_s?: number;
}

export const relay = defineKind<RelayOptions>({
  name: 'relay',
  summary: 'a relay or transistor that switches something: a pump, a valve, a door opener',
  options: {
    safe: { enum: ['keep', 'off'] },
    pulse_s: { type: 'number', exclusiveMinimum: 0, maximum: 3600 },
  },
  nouns: () => ['relay', 'switch'],
  safe: (options) => (options.safe === 'keep' ? 'stays as it is' : 'off'),
  traits: () => onOff('power.set'),
  simulated: (title, options, driver) => new SimulatedRelay(title, options, driver),
});
