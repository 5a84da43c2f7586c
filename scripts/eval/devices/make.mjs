// Makes the homes of the declared-devices test and the commands for them: node scripts/eval/devices/make.mjs writes
// home-<things>.yaml and home-<things>.made.jsonl here. Seeded: the same files every time. What people wrote by hand is in
// home-<things>.said.jsonl.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ABSENT,
  COMMON,
  OUT_OF_SCOPE,
  OWN,
  ROOM_LIGHTS,
  ROOMS,
  SAYINGS,
  SINGLE,
  STRANGE_ROOMS,
  manner,
} from './catalog.mjs';

export const SIZES = [8, 16, 32, 64];
/** Commands per home, but for those that have no answer here. */
const COMMANDS = 120;

/** mulberry32 */
function random(seed) {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
  return { next, pick: (from) => from[Math.floor(next() * from.length)] };
}

/** Rooms grow with the home: half of them strange. */
function roomsOf(size) {
  const count = { 8: 3, 16: 5, 32: 8, 64: 13 }[size];
  return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? ROOMS : STRANGE_ROOMS)[Math.floor(i / 2)]);
}

/** The things of a home: {id, name, kind, area?, …options}. */
export function thingsOf(size) {
  const { pick } = random(size);
  const rooms = roomsOf(size);
  const slug = (name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const common = COMMON.flatMap((thing) =>
    rooms.map((area) => ({ id: slug(`${area} ${thing.name}`), ...thing, area })),
  );
  const own = OWN.map((thing, i) => ({
    // Two and two share a room: that is what makes them hard to tell apart.
    ...{ id: slug(thing.name), ...thing, area: i % 2 === 0 ? pick(rooms) : undefined },
  }));
  own.forEach((thing, i) => (thing.area ??= own[i - 1].area));
  const single = SINGLE.slice(0, { 8: 0, 16: 1 }[size]).map((thing) => ({ id: slug(thing.name), ...thing }));
  // A third has a name that other rooms have too.
  const shared = common.slice(0, Math.max(2, Math.floor(size / 3)));
  const things = [...shared, ...own.slice(0, size - shared.length - single.length), ...single];
  return [...things, ...common.slice(shared.length, shared.length + size - things.length)];
}

const yamlOf = (size) =>
  [
    `# ${size} things; made by scripts/eval/devices/make.mjs`,
    'version: 1',
    'things:',
    ...thingsOf(size).map(
      (thing) =>
        `  - { ${Object.entries(thing)
          .map(([key, value]) => `${key}: ${value}`)
          .join(', ')} }`,
    ),
    '',
  ].join('\n');

/** How a thing is called where that means it alone: with its room where others have its name. */
function calledOf(thing, things, pick) {
  const alone = things.filter((other) => other.name === thing.name).length === 1;
  const article = /^[A-Z]\w+$/.test(thing.name) ? '' : 'the ';
  const name = thing.name.toLowerCase();
  if (thing.area === undefined || (alone && pick([true, true, false]))) return article + name;
  return pick([`the ${thing.area} ${name}`, `${article}${name} in the ${thing.area}`]);
}

function filled(template, args, { next, pick }) {
  const n = 5 * (1 + Math.floor(next() * 19));
  const t = 16 + Math.floor(next() * 9);
  const told = Object.entries(args).map(([key, value]) => [key, value === 'n' ? n : value === 't' ? t : value]);
  const text = (x, r) =>
    template
      .replace('{x}', x)
      .replace('{r}', r)
      .replace('{n}', pick([n, n]))
      .replace('{t}', t);
  return { text, args: Object.fromEntries(told) };
}

/** One command about one thing. */
function aboutOne(things, r) {
  const thing = r.pick(things);
  const [template, action, args] = r.pick(SAYINGS[thing.kind]);
  const { text, args: told } = filled(template, args, r);
  return { text: text(calledOf(thing, things, r.pick)), acts: [{ device: thing.id, action, args: told }] };
}

/** One command about all lights of a room. */
function aboutRoom(things, r) {
  const rooms = [...new Set(things.filter(({ kind }) => kind === 'light').map(({ area }) => area))];
  const room = r.pick(rooms);
  const [template, args] = r.pick(ROOM_LIGHTS);
  const { text, args: told } = filled(template, args, r);
  const lights = things.filter(({ kind, area }) => kind === 'light' && area === room);
  return { text: text('', room), acts: lights.map(({ id }) => ({ device: id, action: 'light.set', args: told })) };
}

/** One command that several things are meant by: nobody but who said it can know which. */
function aboutSomebody(things, r) {
  const several = things.filter(
    (thing) => !/s$/.test(thing.name) && things.some((other) => other !== thing && other.name === thing.name),
  );
  const thing = r.pick(several);
  const [template, , args] = r.pick(SAYINGS[thing.kind]);
  return { text: filled(template, args, r).text(`the ${thing.name}`), outcome: 'ambiguous' };
}

const JOINTS = [' and ', ' and then ', ', then '];

export function commandsOf(size) {
  const r = random(1000 + size);
  const things = thingsOf(size);
  const lines = new Map();
  const add = (line) => lines.set(line.text, line);
  while (lines.size < COMMANDS) {
    const kind = r.next();
    if (kind < 0.62) {
      const { text, acts } = aboutOne(things, r);
      add({ text: manner(r.pick, text), acts });
    } else if (kind < 0.76) {
      const { text, acts } = aboutRoom(things, r);
      add({ text: manner(r.pick, text), acts });
    } else if (kind < 0.9) {
      const [one, other] = [aboutOne(things, r), aboutOne(things, r)];
      add({ text: one.text + r.pick(JOINTS) + other.text, acts: [...one.acts, ...other.acts] });
    } else add(aboutSomebody(things, r));
  }
  for (const text of ABSENT) add({ text, outcome: 'unknown-device' });
  for (const text of OUT_OF_SCOPE) add({ text, outcome: 'not-understood' });
  return [...lines.values()];
}

/** [name, content] of all that is made. */
export const madeFiles = () =>
  SIZES.flatMap((size) => [
    [`home-${size}.yaml`, yamlOf(size)],
    [
      `home-${size}.made.jsonl`,
      commandsOf(size)
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    ],
  ]);

if (process.argv[1] === import.meta.filename) {
  for (const [name, content] of madeFiles()) writeFileSync(join(import.meta.dirname, name), content);
}
