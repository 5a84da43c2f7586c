/** Does steps one after the other: each waits for the acknowledgement of its device; the first failure ends the row. */
import { matches } from '../../../devices/match.ts';
import type { Thing } from '../../../devices/thing.ts';
import type { Clock } from '../../clock.ts';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import type { Problem, Step } from '../grounding/grounding.ts';
import type { Given, Policy } from './policy.ts';
import { round } from '../turn/response.ts';
import type { ActionResult } from '../types.ts';
import { within } from './waiting.ts';

export interface Execution {
  readonly actions: ActionResult[];
  /** Of the step that ended the row. */
  readonly code?: string;
  readonly reason?: string;
}

export interface ExecutorOptions {
  readonly policy: Policy;
  readonly clock: Clock;
  /** Milliseconds a device has for its acknowledgement. Default: `tk:ack` of the action, else by its kind. */
  readonly timeoutMs?: number | undefined;
  /** Whether the thing is still what is declared; it may have been changed or taken away since the plan was made. */
  readonly isDeclared?: (thing: Thing) => boolean;
  /** Told before a step that ends what its thing is doing (`tk:stops`); `signal` is of the run that does it. */
  readonly onEnding?: (step: Step, signal: AbortSignal) => void;
}

/** Told of every step as it ends. */
export type OnAction = (result: ActionResult) => void;

const ACKNOWLEDGE_MS = 15_000;
const COVER_MS = 90_000;
const ROBOT_MS = 120_000;

/** Codes by which a device says that it refuses before it has done anything. */
const REFUSALS: ReadonlySet<string> = new Set([
  'over-limit',
  'bad-argument',
  'unsupported-action',
  'unknown-place',
  'unknown-object',
  'unknown-color',
]);

export class Executor {
  readonly #options: ExecutorOptions;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /**
   * Never throws: what went wrong is in the results. Aborting leaves the running device in its safe state. Policy is
   * asked about each step once more just before its act: the world may have changed since the plan was made.
   */
  async run(steps: readonly Step[], signal: AbortSignal, onAction?: OnAction, given: Given = {}): Promise<Execution> {
    const actions: ActionResult[] = [];
    for (const [i, step] of steps.entries()) {
      const { result, code } = await this.#step(step, signal, given);
      actions.push(result);
      onAction?.(result);
      if (result.outcome === 'executed') continue;
      const rest = steps.slice(i + 1);
      actions.push(...rest.map((left) => notDone(left, step)));
      return {
        actions,
        ...(code === undefined ? {} : { code }),
        ...(result.reason === undefined ? {} : { reason: result.reason }),
      };
    }
    return { actions };
  }

  async #step(step: Step, signal: AbortSignal, given: Given): Promise<{ result: ActionResult; code?: string }> {
    const { clock, policy, isDeclared } = this.#options;
    const base = { device: step.thing.description.id, action: step.action, args: step.args };
    const problem = isDeclared?.(step.thing) === false ? redeclared(step.thing) : policy.check(step, given);
    if (problem !== undefined) {
      const { outcome, code, reason } = problem;
      return { result: { ...base, outcome, reason }, ...(code === undefined ? {} : { code }) };
    }
    policy.acted(step);
    const affordance = step.thing.description.actions[step.action];
    if (matches(affordance?.['tk:stops'], step.args)) this.#options.onEnding?.(step, signal);
    const begun = clock.monotonic();
    try {
      await this.#acknowledged(step, signal);
      return { result: { ...base, outcome: 'executed', ack_ms: round(clock.monotonic() - begun) } };
    } catch (error) {
      const code = signal.aborted ? codeOf(signal.reason) : codeOf(error);
      const outcome = !signal.aborted && REFUSALS.has(code) ? 'refused' : 'failed';
      return { result: { ...base, outcome, reason: messageOf(signal.aborted ? signal.reason : error) }, code };
    }
  }

  /** The device's acknowledgement, or `device-timeout`. A driver that ignores its signal is not waited for. */
  #acknowledged({ thing, action, args }: Step, signal: AbortSignal): Promise<void> {
    const { title, actions } = thing.description;
    const ms = this.#options.timeoutMs ?? actions[action]?.['tk:ack'] ?? timeoutOf(action);
    const late = new TokonomaError('device-timeout', `the ${title} did not acknowledge ${action} within ${ms} ms`);
    return within((either) => thing.driver.invoke(action, args, either), ms, late, this.#options.clock, signal);
  }
}

function redeclared({ description: { title } }: Thing): Problem {
  const reason = `the ${title} was changed in the configuration before this was done; say it again`;
  return { outcome: 'refused', code: 'redeclared', reason };
}

function timeoutOf(action: string): number {
  if (action.startsWith('robot.')) return ROBOT_MS;
  return action === 'cover.set' ? COVER_MS : ACKNOWLEDGE_MS;
}

function notDone(step: Step, failed: Step): ActionResult {
  return {
    device: step.thing.description.id,
    action: step.action,
    args: step.args,
    outcome: 'refused',
    reason: `not done, because ${failed.action} before it was not`,
  };
}
