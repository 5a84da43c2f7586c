/**
 * Simulates a plan's automaton over tokens. It is nondeterministic: where a plan stands is a set of states, each a node
 * of the graph or, above those, a slot of the graph together with a state of its value. Sets are ranges of one stack.
 */
import { FIRST_TOKEN, tokenLabel, type Graph } from './graph.ts';
import type { Next, TokenAutomaton } from './state.ts';
import { ByteSet, StateList } from './state-list.ts';
import type { TokenTable } from './token-table.ts';
import type { Values } from './values.ts';

/** More calls no plan has. */
export const MAX_CALLS = 12;

/** Where a plan stands. */
export interface Cursor {
  readonly states: Int32Array;
  /** Calls begun so far. */
  readonly calls: number;
}

const CHOICE: Next = { kind: 'choice' };

export class Automaton implements TokenAutomaton<Cursor> {
  readonly #table: TokenTable;
  readonly #graph: Graph;
  readonly #values: Values;
  /** Value states per slot. */
  readonly #valueStates: number;
  readonly #sets = new StateList();
  /** (nodes) the set to which a node was last added, so that none holds it twice. */
  readonly #addedTo: Int32Array;
  #set = 0;
  /** Calls begun by the plan that is being looked at. */
  #calls = 0;
  /** Bytes that may follow, one set per depth of #walk. */
  readonly #following: ByteSet[] = [];
  #found = new Int32Array(256);
  #foundLength = 0;
  #wanted = Infinity;

  constructor(table: TokenTable, graph: Graph, values: Values) {
    this.#table = table;
    this.#graph = graph;
    this.#values = values;
    this.#valueStates = values.states;
    this.#addedTo = new Int32Array(graph.nodes);
  }

  start(): Cursor {
    this.#begin(0);
    this.#enter(this.#graph.start);
    return this.#cursorFrom(0);
  }

  /** Nothing but the end of the plan may follow, or it has been taken. */
  isComplete({ states }: Cursor): boolean {
    const { full, end } = this.#graph;
    return states.every((state) => state === full || state === end);
  }

