// `npm run fuzz -- gguf [--count 100000] [--seed 1] [--case N [--keep FILE]]`
//
// Damaged GGUF headers through everything that reads them. One JSON value on stdout; exit code 1 when an error was
// untyped, a case took over a second of CPU time, asked for more than 64 MB, or never came back. `--case` does one case
// alone, to look at it.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fuzzGguf } from '../build/test/support/gguf-fuzz.js';

/** A case that takes so long by the clock on the wall will not come back, however busy the machine is. */
const HANG_MS = 30_000;
const LOOK_MS = 2000;

if (isMainThread) main();
else work();

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      case: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const [from, count, seed] = [values.case ?? '0', values.case ? '1' : values.count, values.seed].map(Number);
  if (positionals.join() !== 'gguf' || ![from, count, seed].every(Number.isSafeInteger)) {
    console.error('usage: npm run fuzz -- gguf [--count 100000] [--seed 1] [--case N [--keep FILE]]');
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-fuzz-'));
  const current = new Int32Array(new SharedArrayBuffer(4)).fill(from);
  const worker = new Worker(new URL(import.meta.url), { workerData: { folder, from, count, seed, current } });

  let last = { number: from, since: performance.now() };
  const watch = setInterval(() => {
    const number = Atomics.load(current, 0);
    if (number !== last.number) {
      last = { number, since: performance.now() };
      console.error(`${number - from} of ${count}`);
    } else if (performance.now() - last.since > HANG_MS) {
      finish({ target: 'gguf', seed, cases: number - from, findings: [{ case: number, kind: 'hang' }] });
    }
  }, LOOK_MS);
  worker.on('message', finish);
  worker.on('error', (error) => {
    const findings = [{ case: Atomics.load(current, 0), kind: 'crash', detail: String(error.stack ?? error) }];
    finish({ target: 'gguf', seed, cases: findings[0].case - from, findings });
  });

  function finish(report) {
    clearInterval(watch);
    if (values.keep) copyFileSync(join(folder, 'case.gguf'), values.keep);
    void worker.terminate();
    rmSync(folder, { recursive: true, force: true });
    for (const finding of report.findings.slice(0, 20)) console.error(finding);
    console.log(JSON.stringify(report));
    process.exitCode = report.findings.length > 0 ? 1 : 0;
  }
}

function work() {
  const { current, ...options } = workerData;
  const report = fuzzGguf({ ...options, keep: true, onCase: (number) => Atomics.store(current, 0, number) });
  parentPort.postMessage(report);
}
