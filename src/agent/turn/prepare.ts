/** All of a plan looked at before any of it is done: who does what, and whether it may be done now. */
import { isHarmless } from '../../../devices/guards.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import type { Grounding, Problem, Step } from '../grounding/grounding.ts';
import { Path, type Whereabouts } from '../grounding/whereabouts.ts';
import type { Policy, Given } from '../acting/policy.ts';

/** A call of the plan, ready to be done. */
export type Item =
  | { readonly kind: 'steps'; readonly steps: readonly Step[]; readonly call: PlanCall }
  | { readonly kind: 'query'; readonly call: PlanCall }
  | { readonly kind: 'schedule'; readonly call: PlanCall; readonly text: string; readonly delayMs: number };

/** A plan, and what answers to questions have settled about it. */
export interface Intent {
  readonly plan: readonly PlanCall[];
  /** The words it was made from. */
  readonly text: string;
  /** Ids of the things that the call at this index is about, where that was asked. */
  readonly chosen?: ReadonlyMap<number, readonly string[]>;
  /** Ids of the only things that calls without a name can be about: "the other one". */
  readonly among?: readonly string[];
  /** Ids of the things last spoken of: what a call without any name is about, "brighter". */
  readonly spoken?: readonly string[];
  /** Ids of the things that no call is about: "all but the fan". */
  readonly without?: readonly string[];
  readonly confirmed?: boolean;
}

export type Prepared =
  { readonly items: readonly Item[] } | { readonly problem: Problem; /** Index of the call. */ readonly at: number };

export class Preparation {
  readonly #grounding: Grounding;
  readonly #policy: Policy;

  constructor(grounding: Grounding, policy: Policy) {
    this.#grounding = grounding;
    this.#policy = policy;
  }

  /** A command that cannot be done whole does nothing; what needs a yes is asked last, when all else is settled. */
  prepare(intent: Intent, given: Given = {}): Prepared {
    const items: Item[] = [];
    const path = new Path(intent.plan, intent.text);
    for (const [at, call] of intent.plan.entries()) {
      const item = this.#item(call, intent, at, path.before(at));
      if ('problem' in item) return { problem: item.problem, at };
      path.passed(call, item.kind === 'steps' ? item.steps : []);
      items.push(item);
    }
    return this.#forbidden(items, given) ?? { items };
  }

  #item(
    call: PlanCall,
    { text, chosen, among, spoken, without }: Intent,
    at: number,
    near: Whereabouts,
  ): Item | { readonly problem: Problem } {
    if (call.action === 'query') return { kind: 'query', call };
    if (call.action === 'timer.do' && call.args['command'] !== undefined) return scheduleItem(call);
    const grounded = this.#grounding.ground(call, text, { chosen: chosen?.get(at), among, spoken, without, near });
    return 'problem' in grounded ? grounded : { kind: 'steps', steps: grounded.steps, call };
  }

  #forbidden(items: readonly Item[], given: Given): { readonly problem: Problem; readonly at: number } | undefined {
    const steps = items.flatMap((item, at) => (item.kind === 'steps' ? item.steps.map((step) => ({ step, at })) : []));
    const found = this.#policy.checkAll(
      steps.map(({ step }) => step),
      given,
    );
    return found && { problem: found.problem, at: steps[found.at]!.at };
  }
}

/** Ids of the things that these act on. */
export function thingsOf(items: readonly Item[]): string[] {
  return items.flatMap((item) => (item.kind === 'steps' ? item.steps.map(({ thing }) => thing.description.id) : []));
}

/** Whether all it does is to end something. */
export function endsSomething(item: Item): boolean {
  return (
    item.kind === 'steps' &&
    item.steps.every(({ thing, action, args }) => isHarmless(thing.description.actions[action], args))
  );
}

function scheduleItem(call: PlanCall): Item | { readonly problem: Problem } {
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
