/** Keys that every way to drive a mobile base has: how fast, and whether it turns before it goes sideways. */
import type { MotionLimits } from './motion.ts';

export interface BaseOptions {
  readonly speed?: number;
  readonly turn_speed?: number;
  readonly acceleration?: number;
  readonly turn_acceleration?: number;
  readonly holonomic?: boolean;
  readonly obstacle?: number;
}

const positive = { type: 'number', exclusiveMinimum: 0 } as const;

export const BASE_KEYS = {
  speed: { ...positive, maximum: 5, description: 'm/s. Default 0.2' },
  turn_speed: { ...positive, maximum: 720, description: 'degrees per second. Default 45' },
  acceleration: { ...positive, description: 'm/s²; default: full speed at once' },
  turn_acceleration: { ...positive, description: 'degrees per second²; default: full speed at once' },
  holonomic: { type: 'boolean', description: 'moves sideways without turning. Default false' },
  obstacle: {
    ...positive,
    description: 'nearer than this to something ahead it does not drive on, metres. Default 0.3',
  },
} as const;

export function baseLimits(options: BaseOptions): MotionLimits {
  const { speed = 0.2, turn_speed: turnSpeed = 45, acceleration, turn_acceleration: turnAcceleration } = options;
  return {
    speed,
    turnSpeed,
    ...(acceleration === undefined ? {} : { acceleration }),
    ...(turnAcceleration === undefined ? {} : { turnAcceleration }),
  };
}

export const OBSTACLE = 0.3;
