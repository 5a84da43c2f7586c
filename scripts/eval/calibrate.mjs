// `npm run calibrate -- MODEL.gguf [FILE.jsonl…] [--signal S] [--dry-run] [--json]`: measures how sure the model is of plans
// it was not trained to write, fits confidence and threshold, and writes them into the file (tokonoma.confidence.*).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Interpreter } from '../../build/src/agent/reading/interpreter.js';
import { systemClock } from '../../build/src/clock.js';
import { TokonomaError } from '../../build/src/errors.js';
import { fitCalibration } from '../../build/src/eval/fit.js';
import { parseEvalLines } from '../../build/src/eval/lines.js';
import { runEval } from '../../build/src/eval/run.js';
import { isSayable } from '../../build/src/eval/sayable.js';
import { patchMetadata } from '../../build/src/gguf/patch.js';
import { CONFIDENCE_KEYS, SIGNALS } from '../../build/src/model/confidence.js';
import { openEngine } from '../../build/src/model/engine.js';
import { ChatTemplate } from '../../build/src/tokenizer/template.js';
import { run, withPart } from './parts.mjs';

const USAGE = `usage: npm run calibrate -- MODEL.gguf [FILE.jsonl…] [--signal ${SIGNALS.join('|')}] [--dry-run] [--json]

Files are lines {"text", "expected"} that the model was not trained on, a file per set; each counts the same. Without any,
the validation twentieth of ../shared/data/commands (scripts/train/split.py). Lines whose label no words of the command
can say are left out. The same model and lines give the same file.`;

await run(async () => {
  const options = { signal: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [model, ...files] = positionals;
  if (model === undefined || (values.signal !== undefined && !SIGNALS.includes(values.signal))) {
    throw new TokonomaError('bad-usage', USAGE);
  }
  const calibrated = (named) => calibrate(model, named, values);
  const report =
    files.length > 0
      ? await calibrated(files.map((file) => ({ name: basename(file, '.jsonl'), file })))
      : await withPart('validation', calibrated);
  if (report === undefined) throw new TokonomaError('bad-usage', `../shared/data/commands is not here\n\n${USAGE}`);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : text(report));
});

async function calibrate(model, files, { signal, 'dry-run': dry = false }) {
  const engine = await openEngine({ model });
  let sets;
  try {
    sets = [];
    for (const { name, file } of files) sets.push({ name, samples: await samplesOf(engine, file) });
  } finally {
    await engine.close();
  }
  const samples = sets.map((set) => set.samples).filter((set) => set.length > 0);
  if (samples.length === 0) throw new TokonomaError('bad-usage', 'no line of the files says what is expected');
  const fit = fitCalibration(samples, { signal });
  if (!dry) {
    const { calibration } = fit;
    patchMetadata(model, Object.fromEntries(Object.entries(CONFIDENCE_KEYS).map(([k, key]) => [key, calibration[k]])));
  }
  const sha256 = createHash('sha256').update(readFileSync(model)).digest('hex');
  const lines = sets.map(({ name, samples }) => ({
    name,
    n: samples.length,
    wrong: samples.filter((sample) => !sample.right).length,
  }));
  return { model, written: !dry, sha256, ...fit, sets: lines };
}

/** What the model's choices were for each line, and whether they were right. */
async function samplesOf(engine, file) {
  // Where no words of the command can say the label, being wrong says nothing about the model.
  const lines = parseEvalLines(readFileSync(file, 'utf8'), file).filter(
    ({ text, expected }) => expected !== undefined && isSayable(text, expected),
  );
  const choices = [];
  const watched = {
    info: engine.info,
    generate: async (...request) => {
      const result = await engine.generate(...request);
      choices.push(result.choices ?? []);
      return result;
    },
  };
  const unread = new Set();
  const { judged } = await runEval(lines, {
    interpreter: new Interpreter(watched, new ChatTemplate(engine.info.chatTemplate)),
    clock: systemClock,
    onUnread: (index) => {
      unread.add(index);
      choices.length = Math.min(choices.length, index);
      choices.push([]);
    },
  });
  return judged.flatMap(({ verdict, acts, mustBeSure, isCommand }, i) =>
    unread.has(i) ? [] : [{ choices: choices[i], right: verdict.strict, acts, mustBeSure, isCommand }],
  );
}

function text({ model, written, sha256, calibration, signals, sets, asked, wrong, out_of_scope_acted }) {
  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  const { signal, slope, offset, threshold } = calibration;
  return [
    ...sets.map(({ name, n, wrong }) => `${name}: ${n} lines, ${wrong} wrong`),
    'signal   aurc     ece (five folds)  ece without the curve',
    ...signals.map(
      (s) => `${s.signal.padEnd(8)} ${s.aurc.toFixed(4)}   ${s.ece.toFixed(4)}            ${s.raw_ece.toFixed(4)}`,
    ),
    `${signal}: slope ${slope.toFixed(4)}, offset ${offset.toFixed(4)}, threshold ${threshold.toFixed(4)}`,
    `at the threshold: ${percent(asked)} asked about, ${percent(wrong)} done wrongly, ` +
      `${percent(out_of_scope_acted)} of what is out of scope acted on`,
    `${model}${written ? '' : ' (unchanged)'}: sha256 ${sha256}`,
    '',
  ].join('\n');
}
