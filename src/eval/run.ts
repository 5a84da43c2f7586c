/** Predicts the plans of a file of commands and scores those that come with an expected one. */
import type { Interpretation } from '../agent/types.ts';
import type { PlanVocabulary } from '../agent/interpreter.ts';
import { openVocabulary } from '../agent/interpreter.ts';
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { PlanCall } from '../grammar/actions.ts';
import type { EvalLine } from './lines.ts';
import { Scorer, type Score } from './score.ts';

export interface EvalResult extends Score {
  /** Milliseconds per command, median and 95th percentile (nearest rank), over all lines; null without any. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
}

export interface EvalOptions {
  readonly interpreter: {
    interpret(text: string, vocabulary: PlanVocabulary, signal?: AbortSignal): Promise<Interpretation>;
  };
  readonly clock: Clock;
  /** Called with the plan of each line, in order. */
  readonly onPlan: (plan: readonly PlanCall[], index: number) => void;
  /** Called when a command could not be read; its prediction is then `none`. */
  readonly onUnread: (index: number, reason: string) => void;
}

/** What is about the one command, and says nothing against the engine. */
const COMMAND_ERRORS = new Set(['context-full', 'plan-truncated', 'too-large', 'too-long']);

const NOT_UNDERSTOOD: readonly PlanCall[] = [{ action: 'none', args: {} }];

/** Open vocabulary, one command after the other. @throws what the interpreter throws of the engine */
export async function runEval(lines: readonly EvalLine[], options: EvalOptions): Promise<EvalResult> {
  const { interpreter, clock, onPlan, onUnread } = options;
  const scorer = new Scorer();
  const durations = new Float64Array(lines.length);
  for (const [i, { text, expected }] of lines.entries()) {
    const started = clock.monotonic();
    let plan = NOT_UNDERSTOOD;
    try {
      ({ plan } = await interpreter.interpret(text, openVocabulary));
    } catch (error) {
      if (!COMMAND_ERRORS.has(codeOf(error))) throw error;
      onUnread(i, messageOf(error));
    }
    durations[i] = clock.monotonic() - started;
    onPlan(plan, i);
    if (expected !== undefined) scorer.add(expected, plan);
  }
  durations.sort();
  return { ...scorer.score, p50_ms: percentile(durations, 0.5), p95_ms: percentile(durations, 0.95) };
}

/** Nearest rank. */
function percentile(sorted: Float64Array, share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 100) / 100;
}
