/** Where names stand on the floor plan: each at the first of its candidates that covers least of anything else. */
import type { Room } from './rooms.ts';

type Point = readonly [x: number, y: number];

/** Metres from the north-west corner: x to the east, y to the south, as they are drawn. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Label extends Box {
  readonly name: string;
  /** Metres. */
  readonly fontSize: number;
}

/** Metres around a place that the robot covers when it stands there. */
export const ROBOT = 0.75;
/** Half of what is between the floors of two rooms, metres. */
export const WALL = 0.12;
/** Of a letter of a system font, on the generous side, in em. */
const LETTER = 0.56;
const SPOT_SIZE = 0.5;
const ROOM_SIZE = 0.62;

/** @param obstacles what no name should cover; names that are placed already are some, too */
export function placed(candidates: readonly (readonly Label[])[], obstacles: readonly Box[]): Label[] {
  const taken = [...obstacles];
  return candidates.map((options) => {
    const costs = options.map((option) => taken.reduce((sum, box) => sum + overlap(option, box), 0));
    const best = options[costs.indexOf(Math.min(...costs))]!;
    taken.push(best);
    return best;
  });
}

/** Below, above, beside a spot, free of the robot that stands there; then the same moved along, away from a wall. */
export function besideSpot(name: string, [x, y]: Point): Label[] {
  const size = sizeOf(name, SPOT_SIZE);
  const { width, height } = size;
  return [0, 0.25, -0.25, 0.5, -0.5].flatMap((moved) => {
    const [left, top] = [x - width / 2 + moved * width, y - height / 2 + moved * 2 * height];
    return [
      { ...size, x: left, y: y + ROBOT },
      { ...size, x: left, y: y - ROBOT - height },
      { ...size, x: x + ROBOT, y: top },
      { ...size, x: x - ROBOT - width, y: top },
    ];
  });
}

/** In a corner of a room, the farther from the middle of the house the better: most ways lead through there. */
export function inCorner(name: string, { x, y, width, height }: Box, middle: Point): Label[] {
  const inset = 0.4;
  const size = sizeOf(name, Math.min(ROOM_SIZE, (width - 2 * inset) / (name.length * LETTER)));
  const [west, east] = [x + inset, x + width - inset - size.width];
  const [north, south] = [y + inset, y + height - inset - size.height];
  const corners = [
    { ...size, x: west, y: south },
    { ...size, x: west, y: north },
    { ...size, x: east, y: south },
    { ...size, x: east, y: north },
  ];
  const distance = (label: Label): number =>
    Math.hypot(label.x + label.width / 2 - middle[0], label.y + label.height / 2 - middle[1]);
  return corners.sort((a, b) => distance(b) - distance(a));
}

/** The four walls of a room. */
export function wallsOf({ x, y, width, height }: Box): Box[] {
  const thick = 2 * WALL;
  return [
    { x: x - WALL, y: y - WALL, width: width + thick, height: thick },
    { x: x - WALL, y: y + height - WALL, width: width + thick, height: thick },
    { x: x - WALL, y, width: thick, height },
    { x: x + width - WALL, y, width: thick, height },
  ];
}

/** What is not of the house. */
export function outside(width: number, height: number): Box[] {
  const far = 100;
  return [
    { x: -far, y: -far, width: width + 2 * far, height: far },
    { x: -far, y: height, width: width + 2 * far, height: far },
    { x: -far, y: 0, width: far, height },
    { x: width, y: 0, width: far, height },
  ];
}

export function around([x, y]: Point, reach: number): Box {
  return { x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach };
}

/** A room as it is drawn, north up. */
export function boxOf({ west, south, east, north }: Room, at: (point: Point) => Point): Box {
  const [x, y] = at([west, north]);
  return { x, y, width: east - west, height: north - south };
}

function sizeOf(name: string, fontSize: number): Omit<Label, 'x' | 'y'> {
  return { name, fontSize, width: name.length * LETTER * fontSize, height: fontSize * 1.2 };
}

/** Square metres. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
