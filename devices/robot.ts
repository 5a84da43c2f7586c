import { does, reading, textArg } from './helpers/affordances.ts';
import { drives, MOVES, turns } from './helpers/wheels.ts';
import { defineKind } from './kind.ts';
import { DEFAULT_BOUNDS } from './simulated/house.ts';
import { SimulatedRobot } from './simulated/robot.ts';

/** Metres in the house's frame: x to the east, y to the north (REP-103). */
export type Point = readonly [x: number, y: number];

export interface RobotOptions {
  /** Places it can go to, by the name people say. */
  places?: Readonly<Record<string, Point>>;
  /** Things it can pick, each with the place where it is at first. */
  objects?: Readonly<Record<string, string>>;
  /** Longest way of one drive, metres. Default 10. */
  max_distance?: number;
  /** The house: south-west and north-east corner. Default 10 m around the origin. */
  bounds?: readonly [Point, Point];
  /** Where it is at start. Default: the place `dock`, else the origin. */
  start?: Point;
}

const point = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 };

export const DRIVE_DIRECTIONS = ['forward', 'back', 'left', 'right'] as const;

export const robot = defineKind<RobotOptions>({
  name: 'robot',
  summary: 'a mobile robot on the floor with a gripper: drive, turn, go to places, fetch objects, small tasks',
  options: {
    places: { type: 'object', additionalProperties: point },
    objects: { type: 'object', additionalProperties: { type: 'string', minLength: 1 } },
    max_distance: { type: 'number', exclusiveMinimum: 0 },
    bounds: { type: 'array', items: point, minItems: 2, maxItems: 2 },
    start: point,
  },
  nouns: () => ['robot', 'rover'],
  safe: () => 'stops where it is and holds what it holds',
  floor: ({ bounds = DEFAULT_BOUNDS, places = {} }) => ({ bounds, places }),
  // "Follow me" is acknowledged long before it ends.
  safeOffline: true,
  traits: (options) => {
    const places = textArg(Object.keys(options.places ?? {}));
    const objects = textArg(Object.keys(options.objects ?? {}));
    return [
      drives(DRIVE_DIRECTIONS, options.max_distance ?? 10),
      turns({ to: places }),
      does('robot.goto', { 'place!': places }, { idempotent: true, ...MOVES }),
      does(
        'robot.object',
        {
          'op!': { type: 'string', enum: ['pick', 'place', 'bring', 'find', 'release'] },
          object: objects,
          from: places,
          to: places,
        },
        MOVES,
      ),
      does(
        'robot.task',
        {
          'op!': { type: 'string', enum: ['clean', 'dock', 'follow', 'guide', 'photo', 'look'] },
          target: textArg(),
          to: places,
        },
        // What goes on until it is ended is asked about once; the rest is over as soon as it is seen.
        { ...MOVES, confirm: { op: ['follow'] } },
      ),
      does('robot.stop', {}, { safe: true, idempotent: true, stops: true }),
      reading('x', { type: 'number', unit: 'm', description: 'to the east' }),
      reading('y', { type: 'number', unit: 'm', description: 'to the north' }),
      reading('heading', { type: 'number', unit: 'degree', description: 'counter-clockwise from east, 0..360' }),
      reading('place', { type: 'string', description: 'the declared place it is at' }),
      reading('battery', { type: 'number', minimum: 0, maximum: 100, unit: 'percent' }),
      reading('task', { type: 'string', description: 'what it is doing' }),
      reading('holding', { type: 'string', description: 'the object in its gripper' }),
      reading('photos', { type: 'integer', description: 'photos taken' }),
    ];
  },
  simulated: (title, options, driver) => new SimulatedRobot(title, options, driver),
});
