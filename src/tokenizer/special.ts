/** Tokens that are cut out of a text before it is split into words: control and user-defined ones. */
import { TokonomaError } from '../errors.ts';
import { USER_DEFINED, type Vocabulary } from './vocabulary.ts';

/** Each is an object, and searched for in every text; known vocabularies have a few thousand at most. */
const MAX_SPECIAL = 1 << 16;

export interface SpecialMatch {
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

interface SpecialToken {
  readonly id: number;
  readonly text: string;
  /** Recognized only where the caller allows it. */
  readonly isControl: boolean;
}

export class SpecialTokens {
  /** Longest first, as llama.cpp cuts them (llama-vocab.cpp, tokenizer_st_partition). */
  readonly #tokens: readonly SpecialToken[];
  readonly #byText: ReadonlyMap<string, number>;

  constructor(vocabulary: Vocabulary, isControl: (id: number) => boolean) {
    const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
    const tokens: SpecialToken[] = [];
    for (let id = 0; id < vocabulary.size; id++) {
      const control = isControl(id);
      if (!control && vocabulary.types[id] !== USER_DEFINED) continue;
      const text = utf8.decode(vocabulary.bytesOf(id));
      if (tokens.length === MAX_SPECIAL) {
        throw new TokonomaError(
          'tokenizer-invalid',
          `more than ${MAX_SPECIAL} control and user-defined tokens (tokenizer.ggml.token_type); the model file is damaged`,
        );
      }
      if (text !== '') tokens.push({ id, text, isControl: control });
    }
    this.#tokens = tokens.sort((a, b) => b.text.length - a.text.length || a.id - b.id);
    this.#byText = new Map(this.#tokens.map(({ text, id }) => [text, id]));
  }

  idOf(text: string): number | undefined {
    return this.#byText.get(text);
  }

  /**
   * The special tokens in `text`, from left to right. Control tokens only with `control`; none that touches one of
   * the [start, end) ranges of `except`.
   */
  find(text: string, control: boolean, except: readonly (readonly [number, number])[]): SpecialMatch[] {
    const matches: SpecialMatch[] = [];
    let taken: Uint8Array | undefined; // (text.length) 1 where nothing may be cut any more
    for (const token of this.#tokens) {
      if (token.isControl && !control) continue;
      const { length } = token.text;
      let start = text.indexOf(token.text);
      while (start >= 0) {
        taken ??= mark(text.length, except);
        const end = start + length;
        const isFree = taken.subarray(start, end).indexOf(1) < 0;
        if (isFree) {
          taken.fill(1, start, end);
          matches.push({ start, end, id: token.id });
        }
        start = text.indexOf(token.text, isFree ? end : start + 1);
      }
    }
    return matches.sort((a, b) => a.start - b.start);
  }
}

function mark(length: number, ranges: readonly (readonly [number, number])[]): Uint8Array {
  const marks = new Uint8Array(length);
  for (const [start, end] of ranges) marks.fill(1, Math.max(start, 0), Math.max(end, 0));
  return marks;
}
