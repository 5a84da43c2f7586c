/** Whether confidence means what it says (calibration), and whether it knows right from wrong (risk and coverage). */

/** One prediction: how sure it was, 0..1, and whether it was right. */
export interface Sure {
  readonly confidence: number;
  readonly right: boolean;
}

export interface Bin {
  readonly n: number;
  /** Mean confidence. */
  readonly confidence: number;
  /** Share that was right. */
  readonly right: number;
}

/** Bins of (nearly) the same number of predictions, least sure first. */
export function equalMassBins(predictions: readonly Sure[], count = 15): Bin[] {
  const sorted = levelled(predictions).reverse();
  const bins: Bin[] = [];
  for (let i = 0; i < count; i++) {
    const members = sorted.slice(
      Math.floor((i * sorted.length) / count),
      Math.floor(((i + 1) * sorted.length) / count),
    );
    if (members.length === 0) continue;
    bins.push({
      n: members.length,
      confidence: mean(members, (m) => m.confidence),
      right: mean(members, (m) => m.right),
    });
  }
  return bins;
}

/**
 * Expected calibration error: the mean distance of confidence and share of right ones over bins of equal mass, weighted
 * by their members. 0 is perfect.
 */
export function calibrationError(bins: readonly Bin[]): number {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  return bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.confidence - bin.right), 0);
}

export interface RiskPoint {
  /** Share of predictions that are kept: the surest. */
  readonly coverage: number;
  /** Share of wrong ones among those kept. */
  readonly risk: number;
  /** Of the least sure that is kept. */
  readonly confidence: number;
}

export interface RiskCoverage {
  /** Area under the curve: the mean risk over all coverages. 0 is perfect. */
  readonly aurc: number;
  readonly curve: readonly RiskPoint[];
}

/** The surest first; at most `points` points of the curve are told, the last at full coverage. */
export function riskCoverage(predictions: readonly Sure[], points = 20): RiskCoverage {
  const sorted = levelled(predictions);
  const n = sorted.length;
  const curve: RiskPoint[] = [];
  let wrong = 0;
  let area = 0;
  for (const [i, { confidence, right }] of sorted.entries()) {
    wrong += 1 - right;
    area += wrong / (i + 1) / n;
    const isTold = Math.floor(((i + 1) * points) / n) > Math.floor((i * points) / n);
    if (isTold) curve.push({ coverage: (i + 1) / n, risk: wrong / (i + 1), confidence });
  }
  return { aurc: area, curve };
}

/**
 * The surest first. Those that are equally sure cannot be told apart: each counts as right as they are together, so that
 * no result depends on the order of the lines.
 */
function levelled(predictions: readonly Sure[]): { confidence: number; right: number }[] {
  const sorted = predictions.map(({ confidence, right }) => ({ confidence, right: Number(right) }));
  sorted.sort((a, b) => b.confidence - a.confidence);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end]!.confidence === sorted[start]!.confidence) end++;
    const share = mean(sorted.slice(start, end), (m) => m.right);
    for (let i = start; i < end; i++) sorted[i]!.right = share;
  }
  return sorted;
}

function mean<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}
