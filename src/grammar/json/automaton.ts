/**
 * JSON that fits a schema, byte by byte. What is being written is a set of threads, for a schema leaves things open; a
 * thread is a frame that knows what comes after it, down to the end of the value. Written in one style, `{"a": 1, "b":
 * [2, 3]}`, as models are trained to.
 */
import { canBegin, canGoOn, isNumber, NUMBER_CHARS } from './number.ts';
import { ByteSet } from '../state-list.ts';
import type { Next, TokenAutomaton } from '../state.ts';
import type { TokenTable } from '../token-table.ts';
import type { Node } from './schema.ts';

/** What is being written; `after`: what comes then, undefined at the end. */
export type Frame =
  /** Any text; `after` may begin at any place, and the end come. */
  | { readonly kind: 'text'; readonly after: Frame | undefined }
  | { readonly kind: 'token'; readonly id: number; readonly after: Frame | undefined }
  | { readonly kind: 'literal'; readonly bytes: Uint8Array; readonly at: number; readonly after: Frame | undefined }
  | { readonly kind: 'number'; readonly node: NumberNode; readonly text: string; readonly after: Frame | undefined }
  | {
      readonly kind: 'string';
      readonly node: StringNode;
      /** Characters so far. */
      readonly length: number;
      /** A backslash came last. */
      readonly escaped: boolean;
      /** Bytes that the last character still lacks, and what the next of them may be. */
      readonly lacks: number;
      readonly low: number;
      readonly high: number;
      readonly after: Frame | undefined;
    }
  | Pending;
/** Frames that write nothing themselves: opened by `enter`. */
type Pending =
  | { readonly kind: 'later'; readonly open: () => Frame | undefined }
  | { readonly kind: 'either'; readonly frames: readonly (Frame | undefined)[] }
  | { readonly kind: 'value'; readonly node: Node; readonly after: Frame | undefined }
  | {
      readonly kind: 'members';
      readonly node: ObjectNode;
      readonly at: number;
      readonly some: boolean;
      readonly after: Frame | undefined;
    }
  | { readonly kind: 'items'; readonly node: ArrayNode; readonly count: number; readonly after: Frame | undefined };

type NumberNode = Extract<Node, { kind: 'number' }>;
type StringNode = Extract<Node, { kind: 'string' }>;
type ObjectNode = Extract<Node, { kind: 'object' }>;
type ArrayNode = Extract<Node, { kind: 'array' }>;

type Writing = Exclude<Frame, Pending>;
/** undefined: the value is complete. */
type Thread = Writing | undefined;

export type JsonCursor = readonly Thread[];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `"\/bfnrt`: what may follow a backslash. \u is not needed, as everything has its own letters. */
const ESCAPES: readonly number[] = Array.from('"\\/bfnrt', (char) => char.charCodeAt(0));
const CHOICE: Next = { kind: 'choice' };
const ANY_STRING: StringNode = { kind: 'string', min: 0, max: Infinity };

export class JsonAutomaton implements TokenAutomaton<JsonCursor> {
  /** Any of many tokens may follow inside a string: what the model likes best is tried before all are looked at. */
  readonly wide = true;
  readonly #table: TokenTable;
  readonly #first: Frame;
  #found: number[] = [];
  #wanted = Infinity;

  constructor(table: TokenTable, first: Frame) {
    this.#table = table;
    this.#first = first;
  }

