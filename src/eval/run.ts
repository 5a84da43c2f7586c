/** Predicts the plans of a file of commands and judges those that say what was expected. */
import type { Interpretation } from '../agent/types.ts';
import { openVocabulary, type PlanVocabulary } from '../agent/interpreter.ts';
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { PlanCall } from '../grammar/actions.ts';
import { judgeEnding, type EvalHome } from './home.ts';
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
  readonly interpreter: {
    interpret(text: string, vocabulary: PlanVocabulary, signal?: AbortSignal): Promise<Interpretation>;
  };
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

const NOT_UNDERSTOOD: readonly PlanCall[] = [{ action: 'none', args: {} }];

/** One command after the other. @throws what the interpreter throws of the engine */
export async function runEval(lines: readonly EvalLine[], options: EvalOptions): Promise<EvalRun> {
  const { interpreter, clock, home, onPlan, onUnread } = options;
  const judged: Judged[] = [];
  const durations = new Float64Array(lines.length);
  for (const [i, line] of lines.entries()) {
    const started = clock.monotonic();
    let plan = NOT_UNDERSTOOD;
    let confidence = 0;
    try {
      ({ plan, confidence } = await interpreter.interpret(line.text, home?.vocabulary ?? openVocabulary));
    } catch (error) {
      if (!COMMAND_ERRORS.has(codeOf(error))) throw error;
      onUnread?.(i, messageOf(error));
    }
    durations[i] = clock.monotonic() - started;
    onPlan?.(plan, i);
    const verdict = judgeLine(line, plan, confidence, home);
    if (verdict !== undefined) judged.push(verdict);
  }
  return { judged, durations };
}

/**
 * Undefined of a line without an expectation, and of one about a home where there is none.
 * @param confidence undefined of a prediction that comes without
 */
export function judgeLine(
  line: EvalLine,
  plan: readonly PlanCall[],
  confidence?: number,
  home?: EvalHome,
): Judged | undefined {
  const isNone = plan.every((call) => call.action === 'none');
  if (line.expected !== undefined) {
    const isCommand = line.expected.some((call) => call.action !== 'none');
    return { verdict: judge(line.expected, plan), confidence, acts: !isNone, isNone, isCommand };
  }
  if (home === undefined || (line.acts === undefined && line.outcome === undefined)) return undefined;
  const ending = home.end(plan, line.text);
  const acts = ending.outcome === 'executed';
  const isCommand = line.outcome !== 'not-understood';
  return { verdict: judgeEnding(line, plan, ending), confidence, acts, isNone, isCommand };
}

/** Nearest rank, of values in any order; null of none. */
export function percentile(values: Float64Array, share: number): number | null {
  const value = values.toSorted()[Math.max(0, Math.ceil(share * values.length) - 1)];
  return value === undefined ? null : Math.round(value * 100) / 100;
}
