/** The signals that a driver gives to its hardware, by the names of its keys in the configuration. */
import type { Switch } from '../../src/gpio/gpio.ts';
import type { PwmOutput } from '../../src/gpio/io.ts';

export interface Signals {
  /** Whether the configuration has this key: `enable`, `left.enable`. */
  has(key: string): boolean;
  /** Off from its first moment. */
  output(key: string): Promise<Switch>;
  /** Low from its first moment. */
  pwm(key: string, hz: number): Promise<PwmOutput>;
  /** Every signal to its safe level, and no longer ours. */
  close(): Promise<void>;
}

/** Signals of what is simulated: every key is there, and leads nowhere. */
export const nowhere: Signals = {
  has: () => true,
  output: async () => {
    let active = false;
    return {
      get active() {
        return active;
      },
      set: async (next) => void (active = next),
      close: async () => undefined,
    };
  },
  pwm: async () => ({ write: async () => undefined, pulse: async () => undefined, close: async () => undefined }),
  close: async () => undefined,
};
