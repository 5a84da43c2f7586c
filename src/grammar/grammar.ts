/** Plans as the model may write them: what can follow, what must follow, and whether a plan is complete. */
import { TokonomaError } from '../errors.ts';
import type { PlanConstraint } from '../model/types.ts';
import { textPass } from '../text/passes.ts';
import { Automaton, type Cursor } from './automaton.ts';
import { availableActions } from './available.ts';
import { hermesGraph, jsonEscape } from './hermes.ts';
import { choiceTag, keyTag, tagsGraph } from './tags.ts';
import type { TokenTable } from './token-table.ts';
import { Values } from './values.ts';

/** How a model writes plans (tags.ts, hermes.ts). */
export type PlanFormat = 'tags' | 'hermes';

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
    return new PlanState(this.#table, this.#automaton, this.#automaton.start());
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

/** A plan on its way. From every state some way leads to a complete plan. */
export class PlanState {
  readonly #table: TokenTable;
  readonly #automaton: Automaton;
  #cursor: Cursor;

  constructor(table: TokenTable, automaton: Automaton, cursor: Cursor) {
    this.#table = table;
    this.#automaton = automaton;
    this.#cursor = cursor;
  }

  /** The same state, to go another way from. */
  fork(): PlanState {
    return new PlanState(this.#table, this.#automaton, this.#cursor);
  }

  /** The plan is complete: nothing but the end of the turn may follow, or it has been taken. */
  get done(): boolean {
    return this.#automaton.isComplete(this.#cursor);
  }

  /**
   * Ids of the tokens that may follow, ascending, the end of the turn among them where the plan may end. A view that
   * is overwritten by the next call of any state of the same grammar.
   */
  allowed(): Int32Array {
    return this.#automaton.allowed(this.#cursor);
  }

  /** @throws TokonomaError `grammar-rejected` when the token may not follow; the state is then unchanged */
  accept(id: number): void {
    const after = this.#automaton.accept(this.#cursor, id);
    if (after === undefined) {
      throw new TokonomaError('grammar-rejected', `token ${id} cannot follow here in a plan`);
    }
    this.#cursor = after;
  }

  /**
   * The tokens that must follow, in the way the tokenizer splits that text; a last part that could become one token
   * with what comes after is left to the model. Never the end of the turn: that is `done`.
   */
  forced(): number[] {
    const forced: number[] = [];
    let bytes: number[] = [];
    let cursor = this.#cursor;
    while (!this.#automaton.isComplete(cursor)) {
      const next = this.#automaton.next(cursor);
      if (next.kind === 'choice') break;
      if (next.kind === 'byte') {
        bytes.push(next.byte);
        cursor = this.#automaton.read(cursor, Uint8Array.of(next.byte))!;
        continue;
      }
      const text = this.#tokensOf(Uint8Array.from(bytes));
      if (text === undefined) return forced;
      forced.push(...text, next.id);
      bytes = [];
      cursor = this.#automaton.accept(cursor, next.id)!;
    }
    forced.push(...this.#settled(Uint8Array.from(bytes), cursor));
    return forced;
  }

  /** Canonical tokens of `bytes` that stay the same whatever follows at the cursor. */
  #settled(bytes: Uint8Array, cursor: Cursor): number[] {
    const whole = bytes.subarray(0, completeLength(bytes));
    const tokens = this.#tokensOf(whole);
    if (tokens === undefined || tokens.length === 0) return [];
    let keep = whole.length;
    for (let from = Math.max(0, bytes.length - this.#table.longest); from < keep; from++) {
      if (this.#automaton.isCrossed(cursor, bytes.subarray(from))) keep = from;
    }
    const settled: number[] = [];
    let end = 0;
    for (const id of tokens) {
      end += this.#table.vocabulary.bytes(id).length;
      if (end > keep) break;
      settled.push(id);
    }
    return settled;
  }

  /** Canonical tokens of UTF-8; undefined when the bytes begin or end inside a character. */
  #tokensOf(bytes: Uint8Array): number[] | undefined {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return undefined;
    }
    const { vocabulary } = this.#table;
    const tokens = Array.from(vocabulary.encode(text));
    const length = tokens.reduce((sum, id) => sum + (this.#table.isText(id) ? vocabulary.bytes(id).length : NaN), 0);
    return length === bytes.length ? tokens : undefined;
  }
}

/** Length without an incomplete last character. */
function completeLength(bytes: Uint8Array): number {
  let lead = bytes.length - 1;
  while (lead > 0 && lead > bytes.length - 4 && (bytes[lead]! & 0xc0) === 0x80) lead--;
  if (lead < 0) return 0;
  const byte = bytes[lead]!;
  const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
  return lead + size > bytes.length ? lead : bytes.length;
}
