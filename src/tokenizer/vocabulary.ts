/** Tokens as bytes in typed arrays, and the way back from bytes to token. */
import { TokonomaError } from '../errors.ts';
import type { StringArray } from '../gguf/strings.ts';
import { decodeAlphabet } from './alphabet.ts';

/** Token types (llama.cpp, llama_token_type). */
export const NORMAL = 1;
export const UNKNOWN = 2;
export const CONTROL = 3;
export const USER_DEFINED = 4;

/** More no model has; bounds the hash table. */
const MAX_TOKENS = 1 << 20;

export class Vocabulary {
  readonly size: number;
  /** The bytes of all tokens, one after the other. */
  readonly bytes: Uint8Array;
  /** (size + 1): token i is bytes [offsets[i], offsets[i + 1]). */
  readonly offsets: Uint32Array;
  /** (size) token types. */
  readonly types: Uint8Array;
  /** Open addressing: token id, or -1 for an empty slot. A power of two, at least 1.5 times as long as `size`. */
  readonly #slots: Int32Array;

  /** `texts`: as in the model file, ordinary tokens in the GPT-2 byte alphabet. Without `types` all are ordinary. */
  constructor(texts: StringArray, types?: ArrayLike<number>) {
    this.size = texts.length;
    if (this.size === 0 || this.size > MAX_TOKENS) {
      throw new TokonomaError('tokenizer-invalid', `a vocabulary of ${this.size} tokens; expected 1 to ${MAX_TOKENS}`);
    }
    if (types !== undefined && types.length !== this.size) {
      throw new TokonomaError(
        'tokenizer-invalid',
        `${this.size} tokens, but ${types.length} token types (tokenizer.ggml.token_type)`,
      );
    }
    this.types = types === undefined ? new Uint8Array(this.size).fill(NORMAL) : Uint8Array.from(types);
    const decoded = new Uint8Array(texts.bytes.length);
    this.offsets = new Uint32Array(this.size + 1);
    for (let id = 0, end = 0; id < this.size; id++) {
      end = this.#decode(texts, id, decoded, end);
      this.offsets[id + 1] = end;
    }
    this.bytes = decoded.slice(0, this.offsets[this.size]);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(this.size * 1.5 + 1))).fill(-1);
    // Of two tokens with the same bytes the ordinary one is what text is made of.
    this.#insertAll((type) => type === NORMAL);
    this.#insertAll((type) => type !== NORMAL);
  }

  /** Id of the token that is exactly `bytes[start, end)`; -1 when there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.#slots[this.#slotOf(bytes, start, end)]!;
  }

  /** A view, not a copy; empty for ids out of range. */
  bytesOf(id: number): Uint8Array {
    if (!(id >= 0 && id < this.size)) return this.bytes.subarray(0, 0);
    return this.bytes.subarray(this.offsets[id], this.offsets[id + 1]);
  }

  /** Ordinary tokens to the bytes they stand for; the others, and what is not of the alphabet, as they are. */
  #decode(texts: StringArray, id: number, into: Uint8Array, at: number): number {
    const start = texts.offsets[id]!;
    const end = texts.offsets[id + 1]!;
    const decodedEnd = this.types[id] === NORMAL ? decodeAlphabet(texts.bytes, start, end, into, at) : -1;
    if (decodedEnd >= 0) return decodedEnd;
    into.set(texts.bytes.subarray(start, end), at);
    return at + (end - start);
  }

  #insertAll(wanted: (type: number) => boolean): void {
    for (let id = 0; id < this.size; id++) {
      if (!wanted(this.types[id]!)) continue;
      const slot = this.#slotOf(this.bytes, this.offsets[id]!, this.offsets[id + 1]!);
      if (this.#slots[slot]! < 0) this.#slots[slot] = id;
    }
  }

  /** The slot that holds the token of these bytes, or the empty one where it would go. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5; // FNV-1a
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.#slots[slot]!;
      if (id < 0 || this.#equals(id, bytes, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.offsets[id]!;
    if (this.offsets[id + 1]! - from !== end - start) return false;
    for (let i = start, j = from; i < end; i++, j++) if (bytes[i] !== this.bytes[j]) return false;
    return true;
  }
}
