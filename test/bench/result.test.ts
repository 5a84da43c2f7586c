import t from 'tap';
import { benchModule } from './script.ts';

interface Row {
  engine: string;
  threads: number;
  metric: string;
  runs: number[];
}

interface Result {
  machine: { warnings: string[] };
  node: string;
  kernel: string;
  rows: Row[];
  ratios: { metric: string; engine: string; peer: string; threads: number; ratio: { median: number } }[];
  bandwidth: { rows: Row[]; shares: { engine: string; threads: number; share: { median: number } }[] };
}

const { result } = await benchModule<{ result: (measured: object) => Result }>('result.mjs');
const { report } = await benchModule<{ report: (result: Result) => string }>('report.mjs');

/** Rounds of one engine, as run.mjs records them. */
function turns(engine: string, own: boolean, threads: number, rounds: readonly Record<string, number>[]) {
  return rounds.map((values, i) => ({ engine, own, threads, round: i + 1, values }));
}

function resultOf(metrics: object, runs: object[], loops: object[] = []) {
  return result({
    machine: { cpu: 'a processor', cores: 2, caches: ['L2 1M'], system: 'an OS', load_average: [0, 0, 0] },
    model: { path: 'm.gguf', weightBytes: 250e6, vocabSize: 10 },
    metrics,
    record: { runs, loops, info: { node: 'v24.0.0', kernel: 'relaxed' }, skipped: [] },
    doubts: ['somebody else was at work'],
  });
}

const DECODE = {
  decode: { unit: 'tokens/s', compare: 'speed' },
  decode_cpu: { unit: 'cpu-s/token', compare: 'cost' },
};

t.test('rows, ratios of each pair, shares of the bandwidth', (t) => {
  const runs = [
    ...turns('tokonoma', true, 1, [{ decode: 40, decode_cpu: 0.025 }, { decode: 20 }, { decode: 44 }]),
    ...turns('tokonoma-node20', true, 1, [{ decode: 36 }, { decode: 18 }, { decode: 33 }]),
    ...turns('native', false, 1, [{ decode: 10, decode_cpu: 0.1 }, { decode: 5 }, { decode: 10 }]),
    ...turns('tokonoma', true, 2, [{ decode: 80 }, { decode: 80 }, { decode: 80 }]),
  ];
  const loops = [
    ...turns('wasm', true, 1, [{ wasm: 20 }, { wasm: 20 }, { wasm: 20 }]),
    ...turns('c', true, 1, [{ c: 10 }, { c: 10 }, { c: 22 }]),
    ...turns('wasm', true, 2, [{ wasm: 40 }, { wasm: 40 }, { wasm: 40 }]),
  ];
  const made = resultOf(DECODE, runs, loops);
  t.match(made, { node: 'v24.0.0', kernel: 'relaxed', machine: { warnings: ['somebody else was at work'] } });
  const row = (engine: string, threads: number, metric = 'decode') =>
    made.rows.find((row) => row.engine === engine && row.threads === threads && row.metric === metric);
  t.same(row('tokonoma', 1), {
    ...{ engine: 'tokonoma', threads: 1, metric: 'decode', unit: 'tokens/s' },
    ...{ median: 40, min: 20, max: 44, runs: [40, 20, 44] },
  });
  t.equal(row('tokonoma-node20', 1, 'decode_cpu'), undefined, 'no row of what was not measured');

  const ratioOf = (engine: string, peer: string, metric = 'decode') =>
    made.ratios.filter((entry) => entry.engine === engine && entry.peer === peer && entry.metric === metric);
  t.match(ratioOf('tokonoma', 'native'), [{ threads: 1, ratio: { median: 4, min: 4, max: 4.4 } }]);
  t.match(ratioOf('tokonoma-node20', 'native'), [{ ratio: { median: 3.6 } }]);
  t.match(ratioOf('tokonoma-node20', 'tokonoma'), [{ ratio: { median: 0.9, min: 0.75 } }]);
  t.match(ratioOf('tokonoma', 'native', 'decode_cpu'), [{ ratio: { median: 0.25 } }], 'a cost as it stands');
  t.equal(ratioOf('native', 'tokonoma').length, 0);
  t.ok(made.ratios.every(({ engine, peer }) => engine !== peer));

  // 250 MB a token; the faster loop of each round: 20, 20 and 22 GB/s.
  t.match(made.bandwidth.shares, [
    { engine: 'tokonoma', threads: 1, share: { median: 0.5, min: 0.25, max: 0.5 } },
    { engine: 'tokonoma-node20', threads: 1 },
    { engine: 'tokonoma', threads: 2, share: { median: 0.5 } },
  ]);
  t.same(
    made.bandwidth.rows.map(({ metric, threads }) => [metric, threads]),
    [
      ['wasm', 1],
      ['c', 1],
      ['wasm', 2],
    ],
  );
  t.match(report(made), /tokonoma \/ native +1 +decode +4 +4 +4\.4/);
  t.end();
});

t.test('of times, above 1 is faster too', (t) => {
  const made = resultOf({ load: { unit: 'ms', compare: 'time' } }, [
    ...turns('tokonoma', true, 1, [{ load: 500 }]),
    ...turns('native', false, 1, [{ load: 2000 }]),
  ]);
  t.match(made.ratios, [{ metric: 'load', peer: 'native', ratio: { median: 4 } }]);
  t.same(made.bandwidth.shares, [], 'nothing to compare with the bandwidth');
  t.end();
});
