// The home whose lamps are driven, and the commands for it: no two of them ask for the same act, so that an act in the
// list of acts belongs to one command.
import { shuffle } from './random.mjs';

const ROOMS =
  'kitchen bedroom bathroom hallway garage office attic cellar nursery garden porch library pantry terrace balcony workshop'.split(
    ' ',
  );
const NOUNS = ['light', 'lamp'];
const LAMPS = ROOMS.flatMap((room) => NOUNS.map((noun) => ({ room, name: `${room} ${noun}`, id: `${room}-${noun}` })));

/** What nothing here can do: the other commands. */
const IDLE = [
  'set the sauna light to 40 percent',
  'lock the submarine',
  'tell me a joke about rain',
  'what is the meaning of it all',
  'set the kitchen light to 400 percent',
  'where did I leave my hat',
];
/** Of a hundred commands, so many can be done; the issue asks for 80 at least. */
const EXECUTABLE = 90;
/** Of a hundred commands, so many are good for a few seconds only. */
const HASTY = 8;
const HASTY_S = 4;

export function configuration({ node, url, data, model }) {
  const things = LAMPS.map(({ name, room }) => `  - { name: ${name}, kind: light, area: ${room}, kelvin: true }\n`);
  return `version: 1
node: { name: ${node} }
mqtt: { url: "${url}" }
data: ${data}
${model === undefined ? '' : `model: ${model}\n`}things:
${things.join('')}`;
}

/** Commands without end, each `{text, act?, ttlS?}`; `act` is the line it may leave in the list of acts. */
export function* commands(random) {
  const percents = LAMPS.flatMap((lamp) => Array.from({ length: 100 }, (_, i) => brightness(lamp, i + 1)));
  const kelvins = LAMPS.flatMap((lamp) => Array.from({ length: 430 }, (_, i) => kelvin(lamp, 2210 + 10 * i)));
  const acts = shuffle([...percents, ...kelvins], random);
  for (;;) {
    const ttl = random() * 100 < HASTY ? { ttlS: HASTY_S } : {};
    if (random() * 100 >= EXECUTABLE) yield { text: IDLE[Math.floor(random() * IDLE.length)], ...ttl };
    else if (acts.length > 0) yield { ...acts.pop(), ...ttl };
    else throw new Error('no more different commands: ask for fewer minutes');
  }
}

const brightness = ({ id, name }, value) => ({
  text: `set the ${name} to ${value} percent`,
  act: JSON.stringify([id, { brightness: value }]),
});
const kelvin = ({ id, name }, value) => ({
  text: `set the ${name} to ${value} kelvin`,
  act: JSON.stringify([id, { kelvin: value }]),
});
