import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { vocabularyOf, type Vocabulary } from '../../src/agent/reading/capabilities.ts';
import { FastPath } from '../../src/agent/fast/fast.ts';
import { Templates } from '../../src/agent/fast/templates.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig, parseConfig } from '../../src/config/load.ts';
import { judge } from '../../src/eval/score.ts';
import type { PlanCall } from '../../src/grammar/actions.ts';
import { textPass } from '../../src/text/passes.ts';

interface Line {
  readonly text: string;
  readonly expected: PlanCall[];
}

const trainer = fileURLToPath(new URL('../../../scripts/train/', import.meta.url));
const home = vocabularyOf(
  buildThings(demoConfig({}), { clock: systemClock, instant: true }).map((thing) => thing.description),
);
const read = (text: string, vocabulary: Vocabulary = home): PlanCall | undefined =>
  new Templates(vocabulary).match(textPass(text).text);

t.test('common phrasings', async (t) => {
  for (const [text, action, args] of [
    ['Turn on the kitchen light', 'light.set', { area: 'kitchen', power: 'on' }],
    ['please switch the desk lamp off', 'light.set', { device: 'desk lamp', power: 'off' }],
    ['lights off', 'light.set', { power: 'off' }],
    ['turn off all the lights', 'light.set', { power: 'off' }],
    ['turn on the coffee maker', 'power.set', { device: 'coffee maker', power: 'on' }],
    ['could you turn the fan on please', 'power.set', { device: 'fan', power: 'on' }],
    ['set the desk lamp to forty percent', 'light.set', { device: 'desk lamp', brightness: 40 }],
    ['turn the desk lamp blue', 'light.set', { device: 'desk lamp', color: 'blue' }],
    ['dim the lights in the bedroom', 'light.set', { area: 'bedroom', step: 'down' }],
    ['open the garage door', 'cover.set', { device: 'garage door', state: 'open' }],
    ['close the living room blinds', 'cover.set', { device: 'blinds', area: 'living room', state: 'close' }],
    ['lock the front door', 'lock.set', { device: 'front door', state: 'lock' }],
    ['set the thermostat to 21.5 degrees', 'climate.set', { temperature: 21.5 }],
    ['volume up', 'volume.set', { step: 'up' }],
    ['set the volume to 30', 'volume.set', { level: 30 }],
    ['go to the sofa', 'robot.goto', { place: 'sofa' }],
    ['drive forward two metres', 'robot.drive', { direction: 'forward', distance: 2, unit: 'm' }],
    ['turn left ninety degrees', 'robot.turn', { direction: 'left', degrees: 90 }],
    ['set a timer for ten minutes', 'timer.do', { op: 'start', minutes: 10 }],
    ['what time is it?', 'query', { kind: 'time' }],
  ] as const) {
    t.strictSame(read(text), { action, args }, text);
  }
});

t.test('silent about all else', async (t) => {
  for (const text of [
    "don't turn on the kitchen light",
    'turn on the kitchen light and the fan',
    'turn on the kitchen light in ten minutes',
    'turn on the sauna',
    'turn it off',
    'turn on the light',
    'if it gets dark turn on the desk lamp',
    'turn everything off',
    'turn the kitchen light blue',
    'go to the moon',
    'lock the desk lamp',
    'what is the temperature in the moon',
    'ignore what I said and turn on the fan',
    '',
  ]) {
    t.equal(read(text), undefined, text);
  }
});

t.test('a name that means two things is for the model', async (t) => {
  const yaml = `version: 1
things:
  - { name: lamp, kind: light, area: kitchen }
  - { name: lamp, id: lamp-2, kind: plug, area: bedroom }
  - { name: tv, kind: plug }`;
  const vocabulary = vocabularyOf(
    buildThings(parseConfig(yaml, 'x'), { clock: systemClock, instant: true }).map((thing) => thing.description),
  );
  t.equal(read('turn on the lamp', vocabulary), undefined);
  t.strictSame(read('turn on the tv', vocabulary), { action: 'power.set', args: { device: 'tv', power: 'on' } });
});

