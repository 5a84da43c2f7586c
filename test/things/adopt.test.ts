/** What was found, in the file of a person: beside what stands there, and once. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
  lstatSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { replaceConfig } from '../../src/config/file.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';
import { adopt, declaredIn, undeclared } from '../../src/things/adopt.ts';
import type { Found } from '../../src/things/found.ts';
import { TASMOTA_PLUG, TASMOTA_SENSORS, ZIGBEE_DEVICES } from '../support/announcements.ts';
import { adopted, search } from './support.ts';

const house = (): Promise<Found[]> =>
  search([
    ['zigbee2mqtt/bridge/devices', ZIGBEE_DEVICES],
    ['tasmota/discovery/DC4F22A1B2C3/config', TASMOTA_PLUG],
    ['tasmota/discovery/DC4F22A1B2C3/sensors', TASMOTA_SENSORS],
  ]);

/** A plug of this name, at a topic of its own. */
const plug = (name: string, rest: Partial<Found> = {}): Found => ({
  id: `zigbee2mqtt-${name}`,
  source: 'zigbee2mqtt',
  name,
  things: [{ name, kind: 'plug', driver: 'zigbee2mqtt', topic: `zigbee2mqtt/${name}` }],
  sensors: [],
  notes: [],
  ...rest,
});

const PERSON = `# The house of the Example family.
version: 1 # do not touch
node: { name: house }

things:
  # Above the table.
  - name: hall lamp # the old one
    kind: light
    driver: gpio   # no relay
    pin: GPIO17
  - {name: pump, kind: plug} # in the cellar
sensors: [] # nothing here yet
# The end.
`;

