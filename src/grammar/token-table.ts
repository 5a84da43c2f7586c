/** The tokens of a vocabulary in the order of their bytes, so that those with a common prefix are one range. */
import { TokonomaError } from '../errors.ts';

/** What the grammar needs of a tokenizer. */
export interface TokenVocabulary {
  readonly size: number;
  readonly eosId: number;
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
    this.#isText = new Uint8Array(vocabulary.size);
    let length = 0;
    let total = 0;
    for (let id = 0; id < vocabulary.size; id++) {
      const size = vocabulary.bytes(id).length;
      if (size === 0 || vocabulary.isControl(id) || (vocabulary.type?.(id) ?? NORMAL) !== NORMAL) continue;
      this.#isText[id] = 1;
      length++;
      total += size;
    }
    this.length = length;
    this.ids = sortByBytes(vocabulary, this.#isText, length);
    this.#bytes = new Uint8Array(total);
    this.#offsets = new Uint32Array(length + 1);
    let longest = 0;
    for (let i = 0, end = 0; i < length; i++) {
      const bytes = vocabulary.bytes(this.ids[i]!);
      this.#bytes.set(bytes, end);
      end += bytes.length;
      this.#offsets[i + 1] = end;
      longest = Math.max(longest, bytes.length);
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
}

/** Bytes that go into the sort key; with an id of 21 bits they stay exact in a double. */
const KEY_BYTES = 4;
const ID_RANGE = 2 ** 21;

/** Sorts natively by the first four bytes, then by comparison where those are equal. */
function sortByBytes(vocabulary: TokenVocabulary, isText: Uint8Array, length: number): Uint32Array {
  const keys = new Float64Array(length);
  let n = 0;
  for (let id = 0; id < vocabulary.size; id++) {
    if (isText[id] === 0) continue;
    const bytes = vocabulary.bytes(id);
    let key = 0;
    for (let i = 0; i < KEY_BYTES; i++) key = key * 256 + (bytes[i] ?? 0);
    keys[n++] = key * ID_RANGE + id;
  }
  keys.sort();
  const ids = Uint32Array.from(keys, (key) => key % ID_RANGE);
  const prefix = (i: number): number => Math.floor(keys[i]! / ID_RANGE);
  for (let start = 0; start < length;) {
    let end = start + 1;
    while (end < length && prefix(end) === prefix(start)) end++;
    if (end - start > 1) ids.subarray(start, end).sort((a, b) => compare(vocabulary.bytes(a), vocabulary.bytes(b)));
    start = end;
  }
  return ids;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
