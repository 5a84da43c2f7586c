/** Plans written as a model would write them: the inverse of parsePlan, for tests. */
import { actionSpec, type PlanCall } from '../../src/grammar/actions.ts';
import { actionTag, choiceTag, keyTag } from '../../src/grammar/tags.ts';
import type { ToyVocabulary } from './toy-vocabulary.ts';

/** Token ids of a plan, the end of the turn included. `said` finds how a number was said. */
export function writeTags(
  plan: readonly PlanCall[],
  vocabulary: ToyVocabulary,
  said: (value: unknown) => string = String,
): number[] {
  const ids: number[] = [];
  for (const { action, args } of plan) {
    ids.push(vocabulary.idOf(actionTag(action))!);
    for (const { name, type } of actionSpec(action)!.args) {
      const value = args[name];
      if (value === undefined) continue;
      if (type.kind === 'text' || type.kind === 'number') {
        ids.push(
          vocabulary.idOf(keyTag(name))!,
          ...vocabulary.encode(` ${type.kind === 'number' ? said(value) : value}`),
        );
      } else {
        ids.push(vocabulary.idOf(choiceTag(name, String(value)))!);
      }
    }
  }
  return [...ids, vocabulary.eosId];
}

export function writeHermes(plan: readonly PlanCall[], vocabulary: ToyVocabulary): number[] {
  const ids: number[] = [];
  plan.forEach(({ action, args }, i) => {
    const ordered = actionSpec(action)!.args.filter(({ name }) => args[name] !== undefined);
    const json = ordered.map(({ name }) => `${JSON.stringify(name)}: ${JSON.stringify(args[name])}`).join(', ');
    if (i > 0) ids.push(...vocabulary.encode('\n'));
    ids.push(vocabulary.idOf('<tool_call>')!);
    ids.push(...vocabulary.encode(`\n{"name": ${JSON.stringify(action)}, "arguments": {${json}}}\n`));
    ids.push(vocabulary.idOf('</tool_call>')!);
  });
  return [...ids, vocabulary.eosId];
}
