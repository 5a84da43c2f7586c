/** GGUF model files: metadata, tensor directory, tensor data read straight to where it belongs. */
import { TokonomaError } from '../errors.ts';
import { readHeader, type Header, type TensorEntry } from './header.ts';
import { Metadata } from './metadata.ts';
import { FileSource } from './source.ts';
import { GGML_TYPES, PQ2_0, Q2_0, ggmlType, ggmlTypeName, type GgmlType } from './types.ts';

export interface TensorInfo {
  readonly name: string;
  /** ggml type id of the layout, see types.ts. */
  readonly type: number;
  readonly typeName: string;
  /** ne order: shape[0] is the row length. */
  readonly shape: readonly number[];
  /** Absolute byte offset in the file. */
  readonly offset: number;
  readonly byteLength: number;
  /** Bytes until the next tensor's data or the end of the file; at least `byteLength`. */
  readonly spanBytes: number;
}

export interface GgufFile {
  readonly path: string;
  /** 2 or 3. */
  readonly version: number;
  /** Bytes; tensor offsets are multiples of it. */
  readonly alignment: number;
  readonly fileSize: number;
  /** Time of the file's last change, nanoseconds since 1970. */
  readonly modified: bigint;
  /** Bytes of header and padding before the tensors' data. */
  readonly dataStart: number;
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Fills `into` from byte `at` of the file. */
  read(at: number, into: Uint8Array): void;
  /** Fills `into` (which may lie in WASM memory) from byte `at` of the tensor's data. */
  readTensor(info: TensorInfo, into: Uint8Array, at?: number): void;
  close(): void;
}

/**
 * Reads and checks the header; tensor data and metadata arrays are read when asked for, until `close`.
 * @throws TokonomaError `gguf-not-found`, `gguf-bad-magic`, `gguf-version`, `gguf-truncated`, `gguf-corrupt`,
 * `gguf-tensor-type`, `gguf-metadata` (general.alignment)
 */
export function openGguf(path: string): GgufFile {
  const source = new FileSource(path);
  try {
    return new OpenGguf(source, readHeader(source));
  } catch (error) {
    source.close();
    throw error;
  }
}

class OpenGguf implements GgufFile {
  readonly path: string;
  readonly version: number;
  readonly alignment: number;
  readonly fileSize: number;
  readonly modified: bigint;
  readonly dataStart: number;
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly #source: FileSource;

  constructor(source: FileSource, header: Header) {
    this.#source = source;
    this.path = source.path;
    this.version = header.version;
    this.fileSize = source.size;
    this.modified = source.modified;
    this.metadata = new Metadata(header.entries, source);
    this.alignment = this.metadata.number('general.alignment', 32);
    if (!isPowerOfTwo(this.alignment)) {
      throw new TokonomaError(
        'gguf-corrupt',
        `${this.path}: general.alignment is ${this.alignment}, expected a power of two; the file is damaged`,
      );
    }
    this.dataStart = Math.ceil(header.end / this.alignment) * this.alignment;
    this.tensors = placeTensors(source, header.tensors, this.dataStart, this.alignment);
  }

  read(at: number, into: Uint8Array): void {
    this.#source.read(at, into);
  }

  readTensor(info: TensorInfo, into: Uint8Array, at = 0): void {
    if (!(at >= 0 && at + into.length <= info.byteLength)) {
      throw new RangeError(`bytes ${at}..${at + into.length} lie outside tensor "${info.name}" (${info.byteLength})`);
    }
    this.#source.read(info.offset + at, into);
  }

  close(): void {
    this.#source.close();
  }
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n >= 1 && n <= 1 << 30 && (n & (n - 1)) === 0;
}

/** Directory entries to places in the file, each checked: known layout, aligned, inside the file, none overlapping. */
function placeTensors(
  source: FileSource,
  entries: readonly TensorEntry[],
  dataStart: number,
  alignment: number,
): Map<string, TensorInfo> {
  const spans = spansOf(source, entries, dataStart);
  const isLegacy = hasLegacyQ2(
    entries.filter((entry) => entry.type === Q2_0),
    spans,
    alignment,
  );

  const tensors = new Map<string, TensorInfo>();
  for (const entry of entries) {
    const type = isLegacy && entry.type === Q2_0 ? ggmlType(PQ2_0)! : knownType(source, entry);
    const offset = dataStart + entry.offset;
    const spanBytes = spans.get(entry)!;
    const byteLength = bytesOf(entry, type);
    const where = `${source.path}: tensor "${entry.name}" (${type.name}, directory entry at byte ${entry.at})`;
    if (entry.offset % alignment !== 0) {
      throw new TokonomaError('gguf-corrupt', `${where} is at ${entry.offset}, not a multiple of ${alignment}`);
    }
    if (entry.shape[0]! % type.blockSize !== 0) {
      throw new TokonomaError(
        'gguf-corrupt',
        `${where} has rows of ${entry.shape[0]} weights, not a multiple of ${type.blockSize}`,
      );
    }
    if (offset + byteLength > source.size) {
      throw new TokonomaError(
        'gguf-truncated',
        `${where} ends at byte ${offset + byteLength}, but the file ends at byte ${source.size}; ` +
          'it is cut off or damaged: download it again',
      );
    }
    if (byteLength > spanBytes) {
      throw new TokonomaError(
        'gguf-corrupt',
        `${where} takes ${byteLength} bytes at byte ${offset}, but the next tensor begins after ${spanBytes}`,
      );
    }
    const { name, shape } = entry;
    tensors.set(name, { name, type: type.id, typeName: type.name, shape, offset, byteLength, spanBytes });
  }
  return tensors;
}

function bytesOf(entry: TensorEntry, type: GgmlType): number {
  const elements = entry.shape.reduce((product, length) => product * length, 1);
  return (elements / type.blockSize) * type.blockBytes;
}

/**
 * PrismML's early ternary files carry groups of 128 under upstream's id for groups of 64 (ggml-org/llama.cpp#25833).
 * There the larger layout does not fit between the tensors, and the smaller fits everywhere to the padding.
 */
function hasLegacyQ2(q2: readonly TensorEntry[], spans: Map<TensorEntry, number>, alignment: number): boolean {
  const upstream = ggmlType(Q2_0)!;
  const legacy = ggmlType(PQ2_0)!;
  return (
    q2.some((entry) => bytesOf(entry, upstream) > spans.get(entry)!) &&
    q2.every((entry) => {
      const padding = spans.get(entry)! - bytesOf(entry, legacy);
      return entry.shape[0]! % legacy.blockSize === 0 && padding >= 0 && padding < alignment;
    })
  );
}

/** Bytes from each tensor's first to the next tensor's first, or to the end of the file (negative when beyond it). */
function spansOf(source: FileSource, entries: readonly TensorEntry[], dataStart: number): Map<TensorEntry, number> {
  const spans = new Map<TensorEntry, number>();
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset);
  inOrder.forEach((entry, i) => {
    const next = inOrder[i + 1]?.offset ?? source.size - dataStart;
    spans.set(entry, next - entry.offset);
  });
  return spans;
}

function knownType(source: FileSource, entry: TensorEntry): GgmlType {
  const type = ggmlType(entry.type);
  if (type === undefined || type.blockSize === 0) {
    throw new TokonomaError(
      'gguf-tensor-type',
      `${source.path}: tensor "${entry.name}" (byte ${entry.at}) is of ${ggmlTypeName(entry.type)} (id ${entry.type}), ` +
        `whose layout is not known here; known are ${GGML_TYPES.map(({ name }) => name).join(', ')}`,
    );
  }
  return type;
}
