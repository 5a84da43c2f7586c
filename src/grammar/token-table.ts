/** The tokens of a vocabulary in the order of their bytes, so that those with a common prefix are one range. */
import { TokonomaError } from '../errors.ts';

/** The bytes of all tokens, one after the other: token i is bytes [offsets[i], offsets[i + 1]). */
export interface TokenBytes {
  readonly bytes: Uint8Array;
  /** (size + 1) */
  readonly offsets: Uint32Array;
}

/** What the grammar needs of a tokenizer. */
export interface TokenVocabulary {
  readonly size: number;
  readonly eosId: number;
  /** What `bytes` gives, all at once: a table over 150,000 tokens makes no object for each. */
  readonly vocabulary: TokenBytes;
  /** What the token stands for; for control tokens their text. */
  bytes(id: number): Uint8Array;
  isControl(id: number): boolean;
  /** llama.cpp's token type (1 normal, 3 control, 4 user-defined, …); where it is absent, what is no control is normal. */
  type?(id: number): number;
  /** Id of the token whose text is exactly `text`. */
  idOf(text: string): number | undefined;
  /** Tokens of plain text; control tokens are not recognized in it. */
  encode(text: string): ArrayLike<number>;
}

const NORMAL = 1;
/** These never occur in UTF-8, so a vocabulary may lack them. */
const isUtf8Byte = (byte: number): boolean => byte !== 0xc0 && byte !== 0xc1 && byte < 0xf5;

/** Built once per tokenizer. Only ordinary tokens are in it: text can never be spelled with a control token. */
export class TokenTable {
  readonly vocabulary: TokenVocabulary;
  /** Ordinary tokens in the table. */
  readonly length: number;
  /** Bytes of the longest token. */
  readonly longest: number;
  /** (length) token ids, sorted by bytes. */
  readonly ids: Uint32Array;
  /** Bytes of all tokens in table order. */
  readonly #bytes: Uint8Array;
  /** (length + 1) token i is bytes [offsets[i], offsets[i + 1]). */
  readonly #offsets: Uint32Array;
  /** (vocabulary.size) 1: an ordinary token. */
  readonly #isText: Uint8Array;

  /** @throws TokonomaError `grammar-vocabulary` when some byte of UTF-8 has no token of its own */
  constructor(vocabulary: TokenVocabulary) {
    this.vocabulary = vocabulary;
    const { bytes, offsets } = vocabulary.vocabulary;
    this.#isText = new Uint8Array(vocabulary.size);
    let length = 0;
    let total = 0;
    for (let id = 0; id < vocabulary.size; id++) {
      const size = offsets[id + 1]! - offsets[id]!;
      if (size === 0 || vocabulary.isControl(id) || (vocabulary.type?.(id) ?? NORMAL) !== NORMAL) continue;
      this.#isText[id] = 1;
      length++;
      total += size;
    }
    this.length = length;
    this.ids = sortByBytes(vocabulary.vocabulary, this.#isText, length);
    this.#bytes = new Uint8Array(total);
    this.#offsets = new Uint32Array(length + 1);
    let longest = 0;
    for (let i = 0, end = 0; i < length; i++) {
      const id = this.ids[i]!;
      const size = offsets[id + 1]! - offsets[id]!;
      for (let from = offsets[id]!, to = from + size; from < to; from++) this.#bytes[end++] = bytes[from]!;
      this.#offsets[i + 1] = end;
      longest = Math.max(longest, size);
    }
    this.longest = longest;
    for (let byte = 0; byte < 256; byte++) {
      const at = this.lowerBound(0, length, 0, byte);
      if (isUtf8Byte(byte) && (at === length || this.lengthOf(at) !== 1 || this.byteAt(at, 0) !== byte)) {
        throw new TokonomaError(
          'grammar-vocabulary',
          `the vocabulary has no token for the single byte 0x${byte.toString(16).padStart(2, '0')}; ` +
            'plans need a byte-level vocabulary with all bytes',
        );
      }
    }
  }

  /** Whether the token is ordinary text, that is, in the table. */
  isText(id: number): boolean {
    return this.#isText[id] === 1;
  }

  /** Bytes of the i-th token of the table. */
  lengthOf(i: number): number {
    return this.#offsets[i + 1]! - this.#offsets[i]!;
  }

  byteAt(i: number, depth: number): number {
    return this.#bytes[this.#offsets[i]! + depth]!;
  }

  /** First index in [lo, hi) whose byte at `depth` is at least `byte`; the range shares its first `depth` bytes and has no token that ends there. */
  lowerBound(lo: number, hi: number, depth: number, byte: number): number {
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if (this.byteAt(middle, depth) < byte) lo = middle + 1;
      else hi = middle;
    }
    return lo;
  }

