/** `tokonoma eval`: how well the model reads a file of commands. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Interpreter } from '../agent/interpreter.ts';
import { systemClock } from '../clock.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import { parseEvalLines, type EvalLine } from '../eval/lines.ts';
import { runEval, type EvalResult } from '../eval/run.ts';
import { openEngine, type EngineOptions } from '../model/engine.ts';
import type { Engine } from '../model/types.ts';
import { ChatTemplate } from '../tokenizer/template.ts';

export const EVAL_USAGE = `tokonoma eval FILE.jsonl [--json] [--predictions OUT.jsonl] [--model FILE|NAME]

Reads commands, one JSON object {"text", "expected"?} a line, and says how many plans are valid, name the expected
actions, and agree in every argument (strict). No declared devices: texts are spans of the command.

  --json              one JSON value {n, valid, action, strict, p50_ms, p95_ms} on stdout
  --predictions FILE  writes the predicted [{"action", "args"}] of each line, in the same order
  --model FILE|NAME   GGUF file or packaged model (default: seedling)
  --memory SIZE       memory the model may take, e.g. 400M
  --context N         positions of the context
  --threads N         threads of the kernels
  --help              this text
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

const ENVIRONMENT: EvalEnvironment = { out: process.stdout, err: process.stderr, open: openEngine };

/**
 * Returns the exit code.
 * @throws TokonomaError `bad-usage`, `eval-unreadable`, `eval-bad-line`, `eval-unwritable`, and what opening the engine throws
 */
export async function evalCommand(
  argv: readonly string[],
  environment: Partial<EvalEnvironment> = {},
): Promise<number> {
  const { out, err, open } = { ...ENVIRONMENT, ...environment };
  const options = parse(argv);
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

function parse(argv: readonly string[]): Options | 'help' {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        predictions: { type: 'string' },
        model: { type: 'string' },
        memory: { type: 'string' },
        context: { type: 'string' },
        threads: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new TokonomaError('bad-usage', `${messageOf(error)}\n${EVAL_USAGE}`, { cause: error });
  }
  const { values, positionals } = parsed;
  if (values.help === true) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new TokonomaError('bad-usage', `eval takes one file, not ${positionals.length}\n${EVAL_USAGE}`);
  }
  return {
    file,
    json: values.json,
    predictions: values.predictions,
    engine: {
      ...(values.model !== undefined && { model: values.model }),
      ...(values.memory !== undefined && { memory: values.memory }),
      ...(values.context !== undefined && { context: count('context', values.context) }),
      ...(values.threads !== undefined && { threads: count('threads', values.threads) }),
    },
  };
}

function count(option: string, text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new TokonomaError('bad-usage', `--${option} ${text}: expected a whole number from 1\n${EVAL_USAGE}`);
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
