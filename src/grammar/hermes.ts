/**
 * Plan format `hermes`, as Qwen3 and Bonsai are trained to write tool calls: JSON between `<tool_call>` tokens, calls
 * separated by a line feed. `<tool_call>\n{"name": "light.set", "arguments": {"power": "on"}}\n</tool_call>`
 */
import { TokonomaError } from '../errors.ts';
import { NONE, isSame, nextArgs, placeAfter, placesOf, type AvailableAction, type AvailableArg } from './available.ts';
import { GraphBuilder, type Graph } from './graph.ts';
import type { TokenVocabulary } from './token-table.ts';

export const CALL_OPEN = '<tool_call>';
export const CALL_CLOSE = '</tool_call>';
export const CALL_SEPARATOR = '\n';

/** What stands before an action's name, between name and arguments, and after the arguments. */
export const BEFORE_NAME = '\n{"name": ';
export const BEFORE_ARGS = ', "arguments": {';
export const AFTER_ARGS = '}}\n';

/**
 * The tokens that open and close a call.
 * @throws TokonomaError `grammar-vocabulary` when the vocabulary has none
 */
export function callTokens(vocabulary: TokenVocabulary): [open: number, close: number] {
  const open = vocabulary.idOf(CALL_OPEN);
  const close = vocabulary.idOf(CALL_CLOSE);
  if (open === undefined || close === undefined) {
    throw new TokonomaError(
      'grammar-vocabulary',
      `the vocabulary lacks the tokens ${CALL_OPEN} and ${CALL_CLOSE}: this model does not write tool calls as Hermes does`,
    );
  }
  return [open, close];
}

/** @throws TokonomaError `grammar-vocabulary` when the vocabulary has no `<tool_call>` tokens */
export function hermesGraph(actions: readonly AvailableAction[], vocabulary: TokenVocabulary): Graph {
  const [open, close] = callTokens(vocabulary);
  const graph = new GraphBuilder();
  const [start, between, full, end] = [graph.node(), graph.node(), graph.node(), graph.node()];
  graph.token(between, vocabulary.eosId, end);
  graph.token(full, vocabulary.eosId, end);

  const firstOpened = graph.node();
  const opened = graph.node();
  graph.token(start, open, firstOpened, true);
  graph.token(graph.literal(between, CALL_SEPARATOR), open, opened, true);
  const firstName = graph.literal(firstOpened, BEFORE_NAME);
  const name = graph.literal(opened, BEFORE_NAME);
  graph.empty(firstName, name);

  graph.token(graph.literal(firstName, JSON.stringify(NONE) + BEFORE_ARGS + AFTER_ARGS), close, full);
  const argsEnd = graph.node();
  graph.token(graph.literal(argsEnd, AFTER_ARGS), close, between);
  for (const action of actions) {
    callArgs(graph, action, graph.literal(name, JSON.stringify(action.name) + BEFORE_ARGS), argsEnd);
  }
  return graph.build({ start, between, full, end });
}

function callArgs(graph: GraphBuilder, action: AvailableAction, first: number, end: number): void {
  const { args } = action;
  const places = placesOf(action);
  const nodes = places.map((_, n) => (n === 0 ? first : graph.node()));
  // Each place but the first follows one argument, which is written once, wherever it is come from.
  const keys = places.map(() => graph.node());
  places.forEach((place, n) => {
    if (n > 0) jsonArg(graph, args[place.from - 1]!, keys[n]!, nodes[n]!);
    const { indices, mayEnd } = nextArgs(action, place);
    if (mayEnd) graph.empty(nodes[n]!, end);
    if (indices.length === 0) return;
    const next = n === 0 ? nodes[n]! : graph.literal(nodes[n]!, ', ');
    for (const i of indices) {
      const after = placeAfter(action, place, i);
      graph.empty(next, keys[places.findIndex((other) => isSame(other, after))]!);
    }
  });
}

function jsonArg(graph: GraphBuilder, arg: AvailableArg, from: number, to: number): void {
  const value = graph.literal(from, `${JSON.stringify(arg.name)}: `);
  if ('choices' in arg) {
    for (const choice of arg.choices) graph.literal(value, arg.quoted ? JSON.stringify(choice) : choice, to);
  } else if (arg.quoted) {
    const inside = graph.literal(value, '"');
    const close = graph.node();
    graph.value(inside, arg.profile, close);
    graph.literal(close, '"', to);
  } else {
    graph.value(value, arg.profile, to);
  }
}

/** A character as it stands inside a JSON string. */
export function jsonEscape(char: string): string {
  return JSON.stringify(char).slice(1, -1);
}
