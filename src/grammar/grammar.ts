/** Plans as the model may write them. */
import type { PlanConstraint } from '../model/types.ts';
import { textPass } from '../text/passes.ts';
import { Automaton, type Cursor } from './automaton.ts';
import { availableActions } from './available.ts';
import { hermesGraph, jsonEscape } from './hermes.ts';
import { ConstrainedState } from './state.ts';
import { choiceTag, keyTag, tagsGraph } from './tags.ts';
import type { TokenTable } from './token-table.ts';
import { Values } from './values.ts';

/** How a model writes plans (tags.ts, hermes.ts). */
export type PlanFormat = 'tags' | 'hermes';

/** A plan on its way. */
export type PlanState = ConstrainedState<Cursor>;

/** The plans that a constraint allows, as token sequences. Cheap to make: one for each request. */
export class PlanGrammar {
  readonly #table: TokenTable;
  readonly #automaton: Automaton;

  /** @throws TokonomaError `grammar-vocabulary` when the vocabulary lacks the tokens of the format */
  constructor(table: TokenTable, format: PlanFormat, constraint: PlanConstraint) {
    this.#table = table;
    this.#automaton = format === 'tags' ? tagsAutomaton(table, constraint) : hermesAutomaton(table, constraint);
  }

  /** An empty plan. */
  start(): PlanState {
    return new ConstrainedState(this.#table, this.#automaton, this.#automaton.start());
  }
}

function tagsAutomaton(table: TokenTable, { actions, names, source }: PlanConstraint): Automaton {
  const { vocabulary } = table;
  const values = new Values(source, names, { leadingBlank: true, escape: (char) => char, literalNumbers: true });
  const available = availableActions(actions, values, (arg, choice) => {
    return vocabulary.idOf(choice === undefined ? keyTag(arg) : choiceTag(arg, choice)) !== undefined;
  });
  return new Automaton(table, tagsGraph(available, vocabulary), values);
}

function hermesAutomaton(table: TokenTable, { actions, names, source }: PlanConstraint): Automaton {
  const style = { leadingBlank: false, escape: jsonEscape, literalNumbers: false };
  const values = new Values(source, names, style, [textPass(source).text]);
  const available = availableActions(actions, values, () => true);
  return new Automaton(table, hermesGraph(available, table.vocabulary), values);
}
