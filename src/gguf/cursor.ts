/** Sequential reading of little-endian values through one fixed window, however long the header claims to be. */
import { TokonomaError } from '../errors.ts';
import type { FileSource } from './source.ts';

const WINDOW = 64 * 1024;
/** Bytes up to which copying through the window is the shorter way. */
const SHORT = 4096;

export class Cursor {
  readonly source: FileSource;
  /** Byte offset in the file of the next value. */
  position: number;
  readonly #window: Uint8Array;
  readonly #view: DataView;
  /** The window holds the file's bytes [#start, #end). */
  #start = 0;
  #end = 0;

  constructor(source: FileSource, position = 0) {
    this.source = source;
    this.position = position;
    this.#window = new Uint8Array(Math.min(WINDOW, Math.max(source.size, 8)));
    this.#view = new DataView(this.#window.buffer);
  }

  /** Bytes between here and the end of the file. */
  get remaining(): number {
    return this.source.size - this.position;
  }

  u8(what: string): number {
    return this.#view.getUint8(this.#take(1, what));
  }
  i8(what: string): number {
    return this.#view.getInt8(this.#take(1, what));
  }
  u16(what: string): number {
    return this.#view.getUint16(this.#take(2, what), true);
  }
  i16(what: string): number {
    return this.#view.getInt16(this.#take(2, what), true);
  }
  u32(what: string): number {
    return this.#view.getUint32(this.#take(4, what), true);
  }
  i32(what: string): number {
    return this.#view.getInt32(this.#take(4, what), true);
  }
  f32(what: string): number {
    return this.#view.getFloat32(this.#take(4, what), true);
  }
  f64(what: string): number {
    return this.#view.getFloat64(this.#take(8, what), true);
  }
  /** A number where that is exact. */
  u64(what: string): number | bigint {
    const at = this.#take(8, what);
    const high = this.#view.getUint32(at + 4, true);
    // Lengths of strings come by the hundred thousand: no BigInt where a number is exact.
    if (high < 1 << 21) return high * 2 ** 32 + this.#view.getUint32(at, true);
    return this.#view.getBigUint64(at, true);
  }
  i64(what: string): number | bigint {
    const value = this.#view.getBigInt64(this.#take(8, what), true);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  /**
   * A u64 that counts things of at least `unit` bytes each: beyond `limit` no sane file goes, beyond the end of the
   * file there is nothing to count. `unit` 0: nothing in the file answers to the number.
   */
  count(what: string, unit: number, limit: number): number {
    const at = this.position;
    const value = this.u64(what);
    if (typeof value === 'bigint' || value > limit) {
      throw new TokonomaError(
        'gguf-corrupt',
        `${this.source.path}: ${what} at byte ${at} is ${value}, more than the ${limit} that is plausible; the file is damaged`,
      );
    }
    if (value * unit > this.remaining) throw this.#truncated(at, what, `${value} x ${unit} bytes or more`);
    return value;
  }

  /** UTF-8 text after its u64 length, at most `limit` bytes long. */
  text(what: string, limit: number): string {
    const length = this.count(`length of ${what}`, 1, limit);
    if (length > this.#window.length) {
      const bytes = new Uint8Array(length);
      this.copy(bytes, 0, length);
      return utf8.decode(bytes);
    }
    const start = this.#take(length, what);
    return utf8.decode(this.#window.subarray(start, start + length));
  }

  /** Steps over `length` bytes that the caller has checked to lie in the file. */
  skip(length: number): void {
    this.position += length;
  }

  /** Fills `into[start, end)` from here. */
  copy(into: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > SHORT) {
      this.source.read(this.position, into.subarray(start, end));
      this.position += length;
      return;
    }
    // Byte by byte: a view of each of a hundred thousand tokens would cost more than the tokens.
    let index = this.#take(length, 'text');
    while (start < end) into[start++] = this.#window[index++]!;
  }

  corrupt(at: number, message: string): TokonomaError {
    return new TokonomaError('gguf-corrupt', `${this.source.path}: ${message} (byte ${at}); the file is damaged`);
  }

  /** Makes `length` <= window bytes available and passes them; their index in the window. */
  #take(length: number, what: string): number {
    if (this.position < this.#start || this.position + length > this.#end) this.#fill(length, what);
    const index = this.position - this.#start;
    this.position += length;
    return index;
  }

  #fill(length: number, what: string): void {
    const available = Math.min(this.#window.length, Math.max(this.remaining, 0));
    if (available < length) throw this.#truncated(this.position, what, `${length} bytes`);
    this.source.read(this.position, this.#window.subarray(0, available));
    this.#start = this.position;
    this.#end = this.position + available;
  }

  #truncated(at: number, what: string, needs: string): TokonomaError {
    return new TokonomaError(
      'gguf-truncated',
      `${this.source.path}: ${what} at byte ${at} needs ${needs}, but the file ends at byte ${this.source.size}; ` +
        'it is cut off or damaged: download it again',
    );
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