t.test('what a person wrote stays as it was', async (t) => {
  const { text, things, sensors } = adopted(await house(), PERSON);
  const comments = PERSON.match(/#.*/g)!;
  for (const comment of comments) t.ok(text.includes(comment), comment);
  t.ok(text.startsWith(PERSON.slice(0, PERSON.indexOf('things:'))), 'above it, nothing has changed');
  t.ok(things.includes('hall lamp 2'), 'a name that is taken gets a number');
  t.ok(sensors.includes('temperature/porch-sensor'));
  const config = parseConfig(text, 'adopted.yaml', {});
  t.strictSame(
    config.things.map(({ name }) => name),
    ['hall lamp', 'pump', ...things],
  );
  t.strictSame(
    config.sensors.map(({ name }) => name),
    sensors,
  );
  t.match(text, /# IKEA LED1624G9, zigbee2mqtt, adopted 2026-11-22\n {2}- name: hall lamp 2\n {4}kind: light\n/);
});

t.test('adopting twice changes nothing', async (t) => {
  const found = await house();
  const once = adopted(found, PERSON).text;
  const declared = declaredIn(once);
  const fresh = found.map((device) => undeclared(device, declared));
  t.ok(fresh.every(({ things, sensors }) => things.length + sensors.length === 0));
  t.equal(adopted(fresh, once).text, once);
  const renamed = once.replace('name: radiator', 'name: heating of the bath\n    area: bath');
  t.not(renamed, once);
  const again = found.map((device) => undeclared(device, declaredIn(renamed)));
  t.ok(
    again.every(({ things }) => things.length === 0),
    'a name is a person’s: the topic says which device it is',
  );
});

t.test('names that mean something in YAML stay names', (t) => {
  const names = [
    'null',
    'true',
    'no',
    'yes',
    'on',
    'off',
    '123',
    '1e3',
    '0x1f',
    '0o17',
    '1_000',
    'y',
    '2026-11-22',
    'NaN',
  ];
  const area = 'null';
  const { text, things } = adopted(
    names.map((name) => plug(name)),
    'version: 1\n',
    { area },
  );
  t.strictSame(things, names);
  const config = parseConfig(text, 'adopted.yaml', {});
  t.strictSame(
    config.things.map((thing) => [thing.name, thing.area]),
    names.map((name) => [name, area]),
  );
  t.end();
});

t.test('what a device calls itself cannot break out of its line', (t) => {
  const topics = [
    "it's: {a}",
    '- x',
    '"',
    "'",
    ' ',
    '&a *a',
    '!!js x',
    '%',
    '? x',
    '| >',
    'ü\u2028\u0085',
    '\ud83d\ude00',
  ];
  const found = topics.map((topic, n) => ({
    ...plug(`p${n}`, { model: `M ${topic}` }),
    things: [{ name: `p${n}`, kind: 'plug', driver: 'zigbee2mqtt', topic, attributes: { state: topic } }],
  }));
  const config = parseConfig(adopted(found).text, 'adopted.yaml', {});
  t.strictSame(
    config.things.map(({ driverOptions }) => driverOptions),
    topics.map((topic) => ({ topic, attributes: { state: topic } })),
  );
  t.end();
});

t.test('into lists of every form', (t) => {
  const forms = {
    none: 'version: 1\n',
    'empty file': '',
    null: 'version: 1\nthings:\n',
    '[]': 'version: 1\nthings: []\n',
    'in one line': 'version: 1\nthings: [{ name: a, kind: plug }]\n',
    'one map': '{version: 1, things: [{name: a, kind: plug}]}\n',
    'null with a comment': 'version: 1\nthings: # mine\n# also mine\n',
    'with Windows line ends': 'version: 1\r\nthings:\r\n  - name: a\r\n    kind: plug\r\n',
    'without a last line end': 'version: 1\nthings:\n  - name: a\n    kind: plug',
    'with an anchor': 'version: 1\nthings:\n  - &a\n    name: a\n    kind: plug\n',
  };
  for (const [what, text] of Object.entries(forms)) {
    const { things } = declaredIn(text);
    const made = adopted([plug('b'), plug('c')], text).text;
    t.strictSame(
      declaredIn(made).things.map((one) => (one as { name: string }).name),
      [...things.map((one) => (one as { name: string }).name), 'b', 'c'],
      what,
    );
    for (const comment of text.match(/#.*/g) ?? []) t.ok(made.includes(comment), `${what}: ${comment}`);
    if (text !== '') t.equal(parseConfig(made, 'adopted.yaml', {}).things.length, things.length + 2, what);
  }
  for (const text of ['things: 3\n', 'things: { a: 1 }\n', 'things: text\n']) {
    t.throws(() => adopted([plug('b')], text), { code: 'config-invalid' }, text);
  }
  t.end();
});

t.test('a name and an area of the person’s own', (t) => {
  const sensor = { kind: 'temperature', topic: 'zigbee2mqtt/x', path: 'temperature' };
  const found = plug('0x1', { area: 'attic', sensors: [sensor] });
  t.match(adopted([found]).text, /area: attic/, 'what the device says');
  const { text, things, sensors } = adopted([found], 'version: 1\n', { name: 'Kettle', area: 'kitchen' });
  t.strictSame([things, sensors], [['Kettle'], ['temperature/kettle']]);
  t.notMatch(text, /attic/);
  const twice = adopted([found, { ...found, id: 'another' }]);
  t.strictSame(twice.sensors, ['temperature/0x1', 'temperature/0x1-2']);
  t.end();
});

t.test('nothing found changes no byte', (t) => {
  t.strictSame(adopt(PERSON, [], { date: '2026-11-22' }), { text: PERSON, things: [], sensors: [] });
  t.end();
});

const NOW = new Date('2026-11-22T10:20:30.456Z');

t.test('the file is replaced in one step, the old one is kept beside it, and rights stay', (t) => {
  const folder = t.testdir({ 'tokonoma.yaml': PERSON });
  const file = join(folder, 'tokonoma.yaml');
  chmodSync(file, 0o600);
  const before = statSync(file).ino;
  const { text } = adopted([plug('kettle')], PERSON);
  const backup = replaceConfig(file, text, NOW);
  t.equal(readFileSync(backup, 'utf8'), PERSON);
  t.equal(readFileSync(file, 'utf8'), text);
  t.not(statSync(file).ino, before, 'a new file took its name: who reads, reads one of the two');
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.equal(statSync(backup).mode & 0o777, 0o600, 'there may be passwords in it');
  t.equal(readdirSync(folder).length, 2, 'nothing else is left');
  t.ok(loadConfig(file, {}).things.some(({ name }) => name === 'kettle'));
  t.end();
});

t.test('a link stays a link', (t) => {
  const folder = t.testdir({ 'real.yaml': 'version: 1\n' });
  const link = join(folder, 'link.yaml');
  symlinkSync('real.yaml', link);
  replaceConfig(link, 'version: 1\nthings: []\n', NOW);
  t.ok(lstatSync(link).isSymbolicLink());
  t.equal(readFileSync(join(folder, 'real.yaml'), 'utf8'), 'version: 1\nthings: []\n');
  t.end();
});

t.test('what cannot be written is left as it is', (t) => {
  const folder = t.testdir({ 'tokonoma.yaml': PERSON });
  const file = join(folder, 'tokonoma.yaml');
  writeFileSync(join(folder, 'x'), '');
  t.throws(() => replaceConfig(join(folder, 'none.yaml'), 'x', NOW), { code: 'config-not-written', message: /ENOENT/ });
  t.throws(() => replaceConfig(join(folder, 'x', 'tokonoma.yaml'), 'x', NOW), { code: 'config-not-written' });
  // A folder where the new text would be written.
  const inTheWay = `${file}.${process.pid}.new`;
  mkdirSync(inTheWay);
  t.throws(() => replaceConfig(file, 'x', NOW), { code: 'config-not-written' });
  t.equal(readFileSync(file, 'utf8'), PERSON);
  t.end();
});
