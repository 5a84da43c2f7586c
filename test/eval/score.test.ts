import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { normalize, wordsOf, wordsToDigits } from '../../src/eval/normalize.ts';
import { isValidPlan, Scorer } from '../../src/eval/score.ts';
import { ACTIONS, type ArgType, type ArgValue, type PlanCall } from '../../src/grammar/actions.ts';
import { sharedPath, skipWithoutShared } from '../support/shared.ts';
import { Random } from '../support/random.ts';

const call = (action: string, args: PlanCall['args'] = {}): PlanCall => ({ action, args });

function score(expected: PlanCall[], predicted: unknown): string {
  const scorer = new Scorer();
  scorer.add(expected, predicted);
  const { valid, action, strict, lenient } = scorer.score;
  return [valid && 'valid', action && 'action', strict && 'strict', lenient && 'lenient'].filter(Boolean).join(' ');
}

t.test('texts are compared by their words', async (t) => {
  t.equal(wordsToDigits('turn one hundred and eighty degrees'), 'turn 180 degrees');
  t.equal(wordsToDigits('one eighty, twenty point five, two and a half'), '180, 20.5, 2.5');
  t.equal(normalize('The Kitchen-Lights, please!'), 'kitchen lights');
  t.same(wordsOf("6:00pm at Alice's lamps"), ['6pm', 'at', 'alice', 's', 'lamp']);
});

t.test('what makes a prediction right', async (t) => {
  const light = call('light.set', { device: 'kitchen light', power: 'on' });
  t.equal(score([light], [light]), 'valid action strict lenient');
  t.equal(
    score([light], [call('light.set', { device: 'the Kitchen lights', power: 'on' })]),
    'valid action strict lenient',
  );
  t.equal(score([light], [call('light.set', { area: 'kitchen', power: 'on' })]), 'valid action lenient');
  t.equal(score([light], [call('light.set', { device: 'kitchen light', power: 'off' })]), 'valid action');
  t.equal(score([light], [call('none')]), 'valid');
  t.equal(score([light], [light, light]), 'valid');
  t.equal(score([light], []), '');
  t.equal(score([light], null), '');
  t.equal(score([light], [{ action: 'light.set' }]), '');
  t.equal(score([light], [call('light.set', { power: 'dim' })]), '');
});

t.test('the same thing said otherwise', async (t) => {
  const same = (a: PlanCall, b: PlanCall): void =>
    t.equal(score([a], [b]), 'valid action strict lenient', JSON.stringify(b)) as never;
  const drive = (distance: number, unit: string): PlanCall =>
    call('robot.drive', { direction: 'forward', distance, unit });
  same(drive(2, 'm'), drive(200, 'cm'));
  same(call('timer.do', { op: 'start', minutes: 90 }), call('timer.do', { op: 'start', hours: 1, minutes: 30 }));
  same(call('robot.turn', { direction: 'around' }), call('robot.turn', { direction: 'left', degrees: 180 }));
  same(call('query', { kind: 'time' }), call('query', { kind: 'state', device: 'x' }));
  same(
    call('robot.object', { op: 'bring', object: 'cup', to: 'me' }),
    call('robot.object', { op: 'bring', object: 'cup' }),
  );
});

t.test('shares are rounded as Python rounds them', async (t) => {
  const scorer = new Scorer();
  for (let i = 0; i < 32; i++) scorer.add([call('robot.stop')], [call(i === 0 ? 'robot.stop' : 'none')]);
  t.equal(scorer.score.strict, 0.0312, '1/32 = 0.03125: to even');
  t.same(new Scorer().score, { n: 0, valid: 0, action: 0, strict: 0, lenient: 0 });
});

t.test('a plan is a list of calls of the schema', async (t) => {
  t.ok(isValidPlan([call('volume.set', { mute: true })]));
  for (const bad of [
    undefined,
    {},
    [],
    'x',
    [null],
    [call('fly')],
    [call('robot.goto')],
    [call('robot.stop', { x: 1 })],
  ]) {
    t.notOk(isValidPlan(bad), JSON.stringify(bad));
  }
  t.notOk(isValidPlan([call('volume.set', { level: '5' })]));
  t.notOk(isValidPlan([call('robot.goto', { place: ' ' })]));
  t.notOk(isValidPlan([{ action: 'robot.stop', args: [] }]));
  t.notOk(isValidPlan([{ action: 'constructor', args: {} }]));
});

