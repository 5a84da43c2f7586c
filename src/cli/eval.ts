/** `tokonoma eval`: how well the model reads a file of commands. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Interpreter } from '../agent/interpreter.ts';
import { systemClock } from '../clock.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import { parseEvalLines, type EvalLine } from '../eval/lines.ts';
import { runEval, type EvalResult } from '../eval/run.ts';
import type { EngineOptions } from '../model/engine.ts';
import type { Engine } from '../model/types.ts';
import { ChatTemplate } from '../tokenizer/template.ts';
import { openModel } from './engine.ts';
import { ENGINE_HELP, ENGINE_OPTIONS, engineSettings, parse } from './options.ts';

export const EVAL_USAGE = `tokonoma eval FILE.jsonl [--json] [--predictions OUT.jsonl] [options]

Reads commands, one JSON object {"text", "expected"?} a line, and says how many plans are valid, name the expected
actions, and agree in every argument (strict). No declared devices: texts are spans of the command.

  --json              one JSON value {n, valid, action, strict, p50_ms, p95_ms} on stdout
  --predictions FILE  writes the predicted [{"action", "args"}] of each line, in the same order
${ENGINE_HELP}  --help              this text
`;

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
  open: (options) => openModel(options),
};

/**
 * Returns the exit code.
 * @throws TokonomaError `bad-usage`, `eval-unreadable`, `eval-bad-line`, `eval-unwritable`, and what opening the engine throws
 */
export async function evalCommand(
  argv: readonly string[],
  environment: Partial<EvalEnvironment> = {},
): Promise<number> {
  const { out, err, open } = { ...ENVIRONMENT, ...environment };
  const options = parseOptions(argv);
  if (options === 'help') {
    out.write(EVAL_USAGE);
    return 0;
  }
  const lines = readLines(options.file);
  const predictions = options.predictions === undefined ? undefined : openPredictions(options.predictions);
  try {
    const engine = await open(options.engine);
    try {
      const result = await evaluate(engine, lines, err, predictions);
      out.write(options.json ? `${JSON.stringify(published(result))}\n` : summary(result, engine, lines.length));
    } finally {
      await engine.close();
    }
  } finally {
    if (predictions !== undefined) closeSync(predictions);
  }
  return 0;
}

interface Options {
  readonly file: string;
  readonly json: boolean;
  readonly predictions: string | undefined;
  readonly engine: EngineOptions;
}

function parseOptions(argv: readonly string[]): Options | 'help' {
  const table = { json: { type: 'boolean' }, predictions: { type: 'string' }, ...ENGINE_OPTIONS } as const;
  const { values, positionals } = parse(argv, table, EVAL_USAGE);
  if (values.help === true) return 'help';
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    throw new TokonomaError('bad-usage', `eval takes one file, not ${positionals.length}\n\n${EVAL_USAGE}`);
  }
  return { file, json: values.json === true, predictions: values.predictions, engine: engineSettings(values) };
}

function readLines(file: string): EvalLine[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new TokonomaError('eval-unreadable', `cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  return parseEvalLines(content, file);
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
  lines: readonly EvalLine[],
  err: Sink,
  predictions: number | undefined,
): Promise<EvalResult> {
  let shown = -Infinity;
  const progress = (done: number): void => {
    if (err.isTTY !== true || systemClock.monotonic() - shown < PROGRESS_MS) return;
    shown = systemClock.monotonic();
    err.write(`\r${done}/${lines.length}`);
  };
  const result = await runEval(lines, {
    interpreter: new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate)),
    clock: systemClock,
    onPlan: (plan, index) => {
      if (predictions !== undefined) writeSync(predictions, `${JSON.stringify(plan)}\n`);
      progress(index + 1);
    },
    onUnread: (index, reason) => err.write(`line ${index + 1}: predicted none, for ${reason}\n`),
  });
  if (shown > -Infinity) err.write('\r\x1b[K');
  return result;
}

/** The fields of the interface, in its order. */
function published({ n, valid, action, strict, p50_ms, p95_ms }: EvalResult): object {
  return { n, valid, action, strict, p50_ms, p95_ms };
}

function summary(result: EvalResult, engine: Engine, lines: number): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const ms = (value: number | null): string => (value === null ? '-' : `${value} ms`);
  return [
    `${engine.info.name}: ${lines} commands, ${result.n} with an expected plan`,
    `valid    ${percent(result.valid)}`,
    `action   ${percent(result.action)}`,
    `strict   ${percent(result.strict)}`,
    `lenient  ${percent(result.lenient)}`,
    `p50      ${ms(result.p50_ms)}`,
    `p95      ${ms(result.p95_ms)}`,
    '',
  ].join('\n');
}
