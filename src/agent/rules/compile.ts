/** The `then` of a rule or a schedule: understood once, grounded, and refused now if it could not be done then. */
import { matches } from '../../../devices/match.ts';
import { QUERY_KINDS, type PlanCall } from '../../grammar/actions.ts';
import type { Memory } from '../dialogue/context.ts';
import type { Grounding, Problem, Step } from '../grounding/grounding.ts';
import { Path } from '../grounding/whereabouts.ts';
import type { Intent } from '../turn/prepare.ts';
import type { Understanding } from '../reading/understanding.ts';
import { orAborted } from '../acting/waiting.ts';
import { asksToBeTold } from './clause.ts';
import { comparisons, type Condition } from './condition.ts';
import type { Signal, Signals } from './signals.ts';
import type { Task } from './task.ts';

export interface CompilerParts {
  readonly understanding: Understanding;
  readonly grounding: Grounding;
  readonly signals: Signals;
}

export type Compiled =
  | { readonly task: Task }
  /** `intent` and the index of its call that cannot be done; absent: the words were not understood. */
  | { readonly problem: Problem; readonly intent?: Intent; readonly at?: number };

/** What is known beside the words. */
export interface Said {
  /** What "it" can mean: "when the fan is on for an hour, turn it off". */
  readonly condition?: Condition | undefined;
  /** What was spoken of before. */
  readonly memory?: Memory | undefined;
  readonly site?: string | undefined;
}

export class Compiler {
  readonly #parts: CompilerParts;

  constructor(parts: CompilerParts) {
    this.#parts = parts;
  }

  /** Throws what the interpreter throws. */
  async compile(then: string, said: Said, signal: AbortSignal): Promise<Compiled> {
    const { condition, memory, site } = said;
    const subject = this.#subjectOf(condition);
    if (asksToBeTold(then) && condition !== undefined) {
      return this.settle({ plan: this.#telling(subject), text: then }, then, site);
    }
    const text = subject?.thing === undefined ? then : then.replace(/\b(?:it|them)\b/i, subject.shown);
    const { understanding } = this.#parts;
    let first: Problem | undefined;
    for (const heard of understanding.hearings(text)) {
      const { meaning } = await orAborted(() => understanding.understand(heard, memory, signal), signal);
      if ('intent' in meaning) {
        const compiled = this.settle(meaning.intent, text, site);
        if ('task' in compiled || compiled.problem.outcome !== 'unknown-device' || first !== undefined) return compiled;
        first = compiled.problem;
      } else first ??= meaning.problem;
    }
    const quoted = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    const { outcome, code = 'then-not-understood', reason, candidates } = first!;
    return {
      problem: { outcome, code, reason: `"${quoted}": ${reason}`, ...(candidates === undefined ? {} : { candidates }) },
    };
  }

  /** The task, when every call can be done by somebody without a yes each time. */
  settle(intent: Intent, then: string, site?: string): Compiled {
    const { plan, text, chosen, among, spoken, without } = intent;
    const steps: Step[] = [];
    const path = new Path(plan, text);
    for (const [at, call] of plan.entries()) {
      if (call.action === 'query' || call.args['command'] !== undefined) continue;
      const settled = { chosen: chosen?.get(at), among, spoken, without, near: path.before(at) };
      const grounded = this.#parts.grounding.ground(call, text, settled);
      if ('problem' in grounded) return { problem: grounded.problem, intent, at };
      const asking = grounded.steps.find(asksEachTime);
      if (asking !== undefined) return { problem: cannotConfirm(asking), intent, at };
      path.passed(call, grounded.steps);
      steps.push(...grounded.steps);
    }
    return {
      task: {
        then,
        intent: {
          plan,
          text,
          ...(chosen === undefined || chosen.size === 0 ? {} : { chosen: [...chosen] }),
          ...(among === undefined ? {} : { among }),
          ...(without === undefined ? {} : { without }),
        },
        things: [...new Set(steps.map((step) => step.thing.description.id))],
        ...(site === undefined ? {} : { site }),
      },
    };
  }

  /** "Tell me when the garage door opens": asked then, the answer is on the response topic. */
  #telling(subject: Signal | undefined): PlanCall[] {
    if (subject === undefined) return [{ action: 'query', args: { kind: 'time' } }];
    const kind = (QUERY_KINDS as readonly string[]).includes(subject.kind) ? subject.kind : 'state';
    return [{ action: 'query', args: { kind, device: subject.title } }];
  }

  #subjectOf(condition: Condition | undefined): Signal | undefined {
    const first = condition === undefined ? undefined : comparisons(condition)[0];
    return first === undefined ? undefined : this.#parts.signals.get(first.signal);
  }
}

const asksEachTime = ({ thing, action, args }: Step): boolean =>
  matches(thing.description.actions[action]?.['tk:confirm'], args);

function cannotConfirm({ thing: { description }, action }: Step): Problem {
  return {
    outcome: 'refused',
    code: 'needs-confirmation',
    reason: `${action} of the ${description.title} needs a yes each time, and nobody is asked when it is due`,
    device: description.title,
  };
}
