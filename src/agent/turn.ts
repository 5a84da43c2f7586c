/** One command from its words to its outcome: interpret, ground all of it, then do it in order. */
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { PlanCall } from '../grammar/actions.ts';
import type { Vocabulary } from './capabilities.ts';
import type { Executor, OnAction } from './executor.ts';
import type { Grounding, Problem, Step } from './grounding.ts';
import type { Queries } from './queries.ts';
import { outcomeOf, respond, type Ending } from './response.ts';
import type { Schedule } from './schedule.ts';
import { durationPhrase } from './sentences.ts';
import { orAborted } from './waiting.ts';
import type { ActionResult, Command, Interpretation, Response } from './types.ts';

/** Reads a text under the grammar; src/agent/interpreter.ts asks the model. */
export interface TextInterpreter {
  interpret(text: string, vocabulary: Vocabulary, signal?: AbortSignal): Promise<Interpretation>;
}

export interface TurnParts {
  readonly interpreter: TextInterpreter;
  readonly vocabulary: Vocabulary;
  readonly grounding: Grounding;
  readonly queries: Queries;
  readonly schedule: Schedule;
  readonly executor: Executor;
  readonly clock: Clock;
}

export interface TurnOptions {
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch after which it must not begin. */
  readonly expiresAt?: number | undefined;
  /** Awaited before the first act, so that a restart will not repeat it. */
  readonly begin: () => Promise<void>;
  readonly onAction?: OnAction;
}

/** Codes of what was not tried, in contrast to what was tried in vain. */
const REFUSALS: ReadonlySet<string> = new Set(['stopped', 'too-long']);

/** A call of the plan, ready to be done. */
type Item =
  | { readonly kind: 'steps'; readonly steps: readonly Step[]; readonly call: PlanCall }
  | { readonly kind: 'query'; readonly call: PlanCall }
  | { readonly kind: 'schedule'; readonly call: PlanCall; readonly text: string; readonly delayMs: number };

interface Done {
  readonly actions: ActionResult[];
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  readonly candidates?: string[] | undefined;
  readonly say?: string | undefined;
}

export class Turns {
  readonly #parts: TurnParts;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Never throws: whatever happens is an outcome. */
  async run(command: Command, options: TurnOptions): Promise<Response> {
    const queueMs = Math.max(0, this.#parts.clock.now() - command.receivedAt);
    let interpretation: Interpretation | undefined;
    const ended = (ending: Ending): Response => respond(command, ending, interpretation, queueMs);
    if (this.#isLate(options)) return ended(this.#expired(command, options));
    try {
      const { interpreter, vocabulary } = this.#parts;
      // The engine may be deep in a kernel when a stop comes: nobody waits for it.
      interpretation = await orAborted(
        () => interpreter.interpret(command.text, vocabulary, options.signal),
        options.signal,
      );
      const { plan } = interpretation;
      if (plan.length === 0 || plan.some((call) => call.action === 'none')) {
        return ended({ outcome: 'not-understood', reason: 'this is no command for what is here' });
      }
      const prepared = this.#prepare(plan, command.text);
      if ('problem' in prepared) return ended(endingOf(prepared.problem, plan, prepared.at));
      // The model may have taken longer than the command had.
      if (this.#isLate(options)) return ended(this.#expired(command, options));
      if (prepared.items.some((item) => item.kind !== 'query')) await options.begin();
      return ended(await this.#perform(prepared.items, command.text, options));
    } catch (error) {
      const cause: unknown = options.signal.aborted ? options.signal.reason : error;
      const outcome = REFUSALS.has(codeOf(cause)) ? 'refused' : 'failed';
      return ended({ outcome, code: codeOf(cause), reason: messageOf(cause) });
    }
  }

  /** All of the plan is grounded before any of it is done: a command that cannot be done whole does nothing. */
  #prepare(plan: readonly PlanCall[], text: string): { items: Item[] } | { problem: Problem; at: number } {
    const items: Item[] = [];
    for (const [at, call] of plan.entries()) {
      if (call.action === 'query') items.push({ kind: 'query', call });
      else if (call.action === 'timer.do' && call.args['command'] !== undefined) {
        const item = scheduleItem(call);
        if ('problem' in item) return { problem: item.problem, at };
        items.push(item);
      } else {
        const grounded = this.#parts.grounding.ground(call, text);
        if ('problem' in grounded) return { problem: grounded.problem, at };
        items.push({ kind: 'steps', steps: grounded.steps, call });
      }
    }
    return { items };
  }

  async #perform(items: readonly Item[], text: string, options: TurnOptions): Promise<Ending> {
    const actions: ActionResult[] = [];
    const said: string[] = [];
    for (const [i, item] of items.entries()) {
      const done = await this.#do(item, text, options);
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

  async #do(item: Item, text: string, { signal, onAction }: TurnOptions): Promise<Done> {
    if (item.kind === 'query') {
      const answer = this.#parts.queries.answer(item.call, text);
      return 'problem' in answer ? failedCall(item.call, answer.problem) : answer;
    }
    if (item.kind === 'schedule') return this.#schedule(item);
    const execution = await this.#parts.executor.run(item.steps, signal, onAction);
    const { op } = item.call.args;
    const say = op === 'status' || op === 'list' ? listSentence(item.steps) : undefined;
    return { ...execution, say };
  }

  async #schedule(item: Extract<Item, { kind: 'schedule' }>): Promise<Done> {
    const base = { device: 'schedule', action: item.call.action, args: item.call.args };
    try {
      await this.#parts.schedule.add(item.text, item.delayMs);
    } catch (error) {
      return { actions: [{ ...base, outcome: 'refused', reason: messageOf(error) }], code: codeOf(error) };
    }
    return { actions: [{ ...base, outcome: 'executed' }], say: `In ${durationPhrase(item.delayMs)}: ${item.text}.` };
  }

  #isLate({ expiresAt }: TurnOptions): boolean {
    return expiresAt !== undefined && this.#parts.clock.now() >= expiresAt;
  }

  #expired(command: Command, { expiresAt }: TurnOptions): Ending {
    const age = Math.round((this.#parts.clock.now() - command.receivedAt) / 100) / 10;
    const ttl = Math.round((expiresAt! - command.receivedAt) / 100) / 10;
    return { outcome: 'expired', code: 'expired', reason: `${age} s old; it was good for ${ttl} s` };
  }
}

function scheduleItem(call: PlanCall): Item | { problem: Problem } {
  const { op, command, hours, minutes, seconds } = call.args;
  const delayMs = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
  if (op !== 'start' || !(delayMs > 0)) {
    return {
      problem: {
        outcome: 'refused',
        code: 'unsupported',
        reason: 'a delayed command needs its delay, such as "in 10 minutes turn off the fan"',
      },
    };
  }
  return { kind: 'schedule', call, text: String(command), delayMs };
}

/** The response when the call at `at` cannot be done: none of the plan is. */
function endingOf(problem: Problem, plan: readonly PlanCall[], at: number): Ending {
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
