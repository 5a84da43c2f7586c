/** The merges of a BPE: which pair of neighbouring tokens becomes which token, and in which order of preference. */
import { TokonomaError } from '../errors.ts';
import type { StringArray } from '../gguf/strings.ts';
import { decodeAlphabet } from './alphabet.ts';
import type { Vocabulary } from './vocabulary.ts';

const SPACE = 0x20;

export class Merges {
  /** (merges) token that merge `rank` makes. */
  readonly merged: Int32Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  /** Open addressing by (left, right): rank, or -1 for an empty slot. */
  readonly #slots: Int32Array;

  /**
   * `texts`: "left right" in the GPT-2 byte alphabet, best first. A merge to a token that `isControl` is left out:
   * text can never become a control token, whatever the file says.
   */
  constructor(texts: StringArray, vocabulary: Vocabulary, isControl: (id: number) => boolean) {
    const count = texts.length;
    this.merged = new Int32Array(count);
    this.#left = new Int32Array(count);
    this.#right = new Int32Array(count);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(count * 1.5 + 1))).fill(-1);
    let pair = new Uint8Array(256);
    for (let rank = 0; rank < count; rank++) {
      const start = texts.offsets[rank]!;
      const end = texts.offsets[rank + 1]!;
      if (end - start > pair.length) pair = new Uint8Array(2 * (end - start));
      // Neither half is empty, so the space that parts them is not the first character.
      let space = start + 1;
      while (space < end && texts.bytes[space] !== SPACE) space++;
      const middle = space >= end ? -1 : decodeAlphabet(texts.bytes, start, space, pair, 0);
      const length = middle < 0 ? -1 : decodeAlphabet(texts.bytes, space + 1, end, pair, middle);
      const left = length < 0 ? -1 : vocabulary.find(pair, 0, middle);
      const right = length < 0 ? -1 : vocabulary.find(pair, middle, length);
      const merged = length < 0 ? -1 : vocabulary.find(pair, 0, length);
      if (left < 0 || right < 0 || merged < 0) {
        throw new TokonomaError(
          'tokenizer-invalid',
          `merge ${rank} ${JSON.stringify(texts.at(rank))} (tokenizer.ggml.merges) does not join two tokens to a third; ` +
            'the model file is damaged',
        );
      }
      if (!isControl(merged)) this.#insert(rank, left, right, merged);
    }
  }

  /** The lower, the sooner merged; -1 when the two do not merge. */
  rank(left: number, right: number): number {
    return this.#slots[this.#slotOf(left, right)]!;
  }

  #insert(rank: number, left: number, right: number, merged: number): void {
    const slot = this.#slotOf(left, right);
    if (this.#slots[slot]! >= 0) return; // of two equal pairs the first counts, as in llama.cpp
    this.#slots[slot] = rank;
    this.#left[rank] = left;
    this.#right[rank] = right;
    this.merged[rank] = merged;
  }

  #slotOf(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const rank = this.#slots[slot]!;
      if (rank < 0 || (this.#left[rank] === left && this.#right[rank] === right)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}
