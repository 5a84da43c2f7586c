/** A floor plan from points: every place in its own room, and the rooms cover the floor. */
import t from 'tap';
import { demoConfig } from '../../src/config/load.ts';
import type { RobotOptions } from '../../devices/robot.ts';
import { roomsOf, type Room } from '../../src/dashboard/floor/rooms.ts';
import { Random } from '../support/random.ts';

type Point = readonly [x: number, y: number];

const holds = ({ west, east, south, north }: Room, [x, y]: Point) => x >= west && x <= east && y >= south && y <= north;
const areaOf = ({ west, east, south, north }: Room) => (east - west) * (north - south);

t.test('the demo’s house', async (t) => {
  const { things, sensors } = demoConfig();
  const { bounds, places } = things.find(({ kind }) => kind === 'robot')!.options as Required<RobotOptions>;
  const described = things.map(({ name, area }) => ({
    title: name,
    ...(area === undefined ? {} : { 'tk:area': area }),
  }));
  const rooms = roomsOf({ bounds, places }, described, sensors);
  t.same(rooms.map(({ name }) => name).sort(), ['bathroom', 'bedroom', 'garage', 'hallway', 'kitchen', 'living room', 'office']); // prettier-ignore
  for (const room of rooms) t.ok(holds(room, places[room.name]!), room.name);
  t.ok(
    holds(
      rooms.find(({ name }) => name === 'hallway')!,
      places['front door']!,
    ),
    'a door where it is declared',
  );
  t.equal(rooms.reduce((sum, room) => sum + areaOf(room), 0), 20 * 16); // prettier-ignore
});

t.test('any house', async (t) => {
  const random = new Random(7);
  for (let i = 0; i < 50; i++) {
    const places: Record<string, Point> = {};
    for (let n = random.int(1, 12); n > 0; n--)
      places[`room ${n}`] = [random.int(0, 200) / 10, random.int(0, 100) / 10];
    const areas = Object.keys(places).map((area) => ({ area }));
    const rooms = roomsOf({ bounds: [[0, 0], [20, 10]], places }, [], areas); // prettier-ignore
    t.equal(rooms.length, areas.length);
    t.ok(rooms.every((room) => holds(room, places[room.name]!)));
    t.ok(Math.abs(rooms.reduce((sum, room) => sum + areaOf(room), 0) - 200) < 1e-6);
  }
  t.same(roomsOf({ bounds: [[0, 0], [20, 10]], places: { sofa: [1, 1] } }, [], []), [], 'a spot is no room'); // prettier-ignore
});
