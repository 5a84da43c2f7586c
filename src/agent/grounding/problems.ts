/** Why nothing is done, in words, for each way in which nobody was found. */
import type { PlanCall } from '../../grammar/actions.ts';
import type { Named } from './directory.ts';
import type { Problem } from './grounding.ts';
import { listed } from './words.ts';

/** Several can be meant: which is for whoever said it to choose. */
export function ambiguous(candidates: readonly Named[], said: string | undefined): Problem {
  const choices = candidates.map((candidate) => ({ ...candidate, title: labelOf(candidate, candidates) }));
  const names = choices.map(({ title }) => title);
  return {
    outcome: 'ambiguous',
    reason: `${said === undefined ? 'it' : `"${said}"`} can mean ${listed(names, 'or')}`,
    candidates: names,
    choices,
    ...(said === undefined ? {} : { device: said }),
  };
}

/** The title, with the area where others have the same title. */
function labelOf({ title, area, id }: Named, among: readonly Named[]): string {
  const same = among.filter((other) => other.title === title);
  if (same.length < 2) return title;
  return `${title} (${area !== undefined && same.every((other) => other.id === id || other.area !== area) ? area : id})`;
}

/** @param ids of those that it was about when it was said */
export const nobodyThere = (ids: readonly string[]): Problem => ({
  outcome: 'unknown-device',
  code: 'unknown-device',
  reason: `${listed(ids)}: no thing of this id is declared any more`,
});

export const nobodyLeft: Problem = {
  outcome: 'refused',
  code: 'nothing-left',
  reason: 'all that could be meant were excepted',
};

export function unsupported(candidates: readonly Named[], call: PlanCall, said: string): Problem {
  const title = candidates.length === 1 ? candidates[0]!.title : said;
  const args = Object.keys(call.args).join(', ');
  return {
    outcome: 'refused',
    code: 'unsupported-action',
    reason: `the ${title} cannot do ${call.action}${args === '' ? '' : ` (${args})`}`,
    device: title,
  };
}

export const nobodyTakes = (call: PlanCall): Problem => ({
  outcome: 'refused',
  code: 'unsupported-action',
  reason: `no declared thing takes ${call.action}`,
});
