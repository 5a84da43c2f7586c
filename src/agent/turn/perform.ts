/** A prepared plan done in order; the first thing that fails ends it, and the response says what was and was not done. */
import type { Clock } from '../../clock.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import type { Executor } from '../acting/executor.ts';
import type { Problem, Step } from '../grounding/grounding.ts';
import type { Given } from '../acting/policy.ts';
import { thingsOf, type Item } from './prepare.ts';
import type { Queries } from '../sensors/queries.ts';
import { outcomeOf, type Ending } from './response.ts';
import type { Compiler } from '../rules/compile.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { durationPhrase } from './sentences.ts';
import type { TurnOptions } from './stage.ts';
import type { ActionResult } from '../types.ts';

interface Done {
  readonly actions: ActionResult[];
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  readonly candidates?: string[] | undefined;
  readonly say?: string | undefined;
}

export interface PerformanceParts {
  readonly queries: Queries;
  readonly schedule: Schedule;
  readonly compiler: Compiler;
  readonly clock: Clock;
  readonly executor: Executor;
}

export class Performance {
  readonly #parts: PerformanceParts;

  constructor(parts: PerformanceParts) {
    this.#parts = parts;
  }

  /** @param text the command: what a question does not name is looked for in it */
  async perform(items: readonly Item[], text: string, options: TurnOptions, given: Given): Promise<Ending> {
    const actions: ActionResult[] = [];
    const said: string[] = [];
    for (const [i, item] of items.entries()) {
      // After a stop nothing is done, not even what moves nothing: a schedule would outlive it.
      const done = options.signal.aborted
        ? interrupted(item, options.signal)
        : await this.#do(item, items.slice(0, i), text, options, given);
      actions.push(...done.actions);
      if (done.say !== undefined) said.push(done.say);
      const { outcome, reason } = outcomeOf(done.actions);
      if (outcome === 'executed') continue;
      const left = items.slice(i + 1);
      for (const { call } of left) actions.push(notDone(call));
      return {
        outcome,
        code: done.code,
        reason: progress(done.reason ?? reason, i, left.length),
        candidates: done.candidates,
        actions,
        say: said.join(' ') || undefined,
      };
    }
    return { outcome: 'executed', actions, say: said.join(' ') || undefined };
  }

  async #do(
    item: Item,
    before: readonly Item[],
    text: string,
    { signal, onAction }: TurnOptions,
    given: Given,
  ): Promise<Done> {
    if (item.kind === 'query') {
      const answer = this.#parts.queries.answer(item.call, text);
      return 'problem' in answer ? failedCall(item.call, answer.problem) : answer;
    }
    if (item.kind === 'schedule') return this.#schedule(item, before, signal);
    const execution = await this.#parts.executor.run(item.steps, signal, onAction, given);
    const { op } = item.call.args;
    const say = op === 'status' || op === 'list' ? listSentence(item.steps) : undefined;
    return { ...execution, say };
  }

  /** What is to be done later is understood now: at its time nobody is there to be asked. */
  async #schedule(
    item: Extract<Item, { kind: 'schedule' }>,
    before: readonly Item[],
    signal: AbortSignal,
  ): Promise<Done> {
    const { schedule, compiler, clock } = this.#parts;
    const base = { device: 'schedule', action: item.call.action, args: item.call.args };
    const at = clock.now() + item.delayMs;
    // "Turn on the lamp and in ten minutes turn it off"
    const things = thingsOf(before);
    const memory = things.length === 0 ? undefined : { intent: { plan: [], text: '' }, deeds: [], things };
    const compiled = await compiler.compile(item.text, { memory }, signal);
    if ('problem' in compiled) return failedCall(item.call, compiled.problem);
    try {
      await schedule.add({ at }, compiled.task);
    } catch (error) {
      return { actions: [{ ...base, outcome: 'refused', reason: messageOf(error) }], code: codeOf(error) };
    }
    return { actions: [{ ...base, outcome: 'executed' }], say: `In ${durationPhrase(item.delayMs)}: ${item.text}.` };
  }
}

/** The response when the call at `at` cannot be done: none of the plan is. */
export function endingOf(problem: Problem, plan: readonly PlanCall[], at: number): Ending {
  const actions = plan.map((call, i) => (i === at ? failedCall(call, problem).actions[0]! : notDone(call)));
  const { outcome, code, candidates } = problem;
  const others =
    plan.length > 1 ? `${problem.reason} (call ${at + 1} of ${plan.length}; nothing was done)` : problem.reason;
  return { outcome, code, reason: others, candidates, actions };
}

function failedCall(call: PlanCall, problem: Problem): Done {
  const { outcome, code, reason, candidates, device } = problem;
  return {
    actions: [{ device: device ?? spanOf(call), action: call.action, args: call.args, outcome, reason }],
    code,
    reason,
    candidates,
  };
}

function interrupted({ call }: Item, { reason }: AbortSignal): Done {
  return failedCall(call, { outcome: 'failed', code: codeOf(reason), reason: messageOf(reason) });
}

function notDone(call: PlanCall): ActionResult {
  const reason = 'not done, because another part of the command could not be done';
  return { device: spanOf(call), action: call.action, args: call.args, outcome: 'refused', reason };
}

const spanOf = (call: PlanCall): string => String(call.args['device'] ?? call.args['area'] ?? '');

function progress(reason: string | undefined, done: number, left: number): string | undefined {
  if (done === 0 && left === 0) return reason;
  return `${reason ?? 'it failed'} (${done} of ${done + left + 1} done before it, ${left} left undone)`;
}

/** What a timer or an alarm clock says when it is asked for its list. */
function listSentence(steps: readonly Step[]): string | undefined {
  const sentences = steps.flatMap(({ thing }) => {
    const { list } = thing.driver.state();
    return typeof list === 'string'
      ? [`The ${thing.description.title}: ${list === '' ? 'nothing is set' : list}.`]
      : [];
  });
  return sentences.join(' ') || undefined;
}