t.test('repeats: what the model said of the same words, the confidence with it, for the same home only', async (t) => {
  const fast = new FastPath();
  const plan = [{ action: 'robot.task', args: { op: 'clean' } }];
  t.equal(fast.find('tidy up', home), undefined);
  fast.remember('tidy up', home, { plan, confidence: 0.7 });
  t.strictSame(fast.find('tidy up', home), { plan, confidence: 0.7 });
  t.equal(fast.find('tidy up', { ...home }), undefined);
  for (let i = 0; i < 600; i++) {
    fast.remember(`number ${i}`, home, { plan, confidence: 1 });
    fast.find('tidy up', home);
  }
  t.ok(fast.find('tidy up', home), 'what is said often stays');
  t.equal(fast.find('number 1', home), undefined, 'the rest is forgotten in time');
});

/** Plain commands of the trainer's generator, and a home of all its names. */
function generated(count: number): { lines: Line[]; names: Record<string, string[]> } | undefined {
  const script = `
import itertools, json, sys
sys.path.insert(0, '.')
import generate
from generate import words
from generate.manner import mixed
print(json.dumps({
  'names': {k: list(getattr(words, k)) for k in ('ROOMS', 'LAMPS', 'APPLIANCES', 'FANS', 'COVERS', 'DOORS', 'LOCKS')},
  'lines': [{'text': t, 'expected': c} for t, c in itertools.islice(mixed(20261122, [(generate.PLAIN, 1)], generate.OPEN_END), ${count})],
}))`;
  const { status, stdout } = spawnSync('python3', ['-c', script], { cwd: trainer, maxBuffer: 1 << 28 });
  return status === 0
    ? (JSON.parse(stdout.toString()) as { lines: Line[]; names: Record<string, string[]> })
    : undefined;
}

const source = generated(20_000);
const skip = source === undefined && process.env['CI'] !== 'true' ? 'python3 is not here' : false;

t.test("what it matches of the trainer's commands is what models are trained to say", { skip }, async (t) => {
  const { names, lines } = source!;
  const things = [
    ...names['ROOMS']!.slice(0, 24).map((area) => ({ name: `${area} light`, kind: 'light', area, color: true })),
    ...names['LAMPS']!.slice(0, 20).map((name) => ({ name, kind: 'light', color: true })),
    ...[...new Set([...names['APPLIANCES']!, ...names['FANS']!])].slice(0, 60).map((name) => ({ name, kind: 'plug' })),
    ...names['COVERS']!.slice(0, 6).map((name) => ({ name, kind: 'cover' })),
    { name: 'garage door', kind: 'cover' },
    ...['front door', 'back door', 'office door'].map((name) => ({ name, kind: 'lock' })),
    { name: 'thermostat', kind: 'thermostat' },
    { name: 'speaker', kind: 'speaker' },
    { name: 'timer', kind: 'timer' },
    { name: 'robot', kind: 'robot', places: Object.fromEntries(names['ROOMS']!.map((room) => [room, [0, 0]])) },
  ].map((thing, i) => ({ ...thing, id: `thing-${i}` }));
  const vocabulary = vocabularyOf(
    buildThings(parseConfig(JSON.stringify({ version: 1, things }), 'x'), { clock: systemClock, instant: true }).map(
      (thing) => thing.description,
    ),
  );
  const templates = new Templates(vocabulary);
  const must = readFileSync(`${trainer}must.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  let matched = 0;
  const wrong: string[] = [];
  for (const { text, expected } of [...lines, ...must]) {
    const call = templates.match(textPass(text).text);
    if (call === undefined) continue;
    matched++;
    if (!judge(expected, [call]).strict) wrong.push(`${text}: ${JSON.stringify(call)} for ${JSON.stringify(expected)}`);
  }
  t.comment(`${matched} of ${lines.length + must.length} matched, ${wrong.length} otherwise than labelled`);
  for (const line of wrong.slice(0, 20)) t.comment(line);
  t.ok(matched > 150, 'enough of what is said in so many ways');
  t.ok(wrong.length <= 0.01 * matched, 'at least 99 % as labelled');
});
