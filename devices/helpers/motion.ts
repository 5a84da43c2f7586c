/**
 * Distances and angles as velocities over time: what every base on wheels shares, whether the velocity becomes a Twist
 * on a topic or the duty of two motors. Axes as in REP-103: x forward, y to the left, angles counter-clockwise.
 */
import type { Clock } from '../../src/clock.ts';
import { TokonomaError } from '../../src/errors.ts';

/** Velocity of a base in its own frame. */
export interface Twist {
  /** Forward, m/s. */
  readonly x: number;
  /** To the left, m/s; zero for a base that cannot. */
  readonly y: number;
  /** Counter-clockwise, rad/s. */
  readonly turn: number;
}

export const STILL: Twist = { x: 0, y: 0, turn: 0 };

/** Where a base is: metres, and degrees counter-clockwise from the x axis, 0..360. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

/** What a base may do at most. */
export interface MotionLimits {
  /** m/s */
  readonly speed: number;
  /** degrees/s */
  readonly turnSpeed: number;
  /** m/s²; absent: full speed at once. */
  readonly acceleration?: number;
  /** degrees/s² */
  readonly turnAcceleration?: number;
}

/** One movement along one axis, in metres or in degrees. */
export interface Movement {
  /** How far; never negative. */
  readonly amount: number;
  /** Fastest, per second. */
  readonly speed: number;
  /** Per second²; absent: full speed at once. */
  readonly acceleration?: number | undefined;
  /** Tells the base its speed along the movement, per second; it may stop by itself when nothing comes for a while. */
  readonly send: (speed: number) => void | Promise<void>;
  /** How far it has come, where something measures it; undefined when that is not known any more. */
  measured?: (() => number | undefined) | undefined;
  /** What is measured this near to the amount is there. Default a hundredth of the amount. */
  readonly tolerance?: number;
  /** Why it must not go on, looked at before every `send`. */
  blocked?: (() => TokonomaError | undefined) | undefined;
}

export interface Pace {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Velocities per second. Default 10: what listens to cmd_vel stops by itself after half a second or so. */
  readonly hz?: number;
}

const HZ = 10;
/** A base that missed the first zero hears the next. */
const ZEROS = 3;
/** Measured speed that is no movement: this part of the tolerance within STUCK_MS. */
const STUCK_MS = 3000;
/** The end is approached at this part of the full speed at least, so that friction does not stop it on the way. */
const CREEP = 0.1;

/**
 * Moves by a stream of velocities until the amount is covered: by what is measured, else by what was commanded and for
 * how long. However it ends, it ends with zeros; the first of them goes out at once.
 * Throws the signal's reason, what `blocked` and `send` say, `odometry-lost`, `robot-stuck`.
 */
export async function move(movement: Movement, pace: Pace): Promise<void> {
  try {
    await cover(movement, pace);
  } finally {
    await halt(movement.send, pace);
  }
}

/** Several zeros, the first at once. What one of them throws is thrown when all were tried. */
export async function halt(send: Movement['send'], { clock, hz = HZ }: Pick<Pace, 'clock' | 'hz'>): Promise<void> {
  let failure: unknown;
  for (let i = 0; i < ZEROS; i++) {
    if (i > 0) await clock.sleep(1000 / hz);
    try {
      await send(0);
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure as Error;
}

async function cover(movement: Movement, { clock, signal, hz = HZ }: Pace): Promise<void> {
  const { amount, speed: top, acceleration = Infinity, measured, tolerance = amount / 100 } = movement;
  const period = 1 / hz;
  const watch = measured === undefined ? undefined : new Progress(tolerance, clock);
  const near = measured === undefined ? amount * 1e-6 : tolerance;
  let commanded = 0;
  let speed = 0;
  let since = clock.monotonic();
  for (;;) {
    signal.throwIfAborted();
    const now = clock.monotonic();
    commanded += (speed * (now - since)) / 1000;
    since = now;
    const done = measured === undefined ? commanded : measured();
    if (done === undefined) throw new TokonomaError('odometry-lost', 'odometry has ended on the way; it was stopped');
    const left = amount - done;
    if (left <= near) return;
    watch?.check(done);
    const problem = movement.blocked?.();
    if (problem !== undefined) throw problem;
    // Speeding up, braking in time, and no further than what is left within one period.
    const limits = [top, speed + acceleration * period, Math.sqrt(2 * acceleration * left), left / period];
    speed = Math.max(Math.min(...limits), measured === undefined ? 0 : top * CREEP);
    await movement.send(speed);
    await clock.sleep(1000 * period, signal);
  }
}

/** Notices that a base that should move does not. */
class Progress {
  readonly #least: number;
  readonly #clock: Clock;
  #best = -Infinity;
  #at = 0;

  constructor(tolerance: number, clock: Clock) {
    this.#least = tolerance / 2;
    this.#clock = clock;
  }

  check(done: number): void {
    const now = this.#clock.monotonic();
    if (done > this.#best + this.#least) [this.#best, this.#at] = [done, now];
    else if (now - this.#at > STUCK_MS) {
      throw new TokonomaError('robot-stuck', `it has not come any further for ${STUCK_MS / 1000} s; it was stopped`);
    }
  }
}

/** Seconds that a movement takes without anything in its way. */
export function secondsOf({
  amount,
  speed,
  acceleration,
}: Pick<Movement, 'amount' | 'speed' | 'acceleration'>): number {
  if (acceleration === undefined) return amount / speed;
  const ramp = speed / acceleration;
  // Too short for full speed: half of it speeding up, half of it braking.
  if (amount < speed * ramp) return 2 * Math.sqrt(amount / acceleration);
  return amount / speed + ramp;
}

/** Speeds of the two wheels of a differential drive, m/s. @param track metres between the wheels */
export function wheelSpeeds({ x, turn }: Twist, track: number): { left: number; right: number } {
  return { left: x - (turn * track) / 2, right: x + (turn * track) / 2 };
}

/** In micrometres and microradians a second: what a base can tell apart, without what binary fractions leave behind. */
export function rounded({ x, y, turn }: Twist): Twist {
  const micro = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;
  return { x: micro(x), y: micro(y), turn: micro(turn) };
}

/** Degrees in 0..360. */
export function normalized(degrees: number): number {
  return ((degrees % 360) + 360) % 360;
}

/** The shorter way from one heading to another, degrees counter-clockwise in (-180, 180]. */
export function turnBetween(from: number, to: number): number {
  const turn = normalized(to - from);
  return turn > 180 ? turn - 360 : turn;
}

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** Heading of a quaternion whose rotation is about z alone (a base on the floor), degrees 0..360. */
export function headingOf({ x, y, z, w }: Readonly<Record<'x' | 'y' | 'z' | 'w', number>>): number {
  return normalized((Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)) * 180) / Math.PI);
}

/** Adds up turns past 360°, as odometry reports headings: whole turns count. */
export class TurnCounter {
  #last: number;
  #sum = 0;

  constructor(heading: number) {
    this.#last = heading;
  }

  /** Degrees counter-clockwise since the beginning. */
  add(heading: number): number {
    this.#sum += turnBetween(this.#last, heading);
    this.#last = heading;
    return this.#sum;
  }
}
