// `npm run eval:seedling -- [--model FILE] [--no-trainer] [--json]`: the held-out tenth of the command sets and the lines
// written by hand, per set, by the model and by the rule parser; confidence; whether the model card's figures are
// reproduced, and whether trainer and runtime agree. Exit code 1 where a figure of the card is not reproduced, where they
// do not agree, and where there is nothing to measure on.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { TokonomaError } from '../../build/src/errors.js';
import { macroOf, reportOf } from '../../build/src/eval/report.js';
import { baselineOf } from './baseline.mjs';
import { compareConfidence, compareFile, compareTables, readCard } from './card.mjs';
import { evaluateFiles, percent, table } from './model.mjs';
import { python, ROOT, run, withPart } from './parts.mjs';
import { compareScores, LINES } from './scores.mjs';

const MODEL = join(ROOT, 'src/seedling/seedling.gguf');
const SCORES = join(ROOT, 'src/seedling/seedling.scores.json');
const CARD = join(ROOT, 'src/seedling/MODEL_CARD.md');
/** Lines written by hand, kept out of training. */
const HAND = join(ROOT, 'scripts/train/tests');
const AGREE_ON = 2000;
const AGREE = 0.995;

await run(async () => {
  const options = { model: { type: 'string' }, json: { type: 'boolean' }, 'no-trainer': { type: 'boolean' } };
  const { values } = parseArgs({ options });
  const model = values.model ?? MODEL;
  const held = await withPart('heldout', (files) => evaluateFiles(files, model));
  if (held === undefined) {
    const message =
      '../shared/data/commands is not here: nothing was measured, and no figure of the card is reproduced';
    throw new TokonomaError('bad-usage', message);
  }
  const hand = await evaluateFiles(handFiles(), model);
  const rules = held.runs.map(({ name, lines }) => ({ name, judged: baselineOf(lines).judged }));
  const baseline = rules.map(({ name, judged }) => ({ name, ...reportOf(judged) }));
  const baselineAll = reportOf(rules.flatMap(({ judged }) => judged));
  const card = values.model === undefined ? compareCard(held, hand) : null;
  const trainer = values['no-trainer'] ? 'left out (--no-trainer)' : await agreement(held.runs, model);
  const report = {
    model: held.name,
    ...held.all,
    macro: held.macro,
    sets: held.sets,
    baseline: { ...baselineAll, macro: macroOf(baseline), sets: baseline },
    hand: hand.sets.map((set, i) => ({ ...set, rules: reportOf(baselineOf(hand.runs[i].lines).judged) })),
    margin: { macro: round4(held.macro.strict - macroOf(baseline).strict) },
    card,
    trainer,
  };
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : text(report));
  return (card?.reproduced ?? true) && (trainer.agree ?? true) ? 0 : 1;
});

function handFiles() {
  const names = readdirSync(HAND).filter((name) => name.endsWith('.jsonl'));
  return names.sort().map((name) => ({ name: name.slice(0, -'.jsonl'.length), file: join(HAND, name) }));
}

/** The card against its file, the scores beside it, and what was measured now. */
function compareCard(held, hand) {
  const card = readCard(readFileSync(CARD, 'utf8'));
  const { scores } = JSON.parse(readFileSync(SCORES, 'utf8'));
  const bytes = readFileSync(MODEL);
  const file = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  const differences = [
    ...compareFile(card, file),
    ...compareTables(card, scores),
    ...compareScores(scores, held, hand.sets).differences,
    ...compareConfidence(card, held.all, LINES),
  ];
  const unread = ['threshold', 'ece'].filter((key) => card[key] === undefined);
  return { reproduced: differences.length === 0, differences, unread };
}

