/** A floor plan from points: the floor is cut in two between the places, again and again, until each room has its own. */
import type { Floor, ThingDescription } from '../../../devices/thing.ts';
import type { FeedSensor } from '../../server/feed/messages.ts';

type Axis = 0 | 1;
type Point = readonly [x: number, y: number];

/** Metres: x to the east, y to the north. */
interface Rectangle {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

export interface Room extends Rectangle {
  readonly name: string;
}

/** A room to be, and what must lie in it. */
interface Plot {
  readonly name: string;
  readonly points: readonly Point[];
}

interface Cut {
  readonly axis: Axis;
  readonly at: number;
  readonly before: readonly Plot[];
  readonly after: readonly Plot[];
  readonly gap: number;
}

/**
 * A place that is called like an area is a room, any other a spot within one. A spot that is called like a thing lies
 * in the area of the thing: the front door in the hallway.
 */
export function roomsOf(
  { bounds, places }: Floor,
  things: readonly Pick<ThingDescription, 'title' | 'tk:area'>[],
  sensors: readonly Pick<FeedSensor, 'area'>[],
): Room[] {
  const areas = new Set([...things.map((thing) => thing['tk:area']), ...sensors.map(({ area }) => area)]);
  const [[west, south], [east, north]] = bounds;
  const plots = Object.entries(places).flatMap(([name, place]): Plot[] => {
    if (!areas.has(name)) return [];
    const within = things.filter((thing) => thing['tk:area'] === name).map(({ title }) => places[title]);
    return [{ name, points: [place, ...within.filter((point) => point !== undefined)] }];
  });
  return plots.length === 0 ? [] : divided(plots, { west, south, east, north });
}

function divided(plots: readonly Plot[], whole: Rectangle): Room[] {
  if (plots.length === 1) return [{ name: plots[0]!.name, ...whole }];
  const { axis, at, before, after } = [...cutsOf(plots, 0), ...cutsOf(plots, 1)].reduce((a, b) =>
    b.gap > a.gap ? b : a,
  );
  const [low, high] = axis === 0 ? [{ east: at }, { west: at }] : [{ north: at }, { south: at }];
  return [...divided(before, { ...whole, ...low }), ...divided(after, { ...whole, ...high })];
}

/** Every way to cut across an axis; where plots overlap, the gap is negative. */
function cutsOf(plots: readonly Plot[], axis: Axis): Cut[] {
  const low = ({ points }: Plot): number => Math.min(...points.map((point) => point[axis]));
  const high = ({ points }: Plot): number => Math.max(...points.map((point) => point[axis]));
  const ordered = [...plots].sort((a, b) => low(a) + high(a) - low(b) - high(b));
  return ordered.slice(1).map((_, i) => {
    const [before, after] = [ordered.slice(0, i + 1), ordered.slice(i + 1)];
    const [end, begin] = [Math.max(...before.map(high)), Math.min(...after.map(low))];
    return { axis, at: (end + begin) / 2, before, after, gap: begin - end };
  });
}
