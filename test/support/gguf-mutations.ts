/** Damaged GGUF headers: what bad disks, cut downloads, hasty converters and ill will make of good ones. */
import { layoutOf, type Field, type FieldKind, type Layout } from './gguf-fields.ts';
import type { Random } from './random.ts';

export interface Base {
  readonly header: Uint8Array;
  readonly layout: Layout;
  /** Of the whole file. */
  readonly size: number;
}

export interface Mutant {
  readonly header: Uint8Array;
  /** Of the file: what comes after the header are zeros. */
  readonly size: number;
  /** What was done, for the report. */
  readonly steps: readonly string[];
}

export function baseOf(file: Uint8Array): Base {
  const layout = layoutOf(file);
  return { header: file.slice(0, layout.end), layout, size: file.length };
}

/** Counts and lengths that code forgets about. */
const EDGES = [
  ...[0n, 1n, 2n, 7n, 64n, 255n, 2n ** 16n, 2n ** 20n, 2n ** 21n, 2n ** 24n, 2n ** 26n, 2n ** 31n - 1n, 2n ** 31n],
  ...[2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 61n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];
/** Value types, tensor types, and what is neither. */
const TYPE_IDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 30, 40, 41, 42, 142, 143, 2 ** 31, 2 ** 32 - 1];

interface Draft {
  header: Uint8Array;
  size: number;
  /** Of the header as it was: good for as long as no step moved anything. */
  readonly base: Base;
}

type Step = (draft: Draft, random: Random, bases: readonly Base[]) => string;

const NUMBERS: readonly FieldKind[] = ['count', 'length', 'dimensions', 'dimension', 'offset', 'scalar', 'version'];

const flipBytes: Step = (draft, random) => {
  const times = random.int(1, 8);
  for (let i = 0; i < times; i++) {
    if (draft.header.length > 0) draft.header[random.int(0, draft.header.length - 1)] = random.int(0, 255);
  }
  return `${times} bytes`;
};

const flipBit: Step = ({ header }, random) => {
  const at = random.int(0, Math.max(0, header.length - 1));
  if (header.length > 0) header[at]! ^= 1 << random.int(0, 7);
  return `a bit of byte ${at}`;
};

const lie: Step = (draft, random) => {
  const field = pickField(draft, random, NUMBERS);
  if (field === undefined) return 'nothing';
  const width = Math.min(field.length, 8);
  const old = readUnsigned(draft.header, field.at, width);
  const value = random.pick([
    random.pick(EDGES),
    old + 1n,
    old > 0n ? old - 1n : 0n,
    old * 2n,
    BigInt(draft.size),
    BigInt(draft.size - field.at),
    BigInt(random.int(0, 2 ** 30)),
  ]);
  writeUnsigned(draft.header, field.at, width, value);
  return `${field.kind} at ${field.at}: ${old} -> ${value}`;
};

const retype: Step = (draft, random) => {
  const field = pickField(draft, random, ['type']);
  if (field === undefined) return 'nothing';
  const id = random.pick(TYPE_IDS);
  writeUnsigned(draft.header, field.at, 4, BigInt(id));
  return `type at ${field.at}: ${id}`;
};

const swap: Step = (draft, random) => {
  const kind = random.pick<FieldKind>(['count', 'length', 'dimension', 'offset', 'type']);
  const [a, b] = [pickField(draft, random, [kind]), pickField(draft, random, [kind])];
  if (a === undefined || b === undefined) return 'nothing';
  const first = draft.header.slice(a.at, a.at + a.length);
  draft.header.copyWithin(a.at, b.at, b.at + b.length);
  draft.header.set(first, b.at);
  return `${kind} at ${a.at} and ${b.at} swapped`;
};

/** The same value all over: every token a control token, every text of the letter a. */
const fill: Step = (draft, random) => {
  const field = pickField(draft, random, ['elements', 'text']);
  if (field === undefined) return 'nothing';
  draft.header.fill(random.pick([0, 1, 3, 4, 0x20, 0x61, 0x7f, 0x80, 0xc3, 0xff]), field.at, field.at + field.length);
  return `${field.kind} at ${field.at} filled`;
};

const truncate: Step = (draft, random) => {
  const at = random.next() < 0.5 ? random.int(0, draft.header.length) : (boundary(draft, random) ?? 0);
  draft.header = draft.header.slice(0, at);
  // Either the file ends there, or nothing but zeros follows.
  if (random.next() < 0.5) draft.size = at;
  return `cut at ${at}`;
};

/** A pair or tensor once more, or not at all; the count agrees or not. */
const repeatPart: Step = (draft, random) => {
  const part = random.pick(draft.base.layout.parts);
  if (part.end > draft.header.length) return 'nothing';
  const times = random.pick([0, 2, 2, 2, random.int(3, 40)]);
  const body = draft.header.subarray(part.at, part.end);
  const agree = random.next() < 0.7;
  const countAt = part.kind === 'tensor' ? 8 : 16;
  const count = readUnsigned(draft.header, countAt, 8);
  replace(draft, part.at, part.end, Buffer.concat(Array<Uint8Array>(times).fill(body)));
  if (agree) writeUnsigned(draft.header, countAt, 8, count + BigInt(times) - 1n);
  return `${part.kind} at ${part.at} ${times} times`;
};

