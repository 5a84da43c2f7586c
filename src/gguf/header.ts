/** Parsing of the header: counts, key-value pairs, tensor directory. Nothing in the file is believed. */
import { TokonomaError } from '../errors.ts';
import { Cursor } from './cursor.ts';
import { VALUE_BYTES, VALUE_TYPES, type ArrayEntry, type Entry, type ValueType } from './metadata.ts';
import type { FileSource } from './source.ts';

const MAGIC = 0x46554747; // 'GGUF', little-endian
/** What a file may claim before we call it damaged; the largest known model files stay far below. */
const MAX_KEYS = 65_536;
const MAX_TENSORS = 65_536;
const MAX_KEY_BYTES = 65_535; // GGUF specification: 2^16 - 1
const MAX_NAME_BYTES = 64; // GGUF specification; GGML_MAX_NAME
const MAX_DIMENSIONS = 4; // GGML_MAX_DIMS
const MAX_STRING_BYTES = 8 << 20;
/** All single strings together: they are held for as long as the file is open. */
const MAX_HELD_BYTES = 16 << 20;
/** In memory, all elements of one array together; the merges of half a million pairs are 6 MB. */
const MAX_ARRAY_BYTES = 16 << 20;
/** Of one array: four times the largest vocabulary we know of. */
const MAX_STRINGS = 1 << 20;
/** Of all arrays: each has to be walked over to find the next key. */
const MAX_ALL_STRINGS = 1 << 22;

/** A line of the tensor directory as it stands in the file. */
export interface TensorEntry {
  readonly name: string;
  readonly type: number;
  readonly shape: number[];
  /** Relative to the start of the tensor data, bytes. */
  readonly offset: number;
  /** Byte offset of this entry, for messages. */
  readonly at: number;
}

export interface Header {
  readonly version: number;
  readonly entries: Map<string, Entry>;
  /** Where each key-value pair lies in the file: bytes [start, end). */
  readonly pairs: ReadonlyMap<string, readonly [start: number, end: number]>;
  readonly tensors: TensorEntry[];
  /** First byte after the tensor directory. */
  readonly end: number;
}

export function readHeader(source: FileSource): Header {
  const cursor = new Cursor(source);
  const version = readVersion(cursor);
  // name length, type, dimensions >= 1, offset
  const tensorCount = cursor.count('tensor count', 8 + 4 + 8 + 4 + 8, MAX_TENSORS);
  // key length, value type, value of at least one byte
  const keyCount = cursor.count('metadata count', 8 + 4 + 1, MAX_KEYS);

  const entries = new Map<string, Entry>();
  const pairs = new Map<string, readonly [number, number]>();
  const allowance: Allowance = { heldBytes: MAX_HELD_BYTES, strings: MAX_ALL_STRINGS };
  for (let i = 0; i < keyCount; i++) {
    const at = cursor.position;
    const key = cursor.text(`key of metadata entry ${i}`, MAX_KEY_BYTES);
    if (entries.has(key)) throw cursor.corrupt(at, `metadata key "${key}" is there twice`);
    entries.set(key, readValue(cursor, key, allowance));
    pairs.set(key, [at, cursor.position]);
  }

  const tensors: TensorEntry[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) {
    const entry = readTensorEntry(cursor, i);
    if (names.has(entry.name)) throw cursor.corrupt(entry.at, `tensor "${entry.name}" is there twice`);
    names.add(entry.name);
    tensors.push(entry);
  }
  return { version, entries, pairs, tensors, end: cursor.position };
}

function readVersion(cursor: Cursor): number {
  const { path, size } = cursor.source;
  if (size < 4 || cursor.u32('magic') !== MAGIC) {
    throw new TokonomaError('gguf-bad-magic', `${path} does not begin with "GGUF" (byte 0): it is not a GGUF file`);
  }
  const version = cursor.u32('version');
  if (version !== 2 && version !== 3) {
    const bigEndian = version !== 0 && (version & 0xffff) === 0;
    throw new TokonomaError(
      'gguf-version',
      bigEndian
        ? `${path} is a big-endian GGUF file (byte 4); only little-endian ones are supported`
        : `${path} is GGUF version ${version} (byte 4); versions 2 and 3 are supported`,
    );
  }
  return version;
}

