import { does, reading } from './helpers/affordances.ts';
import { drives, turns } from './helpers/wheels.ts';
import { nowhere } from './helpers/signals.ts';
import { defineKind } from './kind.ts';
import { DriveDriver } from './gpio/drive.ts';

export interface DriveOptions {
  /** Metres between the wheels. Default 0.15. */
  track?: number;
  /** Metres per second at full power. Default 0.3. */
  speed?: number;
  /** Degrees per second when turning; default: what the wheels can. */
  turn_speed?: number;
  /** Metres per second². Default: full speed at once. */
  acceleration?: number;
  /** Longest way of one drive, metres. Default 5. */
  max_distance?: number;
}

export const drive = defineKind<DriveOptions>({
  name: 'drive',
  summary: 'a differential-drive base: two driven wheels; drives and turns by time and speed',
  options: {
    track: { type: 'number', exclusiveMinimum: 0, maximum: 5 },
    speed: { type: 'number', exclusiveMinimum: 0, maximum: 5 },
    turn_speed: { type: 'number', exclusiveMinimum: 0, maximum: 720 },
    acceleration: { type: 'number', exclusiveMinimum: 0, maximum: 20 },
    max_distance: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
  },
  nouns: () => ['robot', 'rover', 'base'],
  safe: () => 'stands still',
  safeOffline: true,
  traits: (options) => [
    drives(['forward', 'back'], options.max_distance ?? 5),
    turns(),
    does('robot.stop', {}, { safe: true, idempotent: true }),
    reading('x', { type: 'number', unit: 'm', description: 'ahead of where it started, by reckoning' }),
    reading('y', { type: 'number', unit: 'm', description: 'to the left of where it started' }),
    reading('heading', { type: 'number', unit: 'degree', description: 'counter-clockwise, 0..360' }),
    reading('task', { type: 'string', description: 'what it is doing' }),
  ],
  simulated: (title, options, driver) => new DriveDriver(title, options, nowhere, driver),
});
