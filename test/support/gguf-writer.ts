/** Writes GGUF files for tests: v2 or v3, little-endian, metadata of every type, tensors of given bytes. */
import { ggmlType } from '../../src/gguf/types.ts';

const IDS = { u8: 0, i8: 1, u16: 2, i16: 3, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, u64: 10, i64: 11, f64: 12 };
const ARRAY = 9;
const DEFAULT_ALIGNMENT = 32;

export type ScalarType = keyof typeof IDS;
export type Scalar = number | bigint | boolean | string;
export interface TypedValue {
  readonly type: ScalarType;
  /** An array is written as an array of `type`. */
  readonly value: Scalar | readonly Scalar[];
}

/** `gguf.u32(3)`, `gguf.string(['a', 'b'])`, … */
export const gguf = Object.fromEntries(
  Object.keys(IDS).map((type) => [
    type,
    (value: TypedValue['value']): TypedValue => ({ type: type as ScalarType, value }),
  ]),
) as Record<ScalarType, (value: TypedValue['value']) => TypedValue>;

export interface TensorSource {
  readonly name: string;
  /** ggml type id. */
  readonly type: number;
  /** ne order: shape[0] is the row length. */
  readonly shape: readonly number[];
  /** Default: zeros of the right length. */
  readonly data?: Uint8Array;
  /** Length of the data where it is not what type and shape say. */
  readonly dataBytes?: number;
}

export interface GgufSource {
  readonly version?: number;
  readonly metadata?: Readonly<Record<string, TypedValue>>;
  readonly tensors?: readonly TensorSource[];
  /** Default 32; written as general.alignment when given. */
  readonly alignment?: number;
}

/** The bytes of a GGUF file. */
export function writeGguf(source: GgufSource): Uint8Array {
  const out = new ByteWriter();
  out.bytes(ggufHeader(source));
  const alignment = source.alignment ?? DEFAULT_ALIGNMENT;
  for (const tensor of source.tensors ?? []) {
    out.bytes(tensor.data ?? new Uint8Array(dataBytes(tensor)));
    out.padTo(alignment);
  }
  return out.toBytes();
}

/** All that comes before the tensors' data, padded; each tensor's data follows in order, padded likewise. */
export function ggufHeader({ version = 3, metadata = {}, tensors = [], alignment }: GgufSource): Uint8Array {
  const out = new ByteWriter();
  const step = alignment ?? DEFAULT_ALIGNMENT;
  const pairs = Object.entries(metadata);
  if (alignment !== undefined) pairs.unshift(['general.alignment', gguf.u32(alignment)]);
  out.bytes(new TextEncoder().encode('GGUF'));
  out.scalar('u32', version);
  out.scalar('u64', tensors.length);
  out.scalar('u64', pairs.length);
  for (const [key, value] of pairs) writePair(out, key, value);
  let offset = 0;
  for (const tensor of tensors) {
    out.scalar('string', tensor.name);
    out.scalar('u32', tensor.shape.length);
    for (const length of tensor.shape) out.scalar('u64', length);
    out.scalar('u32', tensor.type);
    out.scalar('u64', offset);
    offset += Math.ceil(dataBytes(tensor) / step) * step;
  }
  out.padTo(step);
  return out.toBytes();
}

function dataBytes({ type, shape, data, dataBytes: given }: TensorSource): number {
  if (data !== undefined) return data.length;
  if (given !== undefined) return given;
  const { blockSize, blockBytes } = ggmlType(type)!;
  return (shape.reduce((product, length) => product * length, 1) / blockSize) * blockBytes;
}

function writePair(out: ByteWriter, key: string, { type, value }: TypedValue): void {
  out.scalar('string', key);
  if (!Array.isArray(value)) {
    out.scalar('u32', IDS[type]);
    out.scalar(type, value as Scalar);
    return;
  }
  out.scalar('u32', ARRAY);
  out.scalar('u32', IDS[type]);
  out.scalar('u64', value.length);
  for (const element of value as Scalar[]) out.scalar(type, element);
}

class ByteWriter {
  length = 0;
  #buffer = new Uint8Array(1024);
  #view = new DataView(this.#buffer.buffer);

  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** Zeros up to a multiple of `step`. */
  padTo(step: number): void {
    this.#reserve(Math.ceil(this.length / step) * step - this.length);
  }

  scalar(type: ScalarType, value: Scalar): void {
    if (type === 'string') {
      const text = new TextEncoder().encode(value as string);
      this.scalar('u64', text.length);
      return this.bytes(text);
    }
    const width = { u8: 1, i8: 1, bool: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, u64: 8, i64: 8, f64: 8 }[type];
    const at = this.#reserve(width);
    const n = Number(value);
    if (type === 'u8' || type === 'bool') this.#view.setUint8(at, n);
    else if (type === 'i8') this.#view.setInt8(at, n);
    else if (type === 'u16') this.#view.setUint16(at, n, true);
    else if (type === 'i16') this.#view.setInt16(at, n, true);
    else if (type === 'u32') this.#view.setUint32(at, n, true);
    else if (type === 'i32') this.#view.setInt32(at, n, true);
    else if (type === 'f32') this.#view.setFloat32(at, n, true);
    else if (type === 'f64') this.#view.setFloat64(at, n, true);
    else if (type === 'u64') this.#view.setBigUint64(at, BigInt(value), true);
    else this.#view.setBigInt64(at, BigInt(value), true);
  }

  toBytes(): Uint8Array {
    return this.#buffer.slice(0, this.length);
  }

  #reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(2 * this.#buffer.length, this.length));
      grown.set(this.#buffer);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