/** What the metadata may still take of memory and time. */
interface Allowance {
  heldBytes: number;
  strings: number;
}

function readValue(cursor: Cursor, key: string, allowance: Allowance): Entry {
  const type = readType(cursor, key);
  if (type === 'array') return readArray(cursor, key, allowance);
  const at = cursor.position;
  const limit = Math.max(0, Math.min(MAX_STRING_BYTES, allowance.heldBytes));
  const value = type === 'string' ? cursor.text(`value of "${key}"`, limit) : readScalar(cursor, type, key);
  if (type === 'string') allowance.heldBytes -= cursor.position - at;
  return { type, value };
}

function readType(cursor: Cursor, key: string): ValueType {
  const at = cursor.position;
  const id = cursor.u32(`type of "${key}"`);
  const type = VALUE_TYPES[id];
  if (type === undefined) throw cursor.corrupt(at, `"${key}" has the unknown value type ${id}`);
  return type;
}

function readScalar(
  cursor: Cursor,
  type: Exclude<ValueType, 'array' | 'string'>,
  key: string,
): number | bigint | boolean {
  const what = `value of "${key}"`;
  if (type === 'bool') {
    const at = cursor.position;
    const value = cursor.u8(what);
    if (value > 1) throw cursor.corrupt(at, `"${key}" is a boolean of value ${value}`);
    return value === 1;
  }
  return cursor[type](what);
}

/** Walks over an array, checking it, without holding it. */
function readArray(cursor: Cursor, key: string, allowance: Allowance): ArrayEntry {
  const at = cursor.position;
  const of = readType(cursor, key);
  if (of === 'array') throw cursor.corrupt(at, `"${key}" is an array of arrays, which no model needs`);
  if (of === 'string') return readStrings(cursor, key, allowance);
  const width = VALUE_BYTES[of]!;
  const count = cursor.count(`element count of "${key}"`, width, MAX_ARRAY_BYTES / width);
  const offset = cursor.position;
  cursor.skip(count * width);
  return { type: 'array', of, count, offset, textBytes: 0 };
}

function readStrings(cursor: Cursor, key: string, allowance: Allowance): ArrayEntry {
  // Each costs eight bytes in the file (its length) and four in memory (its offset).
  const count = cursor.count(`string count of "${key}"`, 8, Math.min(MAX_STRINGS, allowance.strings));
  allowance.strings -= count;
  const offset = cursor.position;
  const what = `length of a string of "${key}"`;
  let textBytes = 0;
  for (let i = 0; i < count; i++) {
    const length = cursor.count(what, 1, MAX_ARRAY_BYTES - textBytes);
    cursor.skip(length);
    textBytes += length;
  }
  return { type: 'array', of: 'string', count, offset, textBytes };
}

function readTensorEntry(cursor: Cursor, index: number): TensorEntry {
  const at = cursor.position;
  const name = cursor.text(`name of tensor ${index}`, MAX_NAME_BYTES);
  const dimensions = cursor.u32(`dimension count of tensor "${name}"`);
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    throw cursor.corrupt(at, `tensor "${name}" has ${dimensions} dimensions, expected 1 to ${MAX_DIMENSIONS}`);
  }
  const shape: number[] = [];
  let elements = 1;
  for (let i = 0; i < dimensions; i++) {
    const length = cursor.u64(`shape of tensor "${name}"`);
    elements *= Number(length);
    if (typeof length === 'bigint' || length === 0 || !Number.isSafeInteger(elements)) {
      throw cursor.corrupt(at, `tensor "${name}" has the impossible shape [${[...shape, length].join(', ')}, ...]`);
    }
    shape.push(length);
  }
  const type = cursor.u32(`type of tensor "${name}"`);
  const offset = cursor.u64(`offset of tensor "${name}"`);
  if (typeof offset === 'bigint') throw cursor.corrupt(at, `tensor "${name}" claims offset ${offset}`);
  return { name, type, shape, offset, at };
}
