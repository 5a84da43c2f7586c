/** A confidence is fitted: what is drawn from a known curve is found again, and the threshold keeps its promise. */
import t from 'tap';
import { calibrationError, equalMassBins } from '../../src/eval/calibration.ts';
import { fitCalibration, type Sample } from '../../src/eval/fit.ts';
import { confidenceOf, logOdds } from '../../src/model/confidence.ts';
import { Random } from '../support/random.ts';

/** Samples of one choice each, right as often as `truth` says of its log-odds. */
function drawn(seed: number, count: number, truth: (odds: number) => number): Sample[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const p = 1 / (1 + Math.exp(-(random.next() * 10 - 2)));
    const right = random.next() < truth(logOdds(p));
    const isCommand = random.next() < 0.8;
    return { choices: [p], right, acts: isCommand || !right, mustBeSure: true, isCommand };
  });
}

const logistic = (slope: number, offset: number) => (odds: number) => 1 / (1 + Math.exp(-(slope * odds + offset)));

t.test('the curve that made the samples is found', async (t) => {
  const { calibration, signals } = fitCalibration([drawn(1, 8000, logistic(0.6, -0.5))]);
  t.ok(Math.abs(calibration.slope - 0.6) < 0.06, `slope ${calibration.slope}`);
  t.ok(Math.abs(calibration.offset + 0.5) < 0.15, `offset ${calibration.offset}`);
  const fresh = drawn(2, 8000, logistic(0.6, -0.5));
  const ece = calibrationError(
    equalMassBins(fresh.map(({ choices, right }) => ({ right, confidence: confidenceOf(choices, calibration) }))),
  );
  t.ok(ece < 0.02, `${ece} on samples it was not fitted on`);
  for (const signal of signals) t.ok(signal.ece < 0.025 && signal.raw_ece > 0.05, JSON.stringify(signal));
});

t.test('the signal that tells right from wrong best is taken, unless another is asked for', async (t) => {
  const random = new Random(4);
  const sure = (): number => 0.9 + 0.1 * random.next();
  // What goes wrong goes wrong at one choice; long plans are as right as short ones.
  const samples = Array.from({ length: 3000 }, (): Sample => {
    const worst = random.next();
    const choices = [worst, ...Array.from({ length: Math.floor(random.next() * 30) }, sure)];
    return { choices, right: random.next() < worst, acts: true, mustBeSure: true, isCommand: true };
  });
  const { calibration, signals } = fitCalibration([samples]);
  t.equal(calibration.signal, 'minimum');
  t.same(
    signals.map(({ signal }) => signal),
    ['product', 'minimum', 'mean'],
  );
  t.equal(fitCalibration([samples], { signal: 'mean' }).calibration.signal, 'mean');
});

t.test('at the threshold a wrong act is rarer than a question, and what is out of scope rarely acts', async (t) => {
  for (const seed of [1, 2, 3]) {
    const sets = [drawn(seed, 900, logistic(0.7, 0)), drawn(seed + 10, 60, logistic(0.3, -1))];
    const fit = fitCalibration(sets);
    const { threshold } = fit.calibration;
    t.ok(threshold > 0 && threshold < 1);
    t.ok(fit.wrong < fit.asked && fit.out_of_scope_acted <= 0.02);
    // Counted again from outside, each set as much as the other.
    const share = (test: (sample: Sample, confidence: number) => boolean): number =>
      sets
        .map(
          (set) => set.filter((s) => s.acts && test(s, confidenceOf(s.choices, fit.calibration))).length / set.length,
        )
        .reduce((sum, part) => sum + part / sets.length, 0);
    t.ok(Math.abs(share((_, c) => c < threshold) - fit.asked) < 1e-9);
    t.ok(Math.abs(share((s, c) => c >= threshold && !s.right) - fit.wrong) < 1e-9);
  }
});

t.test('without errors nobody is asked, and certainty is not claimed', async (t) => {
  const right = drawn(6, 300, () => 1).map((sample) => ({ ...sample, acts: sample.isCommand }));
  const { calibration, wrong, asked } = fitCalibration([right]);
  t.match({ threshold: calibration.threshold, wrong, asked }, { threshold: 0, wrong: 0, asked: 0 });
  t.ok(Number.isFinite(calibration.slope) && confidenceOf([0.999], calibration) < 1);
  t.throws(() => fitCalibration([[]]), RangeError);
});

t.test('what is done however unsure it is moves no threshold, but is counted', async (t) => {
  const questions = Array.from({ length: 400 }, (_, i): Sample => {
    return { choices: [0.01], right: false, acts: true, mustBeSure: false, isCommand: i < 200 };
  });
  const all = [...drawn(1, 900, logistic(0.7, 0)), ...questions];
  const fit = fitCalibration([all]);
  const { threshold } = fit.calibration;
  t.ok(threshold > 0 && threshold < 1, 'wrong questions do not drive it up until nothing is done any more');
  const acting = all.filter(({ acts }) => acts);
  const isSure = ({ choices }: Sample): boolean => confidenceOf(choices, fit.calibration) >= threshold;
  const done = acting.filter((s) => !s.mustBeSure || isSure(s));
  const near = (share: number, expected: number): boolean => Math.abs(share - expected) < 1e-9;
  t.ok(near(fit.asked, (acting.length - done.length) / all.length));
  t.ok(near(fit.wrong, done.filter(({ right }) => !right).length / all.length));
  t.ok(fit.wrong > fit.asked, 'more than any threshold for the rest would leave');
  const foreign = all.filter(({ isCommand }) => !isCommand);
  t.ok(near(fit.out_of_scope_acted, done.filter(({ isCommand }) => !isCommand).length / foreign.length));
});

t.test('nothing but errors: everything is asked about', async (t) => {
  const wrong = drawn(7, 100, () => 0);
  const fit = fitCalibration([wrong]);
  t.equal(fit.wrong, 0);
  t.ok(wrong.every(({ choices }) => confidenceOf(choices, fit.calibration) < fit.calibration.threshold));
});