function generator(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

const WORDS =
  'the kitchen light lights lamp living room my bedroom two twenty-five one hundred and five it them me us cup 6 p.m. 6:30pm ' +
  "twenty point five two and a half alice's bob-cat song music up here half % café élan thousand 5°";

/** Random pairs, near misses among them: every rule of the comparison is met many times. */
class Pairs {
  readonly #random: () => number;
  readonly #words = WORDS.split(' ');

  constructor(seed: number) {
    this.#random = generator(seed);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  text(): string {
    return Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => this.pick(this.#words)).join(
      this.pick([' ', '  ', ', ']),
    );
  }

  value(type: ArgType): ArgValue {
    if (type.kind === 'boolean') return this.#random() < 0.5;
    if (type.kind === 'enum') return this.pick(type.values);
    return type.kind === 'text' ? this.text() : this.pick([0, 1, 2, 30, 90, 180, 360, 0.5, 2.54, 100, 100.5, -3]);
  }

  call(): PlanCall {
    const robot = ACTIONS.filter(({ name }) => name.startsWith('robot.'));
    const spec = this.pick(this.#random() < 0.6 ? robot : ACTIONS);
    const isErrand = spec.name === 'robot.object';
    const args = spec.args.filter(
      ({ name, required }) => required || (isErrand && name === 'object') || this.#random() < 0.4,
    );
    return call(spec.name, Object.fromEntries(args.map(({ name, type }) => [name, this.value(type)])));
  }

  plan(): PlanCall[] {
    return Array.from({ length: 1 + Math.floor(this.#random() ** 2 * 4) }, () => this.call());
  }

  /** The same plan, or one that differs a little, or one that is no plan. */
  prediction(expected: readonly PlanCall[]): unknown {
    const plan = structuredClone(expected) as PlanCall[];
    const changed = this.pick(plan);
    const arg = this.pick([...Object.keys(changed.args), 'device', 'from']);
    const before = changed.args[arg];
    const kind = Math.floor(this.#random() * 9);
    if (kind === 0) return this.plan();
    if (kind === 1) return this.pick([null, [], 'x', [{ action: 'fly', args: {} }], { expected }, [{ action: 'say' }]]);
    if (kind === 2) delete changed.args[arg];
    if (kind === 3 && typeof before === 'number') changed.args[arg] = before * this.pick([1.005, 1.02, 2]);
    if (kind === 4 && typeof before === 'string')
      changed.args[arg] = `${this.pick(['the ', 'my ', ''])}${before.toUpperCase()}${this.pick(['s', ' light', '.'])}`;
    if (kind === 5) plan.splice(Math.floor(this.#random() * plan.length), 1);
    if (kind === 6) plan.push(this.call());
    if (kind === 7)
      changed.args[arg] = this.value(ACTIONS.flatMap(({ args }) => args).find(({ name }) => name === arg)!.type);
    return plan;
  }
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
const skip =
  skipWithoutShared('data/commands/score.py') ||
  (hasPython || process.env['CI'] === 'true' ? false : 'python3 is not here');

t.test('agrees with score.py, line by line in sum', { skip }, async (t) => {
  const folder = t.testdir();
  const pairs = new Pairs(7);
  const scorer = new Scorer();
  const goldLines: string[] = [];
  const predictedLines: string[] = [];
  for (let i = 0; i < 6000; i++) {
    const expected = pairs.plan();
    const predicted = pairs.prediction(expected);
    goldLines.push(JSON.stringify({ text: 'x', expected }));
    predictedLines.push(JSON.stringify(predicted));
    const isWrapped = typeof predicted === 'object' && predicted !== null && 'expected' in predicted;
    scorer.add(expected, isWrapped ? predicted.expected : predicted);
  }
  const [gold, predictions] = [join(folder, 'gold.jsonl'), join(folder, 'predictions.jsonl')];
  writeFileSync(gold, `${goldLines.join('\n')}\n`);
  writeFileSync(predictions, `${predictedLines.join('\n')}\n`);
  const out = execFileSync('python3', ['-B', sharedPath('data/commands/score.py')!, gold, predictions], {
    encoding: 'utf8',
  });
  t.same(scorer.score, JSON.parse(out.split('\n')[0]!.replaceAll("'", '"')));
  t.ok(scorer.score.strict > 0.2 && scorer.score.lenient > scorer.score.strict, 'the pairs meet both verdicts');
});
