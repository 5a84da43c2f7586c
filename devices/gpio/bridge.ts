/** One motor behind an H-bridge (L298N, TB6612, DRV8833): two direction lines, and PWM on the enable line if it has one. */
import type { Signals } from '../helpers/signals.ts';

/** Above what a DC motor is heard at, and still slow enough for an L298N. */
const HZ = 1000;
/** Without PWM, this much and more is on. */
const HALF = 0.5;

export interface Bridge {
  /** @param power -1 (backward) to 1 (forward); 0 coasts */
  turn(power: number): Promise<void>;
}

/** @param prefix `left.` of `left.forward` */
export async function openBridge(signals: Signals, prefix = ''): Promise<Bridge> {
  const forward = await signals.output(`${prefix}forward`);
  const backward = await signals.output(`${prefix}backward`);
  const enable = signals.has(`${prefix}enable`) ? await signals.pwm(`${prefix}enable`, HZ) : undefined;
  return {
    turn: async (power) => {
      const share = Math.min(1, Math.abs(power));
      const on = enable === undefined ? share >= HALF : share > 0;
      const [wanted, other] = power < 0 ? [backward, forward] : [forward, backward];
      // The other direction is off before this one is on: both on is a short in some bridges.
      if (other.active) await other.set(false);
      if (!on) await enable?.write(0);
      if (wanted.active !== on) await wanted.set(on);
      if (on) await enable?.write(share);
    },
  };
}
