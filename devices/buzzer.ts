import { does, reading } from './helpers/affordances.ts';
import { onOff } from './helpers/on-off.ts';
import { defineKind } from './kind.ts';
import { SimulatedBuzzer } from './simulated/buzzer.ts';

export type BuzzerOptions = object;

export const buzzer = defineKind<BuzzerOptions>({
  name: 'buzzer',
  summary: 'a buzzer or siren: on/off, and beeps (buzzer.beep)',
  options: {},
  nouns: () => ['buzzer', 'siren', 'beeper'],
  safe: () => 'silent',
  safeOffline: true,
  traits: () => [
    ...onOff('power.set'),
    does('buzzer.beep', {
      times: { type: 'integer', minimum: 1, maximum: 20, default: 1 },
      on_ms: { type: 'integer', minimum: 20, maximum: 5000, unit: 'millisecond', default: 200 },
      off_ms: { type: 'integer', minimum: 20, maximum: 5000, unit: 'millisecond', default: 200 },
    }),
    reading('beeps', { type: 'integer', description: 'beeps so far' }),
  ],
  simulated: (title, _options, driver) => new SimulatedBuzzer(title, driver),
});
