// Medians and ratios of alternating rounds.

/** Of an even number, the mean of the middle two. */
export function median(values) {
  return percentile(values, 0.5);
}

/** The value below which a share of the values lies, interpolated between neighbours. */
export function percentile(values, share) {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

export function summary(runs) {
  return { median: round(median(runs)), min: round(Math.min(...runs)), max: round(Math.max(...runs)) };
}

/**
 * Ours over theirs, round by round: what slows both for a while leaves the ratio alone.
 * @param invert for times, where less is faster
 */
export function ratio(ours, theirs, invert = false) {
  const rounds = Math.min(ours.length, theirs.length);
  const ratios = Array.from({ length: rounds }, (_, i) => (invert ? theirs[i] / ours[i] : ours[i] / theirs[i]));
  return summary(ratios);
}

/** Four significant digits: more is noise. */
export function round(x) {
  return Number(x.toPrecision(4));
}
