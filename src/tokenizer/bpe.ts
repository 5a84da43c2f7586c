/**
 * Byte-pair encoding of one word: always the best-ranked pair of neighbours first, leftmost among equals.
 * A heap of candidate pairs over a linked list of symbols: n log n, also for a word of thousands of bytes.
 */
import type { Merges } from './merges.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A heap key is rank * POSITIONS + position: it orders by rank, then from left to right, exactly (ranks stay below 2^24). */
const POSITIONS = 2 ** 26;
/** Longest word, bytes. */
export const MAX_WORD_BYTES = POSITIONS;

const DEAD = -1;
/** A byte that the vocabulary has no token for. */
const MISSING = -2;

export class Bpe {
  readonly #merges: Merges;
  /** (256) token of each single byte, or MISSING. */
  readonly #byteTokens = new Int32Array(256);
  readonly #unknownId: number;
  // Working memory, grown to the longest word so far.
  #ids = new Int32Array(0); // (bytes) token of the symbol that begins at a byte, DEAD inside of one
  #next = new Int32Array(0); // (bytes) begin of the symbol to the right
  #previous = new Int32Array(0); // (bytes) begin of the symbol to the left
  #heap = new Float64Array(0); // (3 * bytes) min-heap of candidate pairs
  #heapSize = 0;

  /** `unknownId` stands for bytes without a token; when it is -1 they are left out, as llama.cpp does. */
  constructor(vocabulary: Vocabulary, merges: Merges, isControl: (id: number) => boolean, unknownId: number) {
    this.#merges = merges;
    this.#unknownId = unknownId;
    const byte = new Uint8Array(1);
    for (let value = 0; value < 256; value++) {
      byte[0] = value;
      const id = vocabulary.find(byte, 0, 1);
      this.#byteTokens[value] = id < 0 || isControl(id) ? MISSING : id;
    }
  }

  /** Passes the tokens of `word[0, length)` to `emit`, from left to right. */
  encode(word: Uint8Array, length: number, emit: (id: number) => void): void {
    if (this.#ids.length < length) this.#grow(length);
    const ids = this.#ids;
    for (let i = 0; i < length; i++) {
      ids[i] = this.#byteTokens[word[i]!]!;
      this.#next[i] = i + 1;
      this.#previous[i] = i - 1;
    }
    this.#heapSize = 0;
    for (let i = 0; i + 1 < length; i++) this.#propose(i, i + 1);
    while (this.#heapSize > 0) this.#mergeBest(length);
    for (let i = 0; i < length; i = this.#next[i]!) {
      const id = ids[i]! === MISSING ? this.#unknownId : ids[i]!;
      if (id >= 0) emit(id);
    }
  }

  #mergeBest(length: number): void {
    const ids = this.#ids;
    const key = this.#pop();
    const rank = Math.floor(key / POSITIONS);
    const left = key % POSITIONS;
    const right = this.#next[left]!;
    // Candidates are not taken back when a neighbour changes: one that no longer holds is passed over.
    if (ids[left] === DEAD || right >= length || this.#merges.rank(ids[left]!, ids[right]!) !== rank) return;
    ids[left] = this.#merges.merged[rank]!;
    ids[right] = DEAD;
    const after = this.#next[right]!;
    this.#next[left] = after;
    if (after < length) {
      this.#previous[after] = left;
      this.#propose(left, after);
    }
    const before = this.#previous[left]!;
    if (before >= 0) this.#propose(before, left);
  }

  #propose(left: number, right: number): void {
    const rank = this.#merges.rank(this.#ids[left]!, this.#ids[right]!);
    if (rank >= 0) this.#push(rank * POSITIONS + left);
  }

  #push(key: number): void {
    const heap = this.#heap;
    let i = this.#heapSize++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]! <= key) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = key;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0]!;
    const size = --this.#heapSize;
    const key = heap[size]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= key) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = key;
    return top;
  }

  #grow(length: number): void {
    const size = Math.max(64, 2 ** Math.ceil(Math.log2(length)));
    this.#ids = new Int32Array(size);
    this.#next = new Int32Array(size);
    this.#previous = new Int32Array(size);
    // One candidate per pair at first, and two more for each of the at most size - 1 merges.
    this.#heap = new Float64Array(3 * size);
  }
}