  /** The tokens that begin with `prefix`: [lo, hi). */
  range(prefix: Uint8Array): [lo: number, hi: number] {
    let [lo, hi] = [0, this.length];
    for (let depth = 0; depth < prefix.length; depth++) {
      while (lo < hi && this.lengthOf(lo) === depth) lo++;
      lo = this.lowerBound(lo, hi, depth, prefix[depth]!);
      hi = this.lowerBound(lo, hi, depth, prefix[depth]! + 1);
    }
    return [lo, hi];
  }
}

/** Bytes that go into one sort key; as digits of base 257 (0: the token has ended), with the id, exact in a double. */
const KEY_BYTES = 4;
const ID_RANGE = 2 ** 20;
/** Below this, insertion is quicker than keys. */
const FEW = 24;

/** Ids of text tokens in the order of their bytes: sorted natively by four bytes, where these agree by the next four. */
function sortByBytes({ bytes, offsets }: TokenBytes, isText: Uint8Array, length: number): Uint32Array {
  const ids = new Uint32Array(length);
  for (let id = 0, n = 0; id < isText.length; id++) if (isText[id] === 1) ids[n++] = id;
  const keys = new Float64Array(length);

  /** Of two tokens that share their first `depth` bytes; of equal ones the lower id comes first. */
  const isBefore = (a: number, b: number, depth: number): boolean => {
    let i = offsets[a]! + depth;
    let j = offsets[b]! + depth;
    const endOfA = offsets[a + 1]!;
    const endOfB = offsets[b + 1]!;
    for (; i < endOfA && j < endOfB; i++, j++) if (bytes[i] !== bytes[j]) return bytes[i]! < bytes[j]!;
    return i === endOfA && (j < endOfB || a < b);
  };
  const insert = (start: number, end: number, depth: number): void => {
    for (let i = start + 1; i < end; i++) {
      const id = ids[i]!;
      let at = i;
      for (; at > start && isBefore(id, ids[at - 1]!, depth); at--) ids[at] = ids[at - 1]!;
      ids[at] = id;
    }
  };
  /** Sorts ids[start, end), which share their first `depth` bytes. */
  const sort = (start: number, end: number, depth: number): void => {
    if (end - start <= FEW) return insert(start, end, depth);
    for (let i = start; i < end; i++) {
      const id = ids[i]!;
      const last = offsets[id + 1]!;
      let key = 0;
      for (let k = 0, at = offsets[id]! + depth; k < KEY_BYTES; k++, at++)
        key = key * 257 + (at < last ? bytes[at]! + 1 : 0);
      keys[i] = key * ID_RANGE + id;
    }
    keys.subarray(start, end).sort();
    for (let i = start; i < end; i++) ids[i] = keys[i]! % ID_RANGE;
    for (let from = start; from < end;) {
      const prefix = Math.floor(keys[from]! / ID_RANGE);
      let to = from + 1;
      while (to < end && keys[to]! < (prefix + 1) * ID_RANGE) to++;
      // Tokens that have ended within these bytes are equal, and in the order of their ids.
      if (to - from > 1 && prefix % 257 !== 0) sort(from, to, depth + KEY_BYTES);
      from = to;
    }
  };
  sort(0, length, 0);
  return ids;
}
