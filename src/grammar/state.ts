/** Generated text under a grammar: what can follow, what must follow, and whether it is complete. */
import { TokonomaError } from '../errors.ts';
import type { TokenTable } from './token-table.ts';

/** What the structure asks for next. */
export type Next =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'token'; readonly id: number }
  | { readonly kind: 'choice' };

/** A grammar over tokens; a cursor is a place in it, and never changes. */
export interface TokenAutomaton<Cursor> {
  /** Whether a very large part of the vocabulary may follow somewhere. */
  readonly wide?: boolean;
  start(): Cursor;
  /** Nothing but the end of the turn may follow, or it has been taken. */
  isComplete(cursor: Cursor): boolean;
  /** Ids of the tokens that may follow, ascending: a view, overwritten by the next question. */
  allowed(cursor: Cursor): Int32Array;
  /** Where it stands after a token; undefined when it may not follow. */
  accept(cursor: Cursor, id: number): Cursor | undefined;
  /** Where it stands after bytes of text; undefined when they may not follow. */
  read(cursor: Cursor, bytes: Uint8Array): Cursor | undefined;
  /** The one byte or token that can follow, if there is but one. */
  next(cursor: Cursor): Next;
  /** Whether some token begins with `prefix`, goes on after it, and fits what follows at the cursor. */
  isCrossed(cursor: Cursor, prefix: Uint8Array): boolean;
}

/** A text on its way. From every state some way leads to a complete one. */
export class ConstrainedState<Cursor = unknown> {
  readonly #table: TokenTable;
  readonly #automaton: TokenAutomaton<Cursor>;
  #cursor: Cursor;

  constructor(table: TokenTable, automaton: TokenAutomaton<Cursor>, cursor: Cursor) {
    this.#table = table;
    this.#automaton = automaton;
    this.#cursor = cursor;
  }

  /** The same state, to go another way from. */
  fork(): ConstrainedState<Cursor> {
    return new ConstrainedState(this.#table, this.#automaton, this.#cursor);
  }

  /** The text is complete: nothing but the end of the turn may follow, or it has been taken. */
  get done(): boolean {
    return this.#automaton.isComplete(this.#cursor);
  }

  /** So much may follow, inside a string, that what the model likes best is tried before all of it is listed. */
  get wide(): boolean {
    return this.#automaton.wide === true;
  }

  /** Whether the token may follow. */
  accepts(id: number): boolean {
    return this.#automaton.accept(this.#cursor, id) !== undefined;
  }

  /**
   * Ids of the tokens that may follow, ascending, the end of the turn among them where it may end. A view that
   * is overwritten by the next call of any state of the same grammar.
   */
  allowed(): Int32Array {
    return this.#automaton.allowed(this.#cursor);
  }

  /** @throws TokonomaError `grammar-rejected` when the token may not follow; the state is then unchanged */
  accept(id: number): void {
    const after = this.#automaton.accept(this.#cursor, id);
    if (after === undefined) {
      throw new TokonomaError('grammar-rejected', `token ${id} cannot follow here`);
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
