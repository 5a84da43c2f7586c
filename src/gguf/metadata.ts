/** The key-value part of a GGUF header. Scalars are held; arrays stay in the file until somebody asks for them. */
import { TokonomaError } from '../errors.ts';
import { Cursor } from './cursor.ts';
import type { FileSource } from './source.ts';
import { StringArray } from './strings.ts';

/** Ids of metadata value types (GGUF specification, gguf_metadata_value_type). */
export const VALUE_TYPES = [
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'string',
  'array',
  'u64',
  'i64',
  'f64',
] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** Bytes of one element of fixed size. */
export const VALUE_BYTES: Partial<Record<ValueType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  u64: 8,
  i64: 8,
  f64: 8,
};

export type NumberArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Where an array's elements lie. */
export interface ArrayEntry {
  readonly type: 'array';
  readonly of: ValueType;
  readonly count: number;
  /** Byte offset of the first element. */
  readonly offset: number;
  /** Sum of the lengths of the strings of an array of strings, bytes. */
  readonly textBytes: number;
}
export interface ScalarEntry {
  readonly type: Exclude<ValueType, 'array'>;
  readonly value: number | bigint | boolean | string;
}
export type Entry = ScalarEntry | ArrayEntry;

export class Metadata {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #source: FileSource;

  constructor(entries: ReadonlyMap<string, Entry>, source: FileSource) {
    this.#entries = entries;
    this.#source = source;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  keys(): IterableIterator<string> {
    return this.#entries.keys();
  }

  /** `u32`, `string`, `array of string`, …; undefined when there is no such key. */
  typeOf(key: string): string | undefined {
    const entry = this.#entries.get(key);
    return entry && nameOf(entry);
  }

  /** @throws gguf-metadata when the key is missing and there is no `fallback`, or its type is another. */
  string(key: string, fallback?: string): string {
    return this.#scalar(key, 'string', fallback, (value) => typeof value === 'string');
  }

  /** Any integer or float type; 64-bit integers only where a number holds them exactly. */
  number(key: string, fallback?: number): number {
    return this.#scalar(key, 'number', fallback, (value) => typeof value === 'number');
  }

  boolean(key: string, fallback?: boolean): boolean {
    return this.#scalar(key, 'boolean', fallback, (value) => typeof value === 'boolean');
  }

  /** Reads an array of strings from the file: call once, while the file is open, and keep what is needed. */
  strings(key: string, fallback?: StringArray): StringArray {
    const entry = this.#array(key, 'array of string', fallback !== undefined);
    if (entry === undefined) return fallback!;
    if (entry.of !== 'string') throw this.#wrongType(key, 'array of string', entry);
    const bytes = new Uint8Array(entry.textBytes);
    const offsets = new Uint32Array(entry.count + 1);
    const cursor = new Cursor(this.#source, entry.offset);
    const what = `length of a string of "${key}"`;
    let end = 0;
    for (let i = 0; i < entry.count; i++) {
      const length = cursor.count(what, 1, entry.textBytes - end);
      cursor.copy(bytes, end, end + length);
      end += length;
      offsets[i + 1] = end;
    }
    return new StringArray(bytes, offsets);
  }

  /** Reads an array of numbers (or booleans, as 0 and 1) from the file; 64-bit integers come as Float64Array. */
  numbers(key: string, fallback?: NumberArray): NumberArray {
    const entry = this.#array(key, 'array of number', fallback !== undefined);
    if (entry === undefined) return fallback!;
    const width = VALUE_BYTES[entry.of];
    if (width === undefined) throw this.#wrongType(key, 'array of number', entry);
    const bytes = new Uint8Array(entry.count * width);
    this.#source.read(entry.offset, bytes);
    return this.#numberArray(key, entry, bytes.buffer);
  }

  // GGUF is little-endian, and so is every machine Node 20 and V8's WASM run on that we know of.
  #numberArray(key: string, entry: ArrayEntry, buffer: ArrayBuffer): NumberArray {
    switch (entry.of) {
      case 'i8':
        return new Int8Array(buffer);
      case 'u16':
        return new Uint16Array(buffer);
      case 'i16':
        return new Int16Array(buffer);
      case 'u32':
        return new Uint32Array(buffer);
      case 'i32':
        return new Int32Array(buffer);
      case 'f32':
        return new Float32Array(buffer);
      case 'f64':
        return new Float64Array(buffer);
      case 'u64':
      case 'i64': {
        const wide = entry.of === 'u64' ? new BigUint64Array(buffer) : new BigInt64Array(buffer);
        const numbers = new Float64Array(wide.length);
        for (let i = 0; i < wide.length; i++) {
          numbers[i] = Number(wide[i]!);
          if (!Number.isSafeInteger(numbers[i]!)) {
            throw this.#error(`element ${i} of "${key}" is ${wide[i]}, beyond what a number holds exactly`);
          }
        }
        return numbers;
      }
      default:
        return new Uint8Array(buffer);
    }
  }

  #scalar<T extends number | boolean | string>(
    key: string,
    wanted: string,
    fallback: T | undefined,
    is: (value: unknown) => boolean,
  ): T {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      if (fallback !== undefined) return fallback;
      throw this.#missing(key, wanted);
    }
    if (entry.type === 'array') throw this.#wrongType(key, wanted, entry);
    if (typeof entry.value === 'bigint' && wanted === 'number') {
      throw this.#error(`"${key}" is ${entry.value}, beyond what a number holds exactly`);
    }
    if (!is(entry.value)) throw this.#wrongType(key, wanted, entry);
    return entry.value as T;
  }

  #array(key: string, wanted: string, optional: boolean): ArrayEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      if (optional) return undefined;
      throw this.#missing(key, wanted);
    }
    if (entry.type !== 'array') throw this.#wrongType(key, wanted, entry);
    return entry;
  }

  #missing(key: string, wanted: string): TokonomaError {
    return this.#error(`lacks the metadata key "${key}" (${wanted})`);
  }

  #wrongType(key: string, wanted: string, entry: Entry): TokonomaError {
    return this.#error(`metadata key "${key}" should be ${wanted}, but is ${nameOf(entry)}`);
  }

  #error(message: string): TokonomaError {
    return new TokonomaError('gguf-metadata', `${this.#source.path}: ${message}; is this a language model file?`);
  }
}

function nameOf(entry: Entry): string {
  return entry.type === 'array' ? `array of ${entry.of}` : entry.type;
}
