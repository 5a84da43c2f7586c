/** Predicts the plans of a file of commands and judges those that say what was expected. */
import { openVocabulary } from '../agent/reading/interpreter.ts';
import { mustBeSure, type TextInterpreter } from '../agent/reading/understanding.ts';
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { PlanCall } from '../grammar/actions.ts';
import { judgeEnding, type Ending, type EvalHome } from './home.ts';
import type { EvalLine } from './lines.ts';
import type { Judged } from './report.ts';
import { judge } from './score.ts';

export interface EvalRun {
  /** The lines that say what was expected. */
  readonly judged: readonly Judged[];
  /** Milliseconds of each line. */
  readonly durations: Float64Array;
}

export interface EvalOptions {
  readonly interpreter: TextInterpreter;
  readonly clock: Clock;
  /** Whose things are meant; absent: no declared names, every text is a span of the command. */
  readonly home?: EvalHome | undefined;
  /** Called with the plan of each line, in order. */
  readonly onPlan?: (plan: readonly PlanCall[], index: number) => void;
  /** Called when a command could not be read; its prediction is then `none`. */
  readonly onUnread?: (index: number, reason: string) => void;
}

/** What is about the one command, and says nothing against the engine. */
const COMMAND_ERRORS = new Set(['context-full', 'plan-truncated', 'too-large', 'too-long']);

/** What is judged. */
export interface Predicted {
  readonly plan: readonly PlanCall[];
  /** Absent of a prediction that comes without. */
  readonly confidence?: number;
  /** What came of it in a declared home. */
  readonly ending?: Ending;
}

const NOT_UNDERSTOOD: Predicted = {
  plan: [{ action: 'none', args: {} }],
  confidence: 0,
  ending: { outcome: 'not-understood', acts: [] },
};

/** One command after the other. @throws what the interpreter throws of the engine */
export async function runEval(lines: readonly EvalLine[], options: EvalOptions): Promise<EvalRun> {
  const { interpreter, clock, home, onPlan, onUnread } = options;
  const judged: Judged[] = [];
  const durations = new Float64Array(lines.length);
  for (const [i, line] of lines.entries()) {
    const started = clock.monotonic();
    let predicted: Predicted = NOT_UNDERSTOOD;
    try {
      predicted = await (home === undefined
        ? interpreter.interpret(line.text, openVocabulary)
        : home.hear(line.text, interpreter, new AbortController().signal));
    } catch (error) {
      if (!COMMAND_ERRORS.has(codeOf(error))) throw error;
      onUnread?.(i, messageOf(error));
    }
    durations[i] = clock.monotonic() - started;
    onPlan?.(predicted.plan, i);
    const verdict = judgeLine(line, predicted);
    if (verdict !== undefined) judged.push(verdict);
  }
  return { judged, durations };
}

/** Undefined of a line without an expectation, and of one about a home where there is none. */
export function judgeLine(line: EvalLine, { plan, confidence, ending }: Predicted): Judged | undefined {
  const isNone = plan.every((call) => call.action === 'none');
  const read = { confidence, isNone, mustBeSure: mustBeSure(plan) };
  if (line.expected !== undefined) {
    const isCommand = line.expected.some((call) => call.action !== 'none');
    return { ...read, verdict: judge(line.expected, plan), acts: !isNone, isCommand };
  }
  if (ending === undefined || (line.acts === undefined && line.outcome === undefined)) return undefined;
  const acts = ending.outcome === 'executed';
  const isCommand = line.outcome !== 'not-understood';
  return { ...read, verdict: judgeEnding(line, plan, ending), acts, isCommand };
}

/** Nearest rank, of values in any order; null of none. */
export function percentile(values: Float64Array, share: number): number | null {
  const value = values.toSorted()[Math.max(0, Math.ceil(share * values.length) - 1)];
  return value === undefined ? null : Math.round(value * 100) / 100;
}
