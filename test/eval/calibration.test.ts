/** Calibration and risk-coverage against what can be computed by hand or is true by construction. */
import t, { type Test } from 'tap';
import { calibrationError, equalMassBins, riskCoverage, type Sure } from '../../src/eval/calibration.ts';
import { Random } from '../support/random.ts';

const near = (t: Test, got: number, wanted: number, tolerance = 1e-9): void => {
  t.ok(Math.abs(got - wanted) <= tolerance, `${got} is ${wanted}`);
};

const of = (...pairs: [confidence: number, right: 0 | 1][]): Sure[] =>
  pairs.map(([confidence, right]) => ({ confidence, right: right === 1 }));

t.test('the risk-coverage curve of four predictions', async (t) => {
  const { aurc, curve } = riskCoverage(of([0.9, 1], [0.3, 0], [0.6, 1], [0.8, 0]));
  near(t, aurc, (0 + 1 / 2 + 1 / 3 + 2 / 4) / 4);
  t.same(
    curve.map(({ coverage, confidence }) => [coverage, confidence]),
    [
      [0.25, 0.9],
      [0.5, 0.8],
      [0.75, 0.6],
      [1, 0.3],
    ],
  );
  near(t, curve.at(-1)!.risk, 0.5);
});

t.test('knowing right from wrong makes the area small; not knowing makes it the error', async (t) => {
  const random = new Random(3);
  const rights = Array.from({ length: 4000 }, () => random.next() < 0.8);
  const error = rights.filter((right) => !right).length / rights.length;
  const area = (confidence: (right: boolean) => number): number =>
    riskCoverage(rights.map((right) => ({ right, confidence: confidence(right) }))).aurc;
  const knowing = area((right) => (right ? 0.9 : 0.1));
  near(t, knowing, error + (1 - error) * Math.log(1 - error), 2e-3);
  near(
    t,
    area(() => 0.7),
    error,
  );
  near(
    t,
    area(() => random.next()),
    error,
    0.03,
  );
  t.ok(area((right) => (right ? 0.1 : 0.9)) > 0.4, 'surest where it is wrong');
});

t.test('equally sure predictions count the same in any order', async (t) => {
  const pairs = of([0.5, 1], [0.5, 0], [0.5, 1], [0.5, 0], [0.9, 1]);
  t.same(riskCoverage(pairs), riskCoverage([...pairs].reverse()));
  t.same(equalMassBins(pairs, 3), equalMassBins([...pairs].reverse(), 3));
});

t.test('at most so many points, the last at full coverage', async (t) => {
  const random = new Random(5);
  for (const n of [1, 7, 20, 21, 1000]) {
    const pairs = Array.from({ length: n }, () => ({ confidence: random.next(), right: random.next() < 0.9 }));
    const { curve } = riskCoverage(pairs, 20);
    t.equal(curve.length, Math.min(n, 20));
    t.equal(curve.at(-1)!.coverage, 1);
    t.equal(
      equalMassBins(pairs).reduce((sum, bin) => sum + bin.n, 0),
      n,
    );
    t.equal(equalMassBins(pairs).length, Math.min(n, 15));
  }
});

t.test('calibration error: nothing where confidence is the share, the gap where it is not', async (t) => {
  const random = new Random(9);
  const draw = (truth: (confidence: number) => number): number => {
    const pairs = Array.from({ length: 30000 }, () => {
      const confidence = random.next();
      return { confidence, right: random.next() < truth(confidence) };
    });
    return calibrationError(equalMassBins(pairs));
  };
  near(
    t,
    draw((c) => c),
    0,
    0.015,
  );
  near(
    t,
    draw(() => 0.5),
    0.25,
    0.015,
  );
  near(
    t,
    draw((c) => Math.max(0, c - 0.1)),
    0.1 - 0.005,
    0.015,
  );
  near(t, calibrationError(equalMassBins(of([1, 0], [1, 0]))), 1);
  t.equal(calibrationError([]), 0);
});