  start(): JsonCursor {
    return distinct(enter(this.#first));
  }

  isComplete(cursor: JsonCursor): boolean {
    return cursor.every((thread) => thread === undefined);
  }

  accept(cursor: JsonCursor, id: number): JsonCursor | undefined {
    const { vocabulary } = this.#table;
    if (id === vocabulary.eosId) return cursor.includes(undefined) ? [undefined] : undefined;
    if (this.#table.isText(id)) return this.read(cursor, vocabulary.bytes(id));
    const after = distinct(cursor.flatMap((thread) => (isToken(thread, id) ? enter(thread.after) : [])));
    return after.length > 0 ? after : undefined;
  }

  read(cursor: JsonCursor, bytes: Uint8Array): JsonCursor | undefined {
    for (const byte of bytes) {
      cursor = step(cursor, byte);
      if (cursor.length === 0) return undefined;
    }
    return cursor;
  }

  allowed(cursor: JsonCursor): Int32Array {
    this.#found = cursor.includes(undefined) ? [this.#table.vocabulary.eosId] : [];
    for (const thread of cursor) if (thread?.kind === 'token') this.#found.push(thread.id);
    this.#wanted = Infinity;
    this.#walk(cursor, 0, this.#table.length, 0, 0);
    return Int32Array.from(new Set(this.#found)).sort();
  }

  next(cursor: JsonCursor): Next {
    if (cursor.includes(undefined)) return CHOICE;
    const [first] = cursor;
    if (first?.kind === 'token') return cursor.length === 1 ? { kind: 'token', id: first.id } : CHOICE;
    if (cursor.some((thread) => thread?.kind === 'token')) return CHOICE;
    const bytes = following(cursor);
    const byte = bytes.next(0);
    return byte === 256 || bytes.next(byte + 1) < 256 ? CHOICE : { kind: 'byte', byte };
  }

  isCrossed(cursor: JsonCursor, prefix: Uint8Array): boolean {
    const [lo, hi] = this.#table.range(prefix);
    this.#found = [];
    this.#wanted = 1;
    this.#walk(cursor, lo, hi, prefix.length, prefix.length);
    return this.#found.length > 0;
  }

  /** Finds the tokens of table range [lo, hi), which share `depth` bytes, that go on as the cursor does. */
  #walk(cursor: JsonCursor, lo: number, hi: number, depth: number, base: number): void {
    const table = this.#table;
    for (; lo < hi && table.lengthOf(lo) === depth; lo++) if (depth > base) this.#found.push(table.ids[lo]!);
    if (lo === hi) return;
    const bytes = following(cursor);
    for (let byte = bytes.next(0); byte < 256 && this.#found.length < this.#wanted; byte = bytes.next(byte + 1)) {
      lo = table.lowerBound(lo, hi, depth, byte);
      const end = table.lowerBound(lo, hi, depth, byte + 1);
      if (lo === end) continue;
      this.#walk(step(cursor, byte), lo, end, depth + 1, base);
      lo = end;
    }
  }
}

/** The threads that a frame begins. */
function enter(frame: Frame | undefined): Thread[] {
  if (frame === undefined) return [undefined];
  switch (frame.kind) {
    case 'literal':
      return frame.at < frame.bytes.length ? [frame] : enter(frame.after);
    case 'token':
    case 'number':
    case 'string':
      return [frame];
    case 'text':
      return [frame, undefined, ...enter(frame.after)];
    case 'later':
      return enter(frame.open());
    case 'either':
      return frame.frames.flatMap(enter);
    case 'value':
      return value(frame.node, frame.after);
    case 'members':
      return members(frame);
    case 'items':
      return items(frame);
  }
}

function value(node: Node, after: Frame | undefined): Thread[] {
  switch (node.kind) {
    case 'object':
      return literal('{', { kind: 'members', node, at: 0, some: false, after });
    case 'array':
      return literal('[', { kind: 'items', node, count: 0, after });
    case 'string':
      return literal('"', string(node, after));
    case 'number':
      return [{ kind: 'number', node, text: '', after }];
    case 'literals':
      return node.texts.flatMap((text) => literal(text, after));
    case 'either':
      return node.nodes.flatMap((one) => value(one(), after));
  }
}

function members({ node, at, some, after }: Extract<Frame, { kind: 'members' }>): Thread[] {
  const { properties, others } = node;
  const comma = some ? ', ' : '';
  const threads: Thread[] = [];
  for (let i = at; i < properties.length; i++) {
    const { name, node: of, required } = properties[i]!;
    const rest: Frame = { kind: 'members', node, at: i + 1, some: true, after };
    threads.push(...literal(`${comma}${JSON.stringify(name)}: `, { kind: 'value', node: of(), after: rest }));
    if (required) return threads;
  }
  threads.push(...literal('}', after));
  if (others !== undefined) {
    const rest: Frame = { kind: 'members', node, at, some: true, after };
    const colon: Frame = {
      kind: 'literal',
      bytes: encoded(': '),
      at: 0,
      after: { kind: 'value', node: others(), after: rest },
    };
    threads.push(...literal(`${comma}"`, string(ANY_STRING, colon)));
  }
  return threads;
}

function items({ node, count, after }: Extract<Frame, { kind: 'items' }>): Thread[] {
  const threads = count >= node.min ? literal(']', after) : [];
  if (count >= node.max) return threads;
  const rest: Frame = { kind: 'items', node, count: count + 1, after };
  const item: Frame = { kind: 'value', node: node.items(), after: rest };
  return [...threads, ...(count > 0 ? literal(', ', item) : enter(item))];
}

function literal(text: string, after: Frame | undefined): Thread[] {
  return text === '' ? enter(after) : [{ kind: 'literal', bytes: encoded(text), at: 0, after }];
}

const encoder = new TextEncoder();
const encoded = (text: string): Uint8Array => encoder.encode(text);

function string(node: StringNode, after: Frame | undefined): Frame {
  return { kind: 'string', node, length: 0, escaped: false, lacks: 0, low: 0, high: 0, after };
}

/** Where the threads stand after a byte; those that it does not fit are gone. */
function step(cursor: JsonCursor, byte: number): JsonCursor {
  const threads: Thread[] = [];
  for (const thread of cursor) {
    if (thread === undefined || thread.kind === 'token') continue;
    if (thread.kind === 'text') threads.push(...enter(thread));
    else if (thread.kind === 'literal') {
      if (thread.bytes[thread.at] === byte) threads.push(...enter({ ...thread, at: thread.at + 1 }));
    } else if (thread.kind === 'number') {
      const text = thread.text + String.fromCharCode(byte);
      if (!canBegin(text, thread.node)) continue;
      if (canGoOn(text, thread.node)) threads.push({ ...thread, text });
      if (isNumber(text, thread.node)) threads.push(...enter(thread.after));
    } else {
      threads.push(...stepString(thread, byte));
    }
  }
  return distinct(threads);
}

function stepString(frame: Extract<Frame, { kind: 'string' }>, byte: number): Thread[] {
  const { node, length, escaped, lacks } = frame;
  if (!inString(frame, byte)) return [];
  if (lacks > 0) return [{ ...frame, lacks: lacks - 1, low: 0x80, high: 0xbf }];
  if (escaped) return [{ ...frame, escaped: false }];
  if (byte === QUOTE) return length >= node.min ? enter(frame.after) : [];
  const next = { ...frame, length: length + 1 };
  if (byte === BACKSLASH) return [{ ...next, escaped: true }];
  if (byte < 0x80) return [next];
  // Table 3-7 of the Unicode standard: the second byte of some characters is narrower.
  const low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
  const high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
  return [{ ...next, lacks: byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1, low, high }];
}

/** Whether a byte may stand in a string, or end it. */
function inString(
  { node, length, escaped, lacks, low, high }: Extract<Frame, { kind: 'string' }>,
  byte: number,
): boolean {
  if (lacks > 0) return byte >= low && byte <= high;
  if (escaped) return ESCAPES.includes(byte);
  if (byte === QUOTE) return length >= node.min;
  if (length >= node.max || byte < 0x20 || byte === 0x7f) return false;
  return byte < 0x80 || (byte >= 0xc2 && byte <= 0xf4);
}

/** The bytes that may come next. */
function following(cursor: JsonCursor): ByteSet {
  const bytes = new ByteSet();
  for (const thread of cursor) {
    if (thread === undefined || thread.kind === 'token') continue;
    if (thread.kind === 'text') for (let byte = 0; byte < 256; byte++) bytes.add(byte);
    else if (thread.kind === 'literal') bytes.add(thread.bytes[thread.at]!);
    else if (thread.kind === 'number') {
      for (const char of NUMBER_CHARS) {
        if (canBegin(thread.text + char, thread.node)) bytes.add(char.charCodeAt(0));
      }
    } else {
      for (let byte = 0; byte < 256; byte++) if (inString(thread, byte)) bytes.add(byte);
    }
  }
  return bytes;
}

const isToken = (thread: Thread, id: number): thread is Extract<Frame, { kind: 'token' }> =>
  thread?.kind === 'token' && thread.id === id;

/** One thread for each way to go on: the end is the end, however it was reached. */
function distinct(threads: Thread[]): Thread[] {
  const ends = threads.includes(undefined);
  const writing = threads.filter((thread) => thread !== undefined);
  return ends ? [...writing, undefined] : writing;
}
