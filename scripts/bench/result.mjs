// From turns to rows, ratios and shares: the value that --json prints. See docs/performance.md for its fields.
import { ratio, round, summary } from './statistics.mjs';

export function result({ machine, model, metrics, record, doubts }) {
  const { runs, loops, info } = record;
  return {
    machine: { ...machine, warnings: doubts },
    node: info.node,
    kernel: info.kernel,
    model: { path: model.path, weight_bytes_per_token: model.weightBytes },
    rows: rowsOf(runs, metrics),
    ratios: ratiosOf(runs, metrics),
    bandwidth: {
      rows: rowsOf(loops, { wasm: { unit: 'GB/s' }, c: { unit: 'GB/s' } }),
      shares: sharesOf(runs, loops, model.weightBytes),
    },
    skipped: record.skipped,
  };
}

function rowsOf(runs, metrics) {
  return groups(runs).flatMap(({ engine, threads }) =>
    Object.entries(metrics).flatMap(([metric, { unit }]) => {
      const values = valuesOf(runs, engine, threads, metric);
      if (values.length === 0) return [];
      return [{ engine, threads, metric, unit, ...summary(values), runs: values.map(round) }];
    }),
  );
}

/**
 * Every engine of ours over every peer, and over the first of ours where there are several. Above 1 is faster, whether
 * the metric is a speed or a time; of a cost (CPU-seconds) it is the quotient as it stands, and below 1 is less.
 */
function ratiosOf(runs, metrics) {
  const all = groups(runs);
  const [first] = all;
  return all.flatMap(({ engine, threads, own }) => {
    if (!own) return [];
    const peers = all.filter((peer) => peer.threads === threads && !peer.own);
    if (engine !== first.engine) peers.unshift({ engine: first.engine });
    return Object.entries(metrics).flatMap(([metric, { compare }]) =>
      peers.flatMap((peer) => {
        const ours = valuesOf(runs, engine, threads, metric);
        const theirs = valuesOf(runs, peer.engine, threads, metric);
        if (!compare || ours.length === 0 || theirs.length === 0) return [];
        return [{ metric, engine, peer: peer.engine, threads, ratio: ratio(ours, theirs, compare === 'time') }];
      }),
    );
  });
}

/** Bytes of weights that decoding reads a second, as a share of the fastest loop's in the same round. */
function sharesOf(runs, loops, weightBytes) {
  return groups(runs).flatMap(({ engine, threads, own }) => {
    const decoded = valuesOf(runs, engine, threads, 'decode');
    const fastest = decoded.map((_, i) =>
      Math.max(...['wasm', 'c'].map((loop) => valuesOf(loops, loop, threads, loop)[i] ?? 0)),
    );
    if (!own || decoded.length === 0) return [];
    return [{ engine, threads, share: summary(decoded.map((rate, i) => (rate * weightBytes) / (fastest[i] * 1e9))) }];
  });
}

/** Each engine at each number of threads, once, in the order of their turns. */
function groups(runs) {
  const seen = new Map();
  for (const run of runs) {
    const key = `${run.engine} ${run.threads}`;
    if (!seen.has(key)) seen.set(key, run);
  }
  return [...seen.values()];
}

/** One value per round. */
function valuesOf(runs, engine, threads, metric) {
  return runs
    .filter((run) => run.engine === engine && run.threads === threads)
    .flatMap(({ values }) => values[metric] ?? []);
}