/** Exact answers of the trainer's code and of the runtime, over the held-out lines and as many of the validation lines. */
async function agreement(runs, model) {
  const interpreter = [process.env.PYTHON, '/usr/bin/python3', 'python3'].find(
    (name) => name !== undefined && spawnSync(name, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
  if (interpreter === undefined) return 'left out: no Python with torch is here';
  const more = await withPart('validation', (files) => evaluateFiles(files, model));
  const all = [...runs, ...more.runs].flatMap(({ lines, plans }) => lines.map((line, i) => ({ line, plan: plans[i] })));
  const asked = all.slice(0, AGREE_ON);
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-trainer-'));
  try {
    const file = join(folder, 'lines.jsonl');
    writeFileSync(file, asked.map(({ line }) => `${JSON.stringify(line)}\n`).join(''));
    python([join(ROOT, 'scripts/train/measure.py'), model, '--out', folder, file], interpreter);
    const predicted = readFileSync(join(folder, 'lines.predicted.jsonl'), 'utf8').trimEnd().split('\n');
    const differing = asked.filter(({ plan }, i) => !isDeepStrictEqual(plan, JSON.parse(predicted[i])));
    const same = 1 - differing.length / asked.length;
    return {
      n: asked.length,
      same: round4(same),
      agree: same >= AGREE,
      differing: differing.map(({ line }) => line.text),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function text({
  model,
  none,
  confidence,
  at_threshold: at,
  macro,
  sets,
  baseline,
  hand,
  margin,
  card,
  trainer,
  ...all
}) {
  const points = (difference) => `${difference < 0 ? '' : '+'}${(100 * difference).toFixed(1)}`;
  const row = (name, n, a, b, sure) => [
    ...[
      name,
      n,
      percent(a.action),
      percent(a.strict),
      percent(b.action),
      percent(b.strict),
      points(a.strict - b.strict),
    ],
    ...[sure?.ece.toFixed(4) ?? '-', sure?.aurc.toFixed(4) ?? '-'],
  ];
  const rows = sets.map((set, i) => row(set.name, set.n, set, baseline.sets[i], set.confidence));
  rows.push(row('all lines (micro)', all.n, all, baseline, confidence));
  rows.push(row('all sets (macro)', '', macro, baseline.macro));
  rows.push(...hand.map((set) => row(`by hand: ${set.name}`, set.n, set, set.rules, set.confidence)));
  const head = ['', 'lines', 'action', 'strict', 'rules: action', 'strict', 'margin', 'ece', 'aurc'];
  const lines = [model, table(head, rows), ''];
  lines.push(`margin over the rules, macro strict: ${points(margin.macro)} points`);
  lines.push(
    `out of scope: ${percent(none.acted)} of ${none.out_of_scope} lines led to an action ` +
      `(rules ${percent(baseline.none.acted)}); ${percent(none.dropped)} of ${none.commands} commands were dropped ` +
      `(rules ${percent(baseline.none.dropped)})`,
  );
  if (confidence !== null) {
    lines.push(`risk at coverage${confidence.calibrated ? '' : ' (confidence is not calibrated)'}:`);
    const told = confidence.curve.filter((_, i) => (i + 1) % 4 === 0);
    lines.push(`  ${told.map(({ coverage, risk }) => `${percent(coverage)}: ${percent(risk)}`).join('   ')}`);
  }
  if (at !== null) {
    lines.push(
      `at the threshold of ${at.threshold}: ${percent(at.asked)} asked about, ${percent(at.acted)} acted on, ` +
        `${percent(at.wrong)} wrongly; ${percent(at.out_of_scope_acted)} of what is out of scope acted on`,
    );
  }
  if (card !== null) {
    lines.push(card.reproduced ? 'the model card is reproduced' : 'the model card is NOT reproduced:');
    lines.push(...card.differences.map((difference) => `  ${difference}`));
    if (card.unread.length > 0) lines.push(`  not found in the card, so not compared: ${card.unread.join(', ')}`);
  }
  lines.push(
    typeof trainer === 'string'
      ? `trainer and runtime: ${trainer}`
      : `trainer and runtime: the same plan for ${percent(trainer.same)} of ${trainer.n} commands` +
          (trainer.agree ? '' : `, which is less than ${percent(AGREE)}`),
  );
  return `${lines.join('\n')}\n`;
}

function round4(value) {
  return Number(value.toFixed(4));
}
