import t from 'tap';
import { benchModule } from './script.ts';

interface Summary {
  median: number;
  min: number;
  max: number;
}

const { median, percentile, ratio, round, summary } = await benchModule<{
  median: (values: readonly number[]) => number;
  percentile: (values: readonly number[], share: number) => number;
  ratio: (ours: readonly number[], theirs: readonly number[], invert?: boolean) => Summary;
  round: (x: number) => number;
  summary: (values: readonly number[]) => Summary;
}>('statistics.mjs');

t.test('median', (t) => {
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([4, 1, 3, 2]), 2.5, 'of an even number, between the middle two');
  t.equal(median([7]), 7);
  const values = [3, 1, 2];
  median(values);
  t.same(values, [3, 1, 2], 'leaves the values in their order');
  t.throws(() => median([]), RangeError);
  t.end();
});

t.test('percentile', (t) => {
  const values = Array.from({ length: 101 }, (_, i) => 100 - i);
  t.equal(percentile(values, 0.95), 95);
  t.equal(percentile(values, 0), 0);
  t.equal(percentile(values, 1), 100);
  t.equal(percentile([10, 20], 0.25), 12.5);
  t.end();
});

t.test('summary and rounding', (t) => {
  t.same(summary([3, 1, 2]), { median: 2, min: 1, max: 3 });
  t.equal(round(0.000123456), 0.0001235);
  t.equal(round(123456), 123500);
  t.end();
});

t.test('ratios are of rounds, not of medians', (t) => {
  // Both halve their speed in the second round: the ratio does not notice.
  t.same(ratio([40, 20, 42], [10, 5, 10]), { median: 4, min: 4, max: 4.2 });
  t.same(ratio([10, 20], [30, 80], true), { median: 3.5, min: 3, max: 4 }, 'times: theirs over ours');
  t.same(ratio([10, 20, 30], [5]), { median: 2, min: 2, max: 2 }, 'only rounds that both have');
  t.end();
});