/** A piece of another header, from boundary to boundary. */
const splice: Step = (draft, random, bases) => {
  const other = random.pick(bases);
  const [from, to] = [random.pick(other.layout.fields), random.pick(other.layout.fields)].sort((a, b) => a.at - b.at);
  const piece = other.header.subarray(from!.at, Math.min(to!.at, from!.at + 4096));
  const at = boundary(draft, random) ?? 0;
  const end = random.next() < 0.5 ? at : Math.min(draft.header.length, at + piece.length);
  replace(draft, at, end, piece);
  return `${piece.length} foreign bytes at ${at}`;
};

const insert: Step = (draft, random) => {
  const at = random.int(0, draft.header.length);
  const noise = Uint8Array.from({ length: random.int(1, 64) }, () => random.int(0, 255));
  replace(draft, at, at, noise);
  return `${noise.length} bytes of noise at ${at}`;
};

/** The file is longer, or much longer, than its header says: then no lie is refused because the file is too short. */
const stretch: Step = (draft, random) => {
  draft.size = random.pick([draft.size + random.int(1, 100_000), 2 ** 28, 2 ** 31, 2 ** 32 + 12345]);
  return `size ${draft.size}`;
};

/** An array with very many elements, all of them there: `room` bytes of zeros are so many empty texts. */
const inflate: Step = (draft, random) => {
  const counts = draft.base.layout.fields.filter(({ kind, at }) => kind === 'count' && at > 16);
  if (counts.length === 0) return 'nothing';
  const field = random.pick(counts);
  if (field.at + 8 > draft.header.length) return 'nothing';
  const count = random.pick([1000, 70_000, 300_000, 1_100_000, 2_200_000]);
  const width = readUnsigned(draft.header, field.at - 4, 4) === 8n ? 8 : random.pick([1, 4, 8]);
  writeUnsigned(draft.header, field.at, 8, readUnsigned(draft.header, field.at, 8) + BigInt(count));
  const zeros = new Uint8Array(count * width);
  if (width < 8 && random.next() < 0.5) zeros.fill(random.pick([1, 3, 4]));
  replace(draft, field.at + 8, field.at + 8, zeros);
  return `${count} elements more at ${field.at}`;
};

/** What happens, and how often. */
const STEPS: readonly (readonly [step: Step, weight: number])[] = [
  [lie, 30],
  [flipBytes, 12],
  [flipBit, 8],
  [retype, 10],
  [swap, 6],
  [fill, 8],
  [truncate, 6],
  [repeatPart, 10],
  [splice, 8],
  [insert, 4],
  [stretch, 6],
  [inflate, 0.5],
];
const TOTAL = STEPS.reduce((sum, [, weight]) => sum + weight, 0);

/** One to four kinds of damage to one of the bases. */
export function mutate(bases: readonly Base[], random: Random): Mutant {
  const base = random.pick(bases);
  const draft: Draft = { header: base.header.slice(), size: base.size, base };
  const steps: string[] = [];
  for (let left = random.pick([1, 1, 1, 2, 2, 3, 4]); left > 0; left--)
    steps.push(pickStep(random)(draft, random, bases));
  return { header: draft.header, size: Math.max(draft.size, 0), steps };
}

function pickStep(random: Random): Step {
  let rest = random.next() * TOTAL;
  for (const [step, weight] of STEPS) if ((rest -= weight) < 0) return step;
  return lie;
}

/** A field that is still inside the header; where a step moved things, its place is as good as any other. */
function pickField({ base, header }: Draft, random: Random, kinds: readonly FieldKind[]): Field | undefined {
  const kind = random.pick(kinds);
  const fields = base.layout.fields.filter((field) => field.kind === kind && field.at + field.length <= header.length);
  return fields.length === 0 ? undefined : random.pick(fields);
}

function boundary({ base, header }: Draft, random: Random): number | undefined {
  const { at } = random.pick(base.layout.fields);
  return at <= header.length ? at : undefined;
}

function replace(draft: Draft, start: number, end: number, by: Uint8Array): void {
  const { header } = draft;
  const made = new Uint8Array(header.length - (end - start) + by.length);
  made.set(header.subarray(0, start));
  made.set(by, start);
  made.set(header.subarray(end), start + by.length);
  draft.header = made;
  draft.size += by.length - (end - start);
}

function readUnsigned(bytes: Uint8Array, at: number, width: number): bigint {
  let value = 0n;
  for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

function writeUnsigned(bytes: Uint8Array, at: number, width: number, value: bigint): void {
  for (let i = 0; i < width && at + i < bytes.length; i++) bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}
