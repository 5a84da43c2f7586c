/** Whether confidence means what it says (calibration), and whether it knows right from wrong (risk and coverage). */

/** One prediction: how sure it was, 0..1, and whether it was right. */
export interface Sure {
  readonly confidence: number;
  readonly right: boolean;
  /** How much it counts. Default: 1. */
  readonly weight?: number;
}

export interface Bin {
  readonly n: number;
  /** Share of all. */
  readonly weight: number;
  /** Mean confidence. */
  readonly confidence: number;
  /** Share that was right. */
  readonly right: number;
}

/** Bins of (nearly) the same weight, least sure first. */
export function equalMassBins(predictions: readonly Sure[], count = 15): Bin[] {
  const sorted = levelled(predictions).reverse();
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const bins: { n: number; weight: number; confidence: number; right: number }[] = [];
  let before = 0;
  for (const { confidence, right, weight } of sorted) {
    // Its middle says which bin it is in; the very last may not fall beyond the last one by rounding.
    const at = Math.min(count - 1, Math.floor(((before + weight / 2) * count) / total));
    before += weight;
    const bin = (bins[at] ??= { n: 0, weight: 0, confidence: 0, right: 0 });
    bin.n++;
    bin.weight += weight;
    bin.confidence += weight * confidence;
    bin.right += weight * right;
  }
  // Bins that nobody is in are holes of the array.
  return Object.values(bins).map(({ n, weight, confidence, right }) => ({
    ...{ n, weight: weight / total, confidence: confidence / weight, right: right / weight },
  }));
}

/**
 * Expected calibration error: the mean distance of confidence and share of right ones over bins of equal mass, weighted
 * by them. 0 is perfect.
 */
export function calibrationError(bins: readonly Bin[]): number {
  return bins.reduce((sum, { weight, confidence, right }) => sum + weight * Math.abs(confidence - right), 0);
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

/** Each counts the same, whatever its weight. The surest first; at most `points` points of the curve are told, the last at full coverage. */
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
function levelled(predictions: readonly Sure[]): { confidence: number; right: number; weight: number }[] {
  const sorted = predictions.map(({ confidence, right, weight = 1 }) => ({ confidence, right: Number(right), weight }));
  sorted.sort((a, b) => b.confidence - a.confidence);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    let weight = 0;
    let right = 0;
    for (; sorted[end]?.confidence === sorted[start]!.confidence; end++) {
      weight += sorted[end]!.weight;
      right += sorted[end]!.weight * sorted[end]!.right;
    }
    for (let i = start; i < end; i++) sorted[i]!.right = right / weight;
  }
  return sorted;
}
