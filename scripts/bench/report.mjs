// The same as --json, for people.

export function report({ machine, node, kernel, model, rows, ratios, bandwidth, skipped }) {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.caches.join(', ')}, ${machine.system}`,
    `Node ${node}, kernels: ${kernel ?? 'unknown'}, load average ${machine.load_average.join(' ')}`,
    `${model.path}: ${(model.weight_bytes_per_token / 1e6).toFixed(1)} MB of weights a token`,
    '',
    ...table(
      ['engine', 'threads', 'metric', 'median', 'min', 'max', 'unit'],
      [...rows, ...bandwidth.rows.map((row) => ({ ...row, engine: `read loop`, metric: row.metric }))].map((row) => [
        ...[row.engine, row.threads, row.metric, row.median, row.min, row.max, row.unit],
      ]),
    ),
  ];
  const compared = [
    ...ratios.map(({ metric, engine, peer, threads, ratio }) => [`${engine} / ${peer}`, threads, metric, ratio]),
    ...bandwidth.shares.map(({ engine, threads, share }) => [`${engine} / fastest read loop`, threads, 'bytes', share]),
  ];
  if (compared.length > 0) {
    const cells = compared.map(([pair, threads, metric, { median, min, max }]) => [
      pair,
      threads,
      metric,
      median,
      min,
      max,
    ]);
    lines.push('', ...table(['ratio, round by round', 'threads', 'metric', 'median', 'min', 'max'], cells));
  }
  for (const { engine, threads, reason } of skipped) lines.push('', `${engine} (${threads}) is missing: ${reason}`);
  return `${lines.join('\n')}\n`;
}

/** Columns as wide as what stands in them. */
function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
