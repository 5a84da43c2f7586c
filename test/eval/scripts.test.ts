/** The scripts around the model: rules, calibration, homes and the comparison with a model card, each on a few lines. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseConfig, simulateThings } from '../../src/config/load.ts';
import { systemClock } from '../../src/clock.ts';
import { parseEvalLines } from '../../src/eval/lines.ts';
import { openGguf } from '../../src/gguf/reader.ts';
import { readCalibration } from '../../src/model/confidence.ts';

/** From build/test/eval/ up to the repository. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const script = (name: string): string => join(root, 'scripts/eval', name);

function run(name: string, ...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script(name), ...args], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

const jsonl = (lines: readonly unknown[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

const COMMANDS: readonly { text: string; expected: readonly { action: string; args: Record<string, unknown> }[] }[] = [
  {
    text: 'please turn off the kitchen lights',
    expected: [{ action: 'light.set', args: { area: 'kitchen', power: 'off' } }],
  },
  {
    text: 'go forward two metres and then turn left',
    expected: [
      { action: 'robot.drive', args: { direction: 'forward', distance: 2, unit: 'm' } },
      { action: 'robot.turn', args: { direction: 'left' } },
    ],
  },
  { text: 'wake me up at seven am', expected: [{ action: 'alarm.do', args: { op: 'set', time: 'seven am' } }] },
  { text: 'is the front door locked', expected: [{ action: 'query', args: { kind: 'state' } }] },
  { text: 'book a table for two', expected: [{ action: 'none', args: {} }] },
];

t.test('the rule parser reads commands and is scored as the model is', async (t) => {
  const folder = t.testdir({
    'a.jsonl': jsonl(COMMANDS),
    'b.jsonl': jsonl([{ text: 'turn left', expected: [{ action: 'none', args: {} }] }]),
  });
  const [a, b, out] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl'), join(folder, 'out.jsonl')];
  const one = run('baseline.mjs', a, '--json', '--predictions', out);
  t.equal(one.status, 0, one.err);
  t.match(JSON.parse(one.out), { n: 5, valid: 1, action: 1, strict: 1, confidence: null });
  t.equal(readFileSync(out, 'utf8').trimEnd().split('\n').length, 5);
  const both = JSON.parse(run('baseline.mjs', a, b, '--json').out) as object;
  t.match(both, { n: 6, macro: { sets: 2, strict: 0.5 }, none: { out_of_scope: 2, acted: 0.5 } });
  t.match(run('baseline.mjs'), { status: 1, err: /usage: npm run eval:baseline/ });
});

t.test('calibration is written into the file, the same one each time', async (t) => {
  const folder = t.testdir({ 'said.jsonl': jsonl(COMMANDS) });
  const [model, said] = [join(folder, 'm.gguf'), join(folder, 'said.jsonl')];
  copyFileSync(join(root, 'src/seedling/seedling.gguf'), model);
  const before = readFileSync(model);
  const dry = run('calibrate.mjs', model, said, '--dry-run', '--json');
  t.equal(dry.status, 0, dry.err);
  t.ok(readFileSync(model).equals(before), 'a dry run writes nothing');
  const first = run('calibrate.mjs', model, said, '--signal', 'mean', '--json');
  t.equal(first.status, 0, first.err);
  const { calibration } = JSON.parse(first.out) as { calibration: object };
  const file = openGguf(model);
  t.same(readCalibration(file.metadata, model), calibration);
  t.match(calibration, { signal: 'mean' });
  file.close();
  const once = readFileSync(model);
  run('calibrate.mjs', model, said, '--signal', 'mean');
  t.ok(readFileSync(model).equals(once));
  t.match(run('calibrate.mjs', model, said, '--signal', 'hunch'), { status: 1, err: /usage: npm run calibrate/ });
});

t.test('the homes are what the script makes, and their commands are about things they have', async (t) => {
  const code =
    'const { madeFiles } = await import(process.argv[1]); process.stdout.write(JSON.stringify(madeFiles()));';
  const made = execFileSync(process.execPath, ['--input-type=module', '-e', code, script('devices/make.mjs')], {
    encoding: 'utf8',
  });
  const homes = new Map<string, Set<string>>();
  for (const [name, content] of JSON.parse(made) as [string, string][]) {
    t.equal(readFileSync(script(`devices/${name}`), 'utf8'), content, `${name}: run scripts/eval/devices/make.mjs`);
    if (!name.endsWith('.yaml')) continue;
    const things = simulateThings(parseConfig(content, name), { clock: systemClock, instant: true });
    t.equal(things.length, Number(/\d+/.exec(name)![0]));
    homes.set(name.replace('.yaml', ''), new Set(things.map((thing) => thing.description.id)));
  }
  for (const [home, ids] of homes) {
    for (const kind of ['made', 'said']) {
      const file = `${home}.${kind}.jsonl`;
      const lines = parseEvalLines(readFileSync(script(`devices/${file}`), 'utf8'), file);
      const strangers = lines
        .flatMap((line) => line.acts ?? [])
        .filter(({ device }) => !ids.has(device) && device !== 'query' && device !== 'schedule');
      t.same(strangers, [], file);
      t.ok(lines.length >= 15 && lines.some((line) => line.outcome === 'ambiguous'));
    }
  }
});

t.test('figures of a card are reproduced within what rounding may move, and no further', async (t) => {
  const { compareScores } = (await import(script('scores.mjs'))) as {
    compareScores: (scores: object, measured: object, hand?: object) => { reproduced: boolean; differences: string[] };
  };
  const sets = [
    { name: 'small', n: 20, action: 1, strict: 0.9 },
    { name: 'large', n: 1000, action: 0.99, strict: 0.95 },
  ];
  const all = { action: 0.9902, strict: 0.949 };
  const macro = { action: 0.995, strict: 0.925 };
  const card = { small: sets[0], large: sets[1], micro: all, macro, must: { n: 40, action: 1, strict: 1 } };
  const compared = (change: object): { reproduced: boolean; differences: string[] } =>
    compareScores({ ...card, ...change }, { sets, all, macro });
  t.same(compared({}), { reproduced: true, differences: [] });
  t.ok(compared({ small: { n: 20, action: 1, strict: 0.95 } }).reproduced, 'one line of a small set');
  t.match(compared({ small: { n: 20, action: 1, strict: 1 } }).differences, [/small: strict is 0\.9, the card says 1/]);
  t.match(compared({ large: { n: 1000, action: 0.99, strict: 0.957 } }).differences, [/large: strict/]);
  t.match(compared({ large: { n: 999, action: 0.99, strict: 0.95 } }).differences, [/1000 lines, the card says 999/]);
  t.match(compared({ large: undefined }).differences, [/large: the card does not know this set/]);
  t.match(compared({ macro: { action: 0.995, strict: 0.96 } }).differences, [/macro: strict/]);
  const hand = [{ name: 'stop', n: 20, action: 1, strict: 0.9 }];
  const byHand = (change: object): string[] =>
    compareScores({ ...card, ...change }, { sets, all, macro }, hand).differences;
  t.same(byHand({ 'tests/stop': hand[0] }), []);
  t.match(byHand({ 'tests/stop': { n: 20, action: 1, strict: 1 } }), [/tests\/stop: strict is 0\.9, the card says 1/]);
  t.match(byHand({}), [/tests\/stop: the card does not know this set/]);
  t.match(byHand({ 'tests/stop': hand[0], 'tests/dock': hand[0] }), [/tests\/dock: .* no such lines are here/]);
});

t.test('without the command sets there is no held-out tenth', async (t) => {
  // The script looks beside the repository: the same script in a repository that has nothing beside it.
  const code =
    'const { withPart } = await import(process.argv[1]);' +
    "console.log(await withPart('heldout', () => 'used', process.argv[2]));";
  const told = (commands: string): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', code, script('parts.mjs'), commands], {
      encoding: 'utf8',
    }).trim();
  t.equal(told(join(t.testdir(), 'absent')), 'undefined');
  const folder = t.testdir({ 'a.jsonl': jsonl(COMMANDS) });
  writeFileSync(join(folder, 'notes.txt'), '');
  if (spawnSync('python3', ['--version']).status === 0) t.equal(told(folder), 'used');
});
