/** What may be done now. */
import type { Step } from './grounding.ts';
import type { Problem } from './grounding.ts';

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
  check(step: Step): Problem | undefined {
    if (this.#armed || step.thing.description.actions[step.action]?.safe === true) return undefined;
    return {
      outcome: 'refused',
      code: 'disarmed',
      reason: 'disarmed after a stop; arm again with "true" on armed/set (in the terminal: arm)',
    };
  }
}
