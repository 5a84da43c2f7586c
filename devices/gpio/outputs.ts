/** How the states of kinds look on pins. */
import type { Signals } from '../helpers/signals.ts';
import { servoRange, type ServoOptions } from '../servo.ts';
import type { ThingState } from '../thing.ts';
import { openBridge } from './bridge.ts';
import type { Follow } from './following.ts';

/** On while a property has this value. */
export async function switched(signals: Signals, property: string, value: unknown): Promise<Follow> {
  const output = await signals.output('pin');
  return (state) => output.set(state[property] === value);
}

/** Lamps above what the eye sees; four-wire fans as their specification (Intel, 2005) says. */
const LAMP_HZ = 1000;
const FAN_HZ = 25_000;
const TONE_HZ = 2000;

/** @param full the value of the property at which the pin is high all the time */
export async function dimmed(signals: Signals, property: string, full: number, hz = LAMP_HZ): Promise<Follow> {
  const pwm = await signals.pwm('pin', hz);
  return (state) => pwm.write(state['state'] === 'ON' ? Number(state[property] ?? full) / full : 0);
}

export const blown = (signals: Signals, levels: number): Promise<Follow> => dimmed(signals, 'speed', levels, FAN_HZ);

/** A buzzer without an oscillator of its own. */
export async function sounding(signals: Signals): Promise<Follow> {
  const pwm = await signals.pwm('pin', TONE_HZ);
  return (state) => pwm.write(state['state'] === 'ON' ? 0.5 : 0);
}

export async function turning(signals: Signals): Promise<Follow> {
  const bridge = await openBridge(signals);
  return (state) => {
    const power = state['state'] === 'ON' ? Number(state['speed'] ?? 100) / 100 : 0;
    return bridge.turn(state['direction'] === 'backward' ? -power : power);
  };
}

/** Hobby servos: 50 pulses a second, one to two milliseconds wide; most take more. */
const SERVO_HZ = 50;

export interface Pulses {
  readonly min_us?: number;
  readonly max_us?: number;
}

/** Without a pulse before the first command: it must not jump at the start. */
export async function pointing(signals: Signals, options: ServoOptions, pulses: Pulses): Promise<Follow> {
  const { min_us: low = 500, max_us: high = 2500 } = pulses;
  const { minimum, maximum } = servoRange(options);
  const pwm = await signals.pwm('pin', SERVO_HZ);
  return async (state) => {
    const angle = state['angle'];
    if (typeof angle !== 'number') return;
    const share = maximum === minimum ? 0 : (angle - minimum) / (maximum - minimum);
    await pwm.pulse(low + Math.min(1, Math.max(0, share)) * (high - low));
  };
}

export interface Fingers {
  readonly open_us?: number;
  readonly closed_us?: number;
}

/** A servo between two positions, or a valve that is either on or off. Without a pulse before the first command. */
export async function gripping(signals: Signals, { open_us: open, closed_us: closed }: Fingers): Promise<Follow> {
  if (open === undefined || closed === undefined) return switched(signals, 'state', 'CLOSED');
  const pwm = await signals.pwm('pin', SERVO_HZ);
  let last: ThingState[string] | undefined = 'OPEN';
  return async (state) => {
    if (state['state'] === last) return;
    await pwm.pulse(state['state'] === 'CLOSED' ? closed : open);
    last = state['state'];
  };
}

/** Two relays that are never on together: a motor with both directions at once burns. */
export async function travelling(signals: Signals): Promise<Follow> {
  const up = await signals.output('up');
  const down = await signals.output('down');
  return async (state) => {
    if (state['state'] !== 'OPENING' && up.active) await up.set(false);
    if (state['state'] !== 'CLOSING' && down.active) await down.set(false);
    if (state['state'] === 'OPENING' && !up.active) await up.set(true);
    if (state['state'] === 'CLOSING' && !down.active) await down.set(true);
  };
}
