/** The names on the floor plan: readable where there is room for them. */
import t from 'tap';
import type { RobotOptions } from '../../devices/robot.ts';
import { demoConfig } from '../../src/config/load.ts';
import {
  ROBOT,
  around,
  besideSpot,
  boxOf,
  inCorner,
  outside,
  overlap,
  placed,
  wallsOf,
} from '../../src/dashboard/floor/labels.ts';
import { roomsOf } from '../../src/dashboard/floor/rooms.ts';

t.test('the first candidate that is free, else the one that covers least', async (t) => {
  const label = (x: number) => ({ name: 'sofa', fontSize: 1, x, y: 0, width: 2, height: 1 });
  const wall = { x: 1, y: 0, width: 1, height: 1 };
  t.same(placed([[label(0), label(2), label(5)]], [wall]), [label(2)]);
  t.same(placed([[label(0), label(2)], [label(3), label(6)]], []), [label(0), label(3)], 'the first of each'); // prettier-ignore
  t.same(placed([[label(0)], [label(1), label(6)]], []), [label(0), label(6)], 'a name is in the way of the next');
  t.same(placed([[label(0), label(1.5)]], [wall]), [label(1.5)]);
});

t.test('in the demo’s house no name covers another, a wall, or the robot at a place', async (t) => {
  const { things, sensors } = demoConfig();
  const { bounds, places } = things.find(({ kind }) => kind === 'robot')!.options as Required<RobotOptions>;
  const described = things.map(({ name, area }) => ({
    title: name,
    ...(area === undefined ? {} : { 'tk:area': area }),
  }));
  const [[west, south], [east, north]] = bounds;
  const at = ([x, y]: readonly [number, number]) => [x - west, north - y] as const;
  const rooms = roomsOf({ bounds, places }, described, sensors).map((room) => ({
    name: room.name,
    box: boxOf(room, at),
  }));
  const spots = Object.entries(places).filter(([name]) => !rooms.some((room) => room.name === name));
  t.ok(spots.length >= 3);
  const obstacles = [
    ...outside(east - west, north - south),
    ...rooms.flatMap(({ box }) => wallsOf(box)),
    ...Object.values(places).map((place) => around(at(place), ROBOT)),
  ];
  const labels = placed(
    [
      ...rooms.map(({ name, box }) => inCorner(name, box, [(east - west) / 2, (north - south) / 2])),
      ...spots.map(([name, place]) => besideSpot(name, at(place))),
    ],
    obstacles,
  );
  t.equal(labels.length, Object.keys(places).length);
  for (const [i, label] of labels.entries()) {
    const covered = [...obstacles, ...labels.slice(i + 1)].filter((box) => overlap(label, box) > 0);
    t.same(covered, [], label.name);
  }
});
