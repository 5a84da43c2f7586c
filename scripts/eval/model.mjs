// A model on files of commands, in this process: what the scripts of this folder share.
import { readFileSync } from 'node:fs';
import { sensorNamed } from '../../build/src/agent/sensors/naming.js';
import { Interpreter } from '../../build/src/agent/reading/interpreter.js';
import { systemClock } from '../../build/src/clock.js';
import { loadConfig, simulateThings } from '../../build/src/config/load.js';
import { EvalHome } from '../../build/src/eval/home.js';
import { parseEvalLines } from '../../build/src/eval/lines.js';
import { macroOf, reportOf } from '../../build/src/eval/report.js';
import { runEval } from '../../build/src/eval/run.js';
import { openEngine } from '../../build/src/model/engine.js';
import { ChatTemplate } from '../../build/src/tokenizer/template.js';

/**
 * @param {{ name: string, file: string, config?: string }[]} files a home's configuration where its things are declared
 * @param {string | undefined} model default: the seedling
 */
export async function evaluateFiles(files, model) {
  const engine = await openEngine(model === undefined ? {} : { model });
  try {
    const { confidence, name } = engine.info;
    const options = { calibrated: confidence !== undefined, threshold: confidence?.threshold };
    const interpreter = new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate));
    const runs = [];
    for (const { name, file, config } of files) {
      const lines = parseEvalLines(readFileSync(file, 'utf8'), file);
      const plans = [];
      const home = config === undefined ? undefined : homeOf(config);
      const onPlan = (plan) => plans.push(plan);
      const { judged } = await runEval(lines, { interpreter, clock: systemClock, home, onPlan });
      runs.push({ name, lines, plans, judged });
    }
    const sets = runs.map((run) => ({ name: run.name, ...reportOf(run.judged, options) }));
    const all = reportOf(
      runs.flatMap((run) => run.judged),
      options,
    );
    return { name, runs, sets, all, macro: macroOf(sets) };
  } finally {
    await engine.close();
  }
}

function homeOf(path) {
  const config = loadConfig(path);
  const things = simulateThings(config, { clock: systemClock, instant: true });
  return new EvalHome(
    things,
    config.sensors.map((sensor) => sensorNamed(sensor)),
  );
}

export const percent = (share) => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);

/** Text in columns, the first to the left. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return cells.map((row) => line(row).trimEnd()).join('\n');
}
