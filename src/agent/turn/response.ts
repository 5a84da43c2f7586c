/** Responses as the response topic carries them. */
import type { PlanCall } from '../../grammar/actions.ts';
import type { ActionResult, Command, Interpretation, Outcome, Response } from '../types.ts';

const NO_TIMING = { prefill_ms: 0, decode_ms: 0, tokens_in: 0, tokens_out: 0, forced: 0 };

export interface Ending {
  readonly outcome: Outcome;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  readonly candidates?: string[] | undefined;
  readonly actions?: ActionResult[];
  readonly say?: string | undefined;
  readonly plan?: readonly PlanCall[];
}

/** @param interpretation absent when the command ended before the model was asked */
export function respond(
  command: Command,
  ending: Ending,
  interpretation?: Interpretation,
  queueMs = 0,
  path: Response['path'] = interpretation?.path ?? 'fast',
): Response {
  const { outcome, code, reason, candidates, say } = ending;
  return {
    id: command.id,
    text: command.text,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
    ...(candidates === undefined ? {} : { candidates }),
    ...(interpretation === undefined ? {} : { confidence: round(interpretation.confidence, 4) }),
    plan: [...(ending.plan ?? interpretation?.plan ?? [])],
    actions: ending.actions ?? [],
    ...(say === undefined ? {} : { say }),
    model: interpretation?.model ?? 'none',
    path,
    timing: { queue_ms: round(queueMs), ...roundAll(interpretation?.timing ?? NO_TIMING) },
  };
}

/** Executed only if all were; otherwise the first that was not decides. */
export function outcomeOf(actions: readonly ActionResult[]): Pick<Ending, 'outcome' | 'reason'> {
  const first = actions.find((action) => action.outcome !== 'executed');
  return first === undefined ? { outcome: 'executed' } : { outcome: first.outcome, reason: first.reason };
}

function roundAll<T extends Record<string, number>>(values: T): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, round(value)])) as T;
}

export function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
