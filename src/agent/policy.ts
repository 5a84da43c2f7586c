/** What may be done now. */
import type { ActionAffordance } from '../../devices/thing.ts';
import type { Problem, Step } from './grounding.ts';

/** What is known of the command beside its steps. */
export interface Given {
  /** It was asked about and the answer was yes. */
  readonly confirmed?: boolean;
}

export class Policy {
  #armed: boolean;

  constructor(armed: boolean) {
    this.#armed = armed;
  }

  get armed(): boolean {
    return this.#armed;
  }

  arm(armed: boolean): void {
    this.#armed = armed;
  }

  /** Undefined when the step may be done. Disarmed, only what changes nothing or stops something may. */
  check(step: Step, given: Given = {}): Problem | undefined {
    const affordance = step.thing.description.actions[step.action];
    if (!this.#armed && affordance?.safe !== true) {
      return {
        outcome: 'refused',
        code: 'disarmed',
        reason: 'disarmed after a stop; arm again with "true" on armed/set (in the terminal: arm)',
      };
    }
    if (given.confirmed === true || !asksFirst(step, affordance?.['tk:confirm'])) return undefined;
    const { title } = step.thing.description;
    return {
      outcome: 'needs-confirmation',
      code: 'needs-confirmation',
      reason: `${step.action} of the ${title} is to be confirmed`,
      device: title,
    };
  }
}

function asksFirst({ args }: Step, confirm: ActionAffordance['tk:confirm']): boolean {
  if (confirm === undefined) return false;
  return confirm === true || Object.entries(confirm).some(([name, value]) => args[name] === value);
}