  /** Ids of the tokens that may follow, ascending: a view, overwritten by the next question. */
  allowed(cursor: Cursor): Int32Array {
    this.#load(cursor);
    this.#foundLength = 0;
    this.#wanted = Infinity;
    const { labels } = this.#graph;
    this.#eachEdge(cursor.states, (edge) => {
      if (labels[edge]! >= FIRST_TOKEN) this.#addFound((labels[edge]! - FIRST_TOKEN) >> 1);
    });
    this.#walk(0, cursor.states.length, 0, this.#table.length, 0, 0);
    return unique(this.#found.subarray(0, this.#foundLength).sort());
  }

  /** Where the plan stands after a token; undefined when it may not follow. */
  accept(cursor: Cursor, id: number): Cursor | undefined {
    if (this.#table.isText(id)) return this.read(cursor, this.#table.vocabulary.bytes(id));
    const { labels, targets } = this.#graph;
    const opening = tokenLabel(id, true);
    this.#begin(cursor.calls);
    this.#eachEdge(cursor.states, (edge) => {
      if (labels[edge] !== opening && labels[edge] !== tokenLabel(id, false)) return;
      // Calls are opened by tokens only, and all readings of a token agree on that.
      if (labels[edge] === opening) this.#calls = cursor.calls + 1;
      this.#enter(targets[edge]!);
    });
    return this.#sets.length === 0 ? undefined : this.#cursorFrom(0);
  }

  /** Where the plan stands after bytes of text; undefined when they may not follow. */
  read(cursor: Cursor, bytes: Uint8Array): Cursor | undefined {
    this.#load(cursor);
    let from = 0;
    for (const byte of bytes) {
      const to = this.#sets.length;
      this.#stepAll(from, to, byte);
      if (this.#sets.length === to) return undefined;
      from = to;
    }
    return this.#cursorFrom(from);
  }

  /** The one byte or token that can follow, if there is but one. */
  next({ states }: Cursor): Next {
    const { labels } = this.#graph;
    let label = -1;
    let labelCount = 0;
    this.#eachEdge(states, (edge) => {
      if (labels[edge] !== label) labelCount++;
      label = labels[edge]!;
    });
    if (labelCount > 1) return CHOICE;
    const bytes = this.#followingAt(0);
    bytes.clear();
    this.#addValueBytes(states, 0, states.length, bytes);
    if (label >= 0 && label < FIRST_TOKEN) bytes.add(label);
    const byte = bytes.next(0);
    if (label >= FIRST_TOKEN) return byte < 256 ? CHOICE : { kind: 'token', id: (label - FIRST_TOKEN) >> 1 };
    return byte === 256 || bytes.next(byte + 1) < 256 ? CHOICE : { kind: 'byte', byte };
  }

  /** Whether some token begins with `prefix`, goes on after it, and fits what follows at the cursor. */
  isCrossed(cursor: Cursor, prefix: Uint8Array): boolean {
    const [lo, hi] = this.#table.range(prefix);
    this.#load(cursor);
    this.#foundLength = 0;
    this.#wanted = 1;
    this.#walk(0, cursor.states.length, lo, hi, prefix.length, prefix.length);
    return this.#foundLength > 0;
  }

  /**
   * Finds the tokens of table range [lo, hi), which share their first `depth` bytes, that go on as the set
   * [from, to) does; those of `base` bytes are not counted.
   */
  #walk(from: number, to: number, lo: number, hi: number, depth: number, base: number): void {
    const table = this.#table;
    for (; lo < hi && table.lengthOf(lo) === depth; lo++) {
      if (depth > base) this.#addFound(table.ids[lo]!);
    }
    if (lo === hi) return;
    const bytes = this.#followingAt(depth);
    bytes.clear();
    this.#addBytes(from, to, bytes);
    for (let byte = bytes.next(0); byte < 256 && this.#foundLength < this.#wanted; byte = bytes.next(byte + 1)) {
      lo = table.lowerBound(lo, hi, depth, byte);
      const end = table.lowerBound(lo, hi, depth, byte + 1);
      if (lo === end) continue;
      this.#stepAll(from, to, byte);
      this.#walk(to, this.#sets.length, lo, end, depth + 1, base);
      this.#sets.length = to;
      lo = end;
    }
  }

  /** Appends the set that follows on [from, to) after a byte. */
  #stepAll(from: number, to: number, byte: number): void {
    const { nodes, edgeStart, labels, targets, slotProfile, slotNext } = this.#graph;
    const sets = this.#sets;
    this.#set++;
    for (let i = from; i < to; i++) {
      const state = sets.items[i]!;
      if (state < nodes) {
        for (let e = edgeStart[state]!; e < edgeStart[state + 1]!; e++)
          if (labels[e] === byte) this.#enter(targets[e]!);
        continue;
      }
      const slot = Math.floor((state - nodes) / this.#valueStates);
      const first = nodes + slot * this.#valueStates;
      const before = sets.length;
      this.#values.step(slotProfile[slot]!, state - first, byte, first, sets);
      if (this.#dropEnded(before, first)) this.#enter(slotNext[slot]!);
    }
  }

  /** Drops the value states from `from` on that cannot go on; returns whether the value may end in one of them all. */
  #dropEnded(from: number, first: number): boolean {
    const sets = this.#sets;
    let accepted = false;
    let kept = from;
    for (let i = from; i < sets.length; i++) {
      const state = sets.items[i]!;
      accepted ||= this.#values.accepts(state - first);
      if (this.#values.continues(state - first)) sets.items[kept++] = state;
    }
    sets.length = kept;
    return accepted;
  }

  /** Adds a node, and what can be reached from it without reading anything, to the set at the end of the stack. */
  #enter(node: number): void {
    const { nodes, between, full, edgeStart, emptyStart, emptyTargets, slotOf } = this.#graph;
    if (node === between && this.#calls >= MAX_CALLS) node = full;
    if (this.#addedTo[node] === this.#set) return;
    this.#addedTo[node] = this.#set;
    const slot = slotOf[node]!;
    if (slot >= 0) this.#sets.push(nodes + slot * this.#valueStates);
    else if (edgeStart[node] !== edgeStart[node + 1] || node === this.#graph.end) this.#sets.push(node);
    for (let e = emptyStart[node]!; e < emptyStart[node + 1]!; e++) this.#enter(emptyTargets[e]!);
  }

  /** Adds the bytes that may follow on the set [from, to). */
  #addBytes(from: number, to: number, bytes: ByteSet): void {
    const { nodes, edgeStart, labels } = this.#graph;
    const { items } = this.#sets;
    for (let i = from; i < to; i++) {
      const state = items[i]!;
      if (state >= nodes) continue;
      for (let e = edgeStart[state]!; e < edgeStart[state + 1]!; e++) {
        if (labels[e]! < FIRST_TOKEN) bytes.add(labels[e]!);
      }
    }
    this.#addValueBytes(items, from, to, bytes);
  }

  #addValueBytes(states: Int32Array, from: number, to: number, bytes: ByteSet): void {
    const { nodes, slotProfile } = this.#graph;
    for (let i = from; i < to; i++) {
      const state = states[i]! - nodes;
      if (state < 0) continue;
      const slot = Math.floor(state / this.#valueStates);
      this.#values.addBytes(slotProfile[slot]!, state - slot * this.#valueStates, bytes);
    }
  }

  #eachEdge(states: Int32Array, visit: (edge: number) => void): void {
    const { nodes, edgeStart } = this.#graph;
    for (const state of states) {
      if (state >= nodes) continue;
      for (let e = edgeStart[state]!; e < edgeStart[state + 1]!; e++) visit(e);
    }
  }

  #begin(calls: number): void {
    this.#sets.length = 0;
    this.#calls = calls;
    this.#set++;
  }

  #load({ states, calls }: Cursor): void {
    this.#begin(calls);
    for (const state of states) this.#sets.push(state);
  }

  #cursorFrom(from: number): Cursor {
    return { states: this.#sets.items.slice(from, this.#sets.length), calls: this.#calls };
  }

  #followingAt(depth: number): ByteSet {
    return (this.#following[depth] ??= new ByteSet());
  }

  #addFound(id: number): void {
    if (this.#foundLength === this.#found.length) {
      const grown = new Int32Array(2 * this.#found.length);
      grown.set(this.#found);
      this.#found = grown;
    }
    this.#found[this.#foundLength++] = id;
  }
}

/** Leaves out repetitions, in place. */
function unique(sorted: Int32Array): Int32Array {
  let n = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[n++] = sorted[i]!;
  return sorted.subarray(0, n);
}
