/** `tokonoma eval`: how well the model reads files of commands. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Interpreter } from '../agent/reading/interpreter.ts';
import { sensorNamed } from '../agent/sensors/naming.ts';
import { systemClock } from '../clock.ts';
import { simulateThings } from '../config/load.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import { EvalHome } from '../eval/home.ts';
import { parseEvalLines, type EvalLine } from '../eval/lines.ts';
import { macroOf, reportOf, type ReportOptions } from '../eval/report.ts';
import { percentile, runEval, type EvalRun } from '../eval/run.ts';
import { evalText, type EvalReport, type FileReport } from '../eval/text.ts';
import type { EngineOptions } from '../model/engine.ts';
import type { Engine } from '../model/types.ts';
import { ChatTemplate } from '../tokenizer/template.ts';
import { openShown } from './waiting.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import { ENGINE_OPTIONS, HUB_ENVIRONMENT, configOf, engineSettings } from './options.ts';

const SPEC = {
  name: 'eval',
  synopsis: ['eval FILE.jsonl… [OPTION…]'],
  description: [
    'Reads commands, one JSON object {"text", "expected"?} a line, and says how many plans are valid, name the expected ' +
      'actions, and agree in every argument (strict); how well confidence tells right from wrong; and what happens at ' +
      "the model's threshold. No declared devices: texts are spans of the command. Of several files also the row of " +
      'each, and macro, the mean over files. docs/evaluation.md says what each figure means.',
  ],
  operands: { files: true },
  options: {
    json: { type: 'boolean', help: 'one JSON value {n, valid, action, strict, p50_ms, p95_ms, …} on stdout' },
    predictions: {
      type: 'string',
      value: 'FILE',
      help: 'writes the predicted [{"action", "args"}] of each line, in the same order',
      offers: { files: true },
    },
    config: {
      type: 'string',
      value: 'HOME.yaml',
      help:
        'the things of this home are declared; lines may then say {"text", "acts"} (what the things must be told: ' +
        '[{"device", "action", "args"}]) or {"text", "outcome", "candidates"?}',
      offers: { files: true },
    },
    ...ENGINE_OPTIONS,
  },
  environment: HUB_ENVIRONMENT,
  examples: {
    'tokonoma eval test.jsonl --model bonsai-1.7b': 'the figures of a model',
    'tokonoma eval home.jsonl --config tokonoma.yaml --json': 'commands about the things of a home, for a script',
  },
} as const satisfies CommandSpec;

export const EVAL: Command = { spec: SPEC, run: (argv) => evalCommand(argv) };

interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What a test replaces. */
export interface EvalEnvironment {
  readonly out: Sink;
  readonly err: Sink;
  readonly open: (options: EngineOptions) => Promise<Engine>;
}

const ENVIRONMENT: EvalEnvironment = {
  out: process.stdout,
  err: process.stderr,
  open: (options) => openShown(options, { err: process.stderr }),
};

/**
 * Returns the exit code.
 * @throws TokonomaError `bad-usage`, `eval-unreadable`, `eval-bad-line`, `eval-unwritable`, and what opening the engine
 * or loading the configuration throws
 */
export async function evalCommand(
  argv: readonly string[],
  environment: Partial<EvalEnvironment> = {},
): Promise<number> {
  const { out, err, open } = { ...ENVIRONMENT, ...environment };
  const options = parseOptions(argv);
  const home = options.config === undefined ? undefined : homeOf(options.config);
  const files = options.files.map((file) => ({ file, lines: readLines(file, home !== undefined) }));
  const predictions = options.predictions === undefined ? undefined : openPredictions(options.predictions);
  try {
    const engine = await open(options.engine);
    try {
      const report = await evaluate(engine, files, home, err, predictions);
      out.write(options.json ? `${JSON.stringify(report)}\n` : evalText(report, engine.info.name));
    } finally {
      await engine.close();
    }
  } finally {
    if (predictions !== undefined) closeSync(predictions);
  }
  return 0;
}

interface Options {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly predictions: string | undefined;
  readonly config: string | undefined;
  readonly engine: EngineOptions;
}

function parseOptions(argv: readonly string[]): Options {
  const { values, positionals } = parse(argv, SPEC);
  if (positionals.length === 0) {
    throw misused(SPEC, 'eval takes one or more files, and there is none');
  }
  return {
    files: positionals,
    json: values.json === true,
    predictions: values.predictions,
    config: values.config,
    engine: engineSettings(values),
  };
}

function homeOf(path: string): EvalHome {
  const config = configOf(path);
  return new EvalHome(
    simulateThings(config, { clock: systemClock, instant: true }),
    config.sensors.map((sensor) => sensorNamed(sensor)),
  );
}

function readLines(file: string, hasHome: boolean): EvalLine[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new TokonomaError('eval-unreadable', `cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  const lines = parseEvalLines(content, file);
  const about = lines.findIndex((line) => line.acts !== undefined || line.outcome !== undefined);
  if (about >= 0 && !hasHome) {
    const message = `${file}, line ${about + 1} is about declared things; name their home with --config HOME.yaml`;
    throw new TokonomaError('bad-usage', message);
  }
  return lines;
}

function openPredictions(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new TokonomaError('eval-unwritable', `cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Between two marks of progress, milliseconds. */
const PROGRESS_MS = 200;

async function evaluate(
  engine: Engine,
  files: readonly { readonly file: string; readonly lines: readonly EvalLine[] }[],
  home: EvalHome | undefined,
  err: Sink,
  predictions: number | undefined,
): Promise<EvalReport> {
  const interpreter = new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate));
  const total = files.reduce((sum, { lines }) => sum + lines.length, 0);
  let done = 0;
  let shown = -Infinity;
  const progress = (): void => {
    done++;
    if (err.isTTY !== true || systemClock.monotonic() - shown < PROGRESS_MS) return;
    shown = systemClock.monotonic();
    err.write(`\r${done}/${total}`);
  };
  const runs: EvalRun[] = [];
  for (const { file, lines } of files) {
    const where = files.length > 1 ? `${file}, line` : 'line';
    runs.push(
      await runEval(lines, {
        interpreter,
        clock: systemClock,
        home,
        onPlan: (plan) => {
          if (predictions !== undefined) writeSync(predictions, `${JSON.stringify(plan)}\n`);
          progress();
        },
        onUnread: (index, reason) => err.write(`${where} ${index + 1}: predicted none, for ${reason}\n`),
      }),
    );
  }
  if (shown > -Infinity) err.write('\r\x1b[K');
  const { confidence } = engine.info;
  const options: ReportOptions = { calibrated: confidence !== undefined, threshold: confidence?.threshold };
  const all = fileReport(
    {
      judged: runs.flatMap((run) => run.judged),
      durations: Float64Array.from(runs.flatMap((run) => [...run.durations])),
    },
    options,
  );
  if (files.length === 1) return all;
  const sets = files.map(({ file }, i) => ({ file, ...fileReport(runs[i]!, options) }));
  return { ...all, macro: macroOf(sets), sets };
}

/** The fields that scripts knew first, in their order, then the others. */
function fileReport({ judged, durations }: EvalRun, options: ReportOptions): FileReport {
  const { n, valid, action, strict, ...more } = reportOf(judged, options);
  const p50_ms = percentile(durations, 0.5);
  return { n, valid, action, strict, p50_ms, p95_ms: percentile(durations, 0.95), lines: durations.length, ...more };
}
