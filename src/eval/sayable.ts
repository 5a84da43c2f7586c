/** Whether an expected plan can be said with the words of its command: labels that cannot are wrong whatever is predicted. */
import type { PlanCall } from '../grammar/actions.ts';
import { actionSpec } from '../grammar/actions.ts';
import { wordsOf } from './normalize.ts';

/** Every text of the plan is a run of words of the command, as the score compares words. Numbers are not looked at. */
export function isSayable(text: string, plan: readonly PlanCall[]): boolean {
  const said = ` ${wordsOf(text).join(' ')} `;
  return plan.every(({ action, args }) =>
    Object.entries(args).every(([name, value]) => {
      const type = actionSpec(action)?.args.find((arg) => arg.name === name)?.type;
      return type?.kind !== 'text' || said.includes(` ${wordsOf(value).join(' ')} `);
    }),
  );
}
