/**
 * Plan format `tags`: every action, key and choice is one control token, values are plain text with a leading blank.
 * `<|light.set|><|power=on|><|device=|> kitchen light<|end|>`
 */
import { TokonomaError } from '../errors.ts';
import { NONE, isSame, nextArgs, placeAfter, placesOf, type AvailableAction } from './available.ts';
import { GraphBuilder, type Graph } from './graph.ts';
import type { TokenVocabulary } from './token-table.ts';

export const actionTag = (action: string): string => `<|${action}|>`;
export const choiceTag = (arg: string, choice: string): string => `<|${arg}=${choice}|>`;
export const keyTag = (arg: string): string => `<|${arg}=|>`;

/** @throws TokonomaError `grammar-vocabulary` when the vocabulary has no `<|none|>` */
export function tagsGraph(actions: readonly AvailableAction[], vocabulary: TokenVocabulary): Graph {
  const graph = new GraphBuilder();
  const [start, between, full, end] = [graph.node(), graph.node(), graph.node(), graph.node()];
  const none = vocabulary.idOf(actionTag(NONE));
  if (none === undefined) {
    throw new TokonomaError(
      'grammar-vocabulary',
      `the vocabulary has no token ${actionTag(NONE)}: this model does not write plans in the format tags`,
    );
  }
  graph.token(start, none, full, true);
  graph.token(between, vocabulary.eosId, end);
  graph.token(full, vocabulary.eosId, end);
  for (const action of actions) {
    const id = vocabulary.idOf(actionTag(action.name));
    if (id === undefined) continue;
    const places = placesOf(action);
    const nodes = places.map(() => graph.node());
    graph.token(start, id, nodes[0]!, true);
    graph.token(between, id, nodes[0]!, true);
    places.forEach((place, n) => {
      const { indices, mayEnd } = nextArgs(action, place);
      if (mayEnd) graph.empty(nodes[n]!, between);
      for (const i of indices) {
        const next = placeAfter(action, place, i);
        const to = nodes[places.findIndex((other) => isSame(other, next))]!;
        tagArg(graph, action.args[i]!, nodes[n]!, to, vocabulary);
      }
    });
  }
  return graph.build({ start, between, full, end });
}

function tagArg(
  graph: GraphBuilder,
  arg: AvailableAction['args'][number],
  from: number,
  to: number,
  vocabulary: TokenVocabulary,
): void {
  if ('choices' in arg) {
    for (const choice of arg.choices) graph.token(from, vocabulary.idOf(choiceTag(arg.name, choice))!, to);
    return;
  }
  const key = graph.node();
  graph.token(from, vocabulary.idOf(keyTag(arg.name))!, key);
  graph.value(key, arg.profile, to);
}
