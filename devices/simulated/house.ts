import { TokonomaError } from '../../src/errors.ts';
import type { Point, RobotOptions } from '../robot.ts';

/** Where a robot may go that nobody set bounds, metres. */
export const DEFAULT_BOUNDS: readonly [Point, Point] = [
  [-10, -10],
  [10, 10],
];

/** Degrees counter-clockwise from east. */
const COMPASS: ReadonlyMap<string, number> = new Map([
  ['east', 0],
  ['northeast', 45],
  ['north', 90],
  ['northwest', 135],
  ['west', 180],
  ['southwest', 225],
  ['south', 270],
  ['southeast', 315],
]);

/** Metres. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

/** Degrees counter-clockwise from east. */
export function bearing(from: Point, to: Point): number {
  return (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
}

/** What the simulated robot knows of the world: places, objects and where the floor ends. */
export class House {
  readonly #title: string;
  readonly #places = new Map<string, Point>();
  /** Where each object is; an object in the gripper is nowhere. */
  readonly #objects = new Map<string, Point | undefined>();
  readonly #low: Point;
  readonly #high: Point;

  constructor(title: string, options: RobotOptions) {
    this.#title = title;
    for (const [name, at] of Object.entries(options.places ?? {})) this.#places.set(plain(name), at);
    for (const [name, place] of Object.entries(options.objects ?? {}))
      this.#objects.set(plain(name), this.place(place));
    [this.#low, this.#high] = options.bounds ?? DEFAULT_BOUNDS;
  }

  knows(place: string): boolean {
    return this.#places.has(plain(place));
  }

  place(name: string): Point {
    const at = this.#places.get(plain(name));
    if (at !== undefined) return at;
    const known = [...this.#places.keys()];
    throw new TokonomaError(
      'unknown-place',
      `${this.#title}: it knows no place "${name}"; ${known.length > 0 ? `it knows ${known.join(', ')}` : 'none is declared'}`,
    );
  }

  placeAt(at: Point): string | undefined {
    for (const [name, place] of this.#places) if (distance(place, at) < 0.05) return name;
    return undefined;
  }

  /** Degrees to turn to: a point of the compass, or a place as seen from `at`. */
  heading(name: string, at: Point): number {
    return COMPASS.get(plain(name)) ?? bearing(at, this.place(name));
  }

  name(object: string): string {
    return plain(object);
  }

  object(name: string | undefined): { name: string; at: Point } {
    if (name === undefined) throw new TokonomaError('bad-argument', `${this.#title}: say which object`);
    const at = this.#objects.get(plain(name));
    if (at !== undefined) return { name: plain(name), at };
    const known = [...this.#objects].filter(([, point]) => point !== undefined).map(([object]) => object);
    throw new TokonomaError(
      'unknown-object',
      `${this.#title}: it knows no "${name}" it could reach; ${known.length > 0 ? `it knows ${known.join(', ')}` : 'none is declared'}`,
    );
  }

  take(object: string): void {
    this.#objects.set(object, undefined);
  }

  put(object: string, at: Point): void {
    this.#objects.set(object, at);
  }

  mustContain(point: Point): void {
    for (const [axis, name] of [
      [0, 'x'],
      [1, 'y'],
    ] as const) {
      const value = point[axis];
      const [low, high] = [this.#low[axis], this.#high[axis]];
      if (value >= low && value <= high) continue;
      throw new TokonomaError(
        'over-limit',
        `${this.#title}: that would end at ${name} = ${value.toFixed(2)} m; the house reaches from ${low} m to ${high} m`,
      );
    }
  }
}

/** "The Kitchen" → "kitchen" */
function plain(name: string): string {
  return name
    .toLowerCase()
    .trim()
    .replace(/^(the|a|an|my) /, '');
}
