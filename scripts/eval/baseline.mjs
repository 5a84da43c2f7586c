// `npm run eval:baseline -- FILE.jsonl… [--json] [--predictions OUT.jsonl]`: the rule parser, scored as the model is.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TokonomaError } from '../../build/src/errors.js';
import { parseEvalLines } from '../../build/src/eval/lines.js';
import { macroOf, reportOf } from '../../build/src/eval/report.js';
import { judgeLine } from '../../build/src/eval/run.js';
import { evalText } from '../../build/src/eval/text.js';
import { parse } from '../train/baseline/parser.mjs';

const USAGE = 'usage: npm run eval:baseline -- FILE.jsonl… [--json] [--predictions OUT.jsonl]';
const NO_TIMES = { p50_ms: null, p95_ms: null };

/** Report of one file's lines, and the plans. */
export function baselineOf(lines) {
  const plans = lines.map((line) => parse(line.text));
  const judged = lines.flatMap((line, i) => judgeLine(line, { plan: plans[i] }) ?? []);
  return { plans, judged };
}

function main() {
  const options = { json: { type: 'boolean' }, predictions: { type: 'string' } };
  const { values, positionals: files } = parseArgs({ options, allowPositionals: true });
  if (files.length === 0) throw new TokonomaError('bad-usage', USAGE);
  const runs = files.map((file) => {
    const lines = parseEvalLines(readFileSync(file, 'utf8'), file);
    return { file, lines: lines.length, ...baselineOf(lines) };
  });
  const all = reportOf(runs.flatMap((run) => run.judged));
  const sets = runs.map(({ file, lines, judged }) => ({ file, ...reportOf(judged), ...NO_TIMES, lines }));
  const report = {
    ...all,
    ...NO_TIMES,
    lines: sets.reduce((sum, set) => sum + set.lines, 0),
    ...(files.length > 1 && { macro: macroOf(sets), sets }),
  };
  if (values.predictions !== undefined) {
    const plans = runs.flatMap((run) => run.plans);
    writeFileSync(values.predictions, plans.map((plan) => `${JSON.stringify(plan)}\n`).join(''));
  }
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : evalText(report, 'rules'));
}

if (process.argv[1] === import.meta.filename) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof TokonomaError) && error?.code !== 'ENOENT' && !(error instanceof TypeError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
