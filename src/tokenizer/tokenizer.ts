/** Byte-level BPE as llama.cpp does it (tokenizer.ggml.model "gpt2"), over typed arrays. */
import { TokonomaError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';
import type { StringArray } from '../gguf/strings.ts';
import { Bpe, MAX_WORD_BYTES } from './bpe.ts';
import { endOfGenerationIds } from './end-of-generation.ts';
import { Merges } from './merges.ts';
import { PRE_TOKENIZERS, wordPattern } from './pretokenize.ts';
import { SpecialTokens } from './special.ts';
import { CONTROL, UNKNOWN, Vocabulary } from './vocabulary.ts';

export interface TokenizerSource {
  /** Token texts as in the model file: ordinary ones in the GPT-2 byte alphabet. */
  readonly tokens: StringArray;
  /** Token types (1 normal, 3 control, 4 user-defined, …); default: all normal. */
  readonly types?: ArrayLike<number>;
  /** "left right", best first. */
  readonly merges: StringArray;
  /** Name of the splitting into words, `qwen2`. */
  readonly pre: string;
  /** Ends a turn; default: the first token with a name that says so. */
  readonly eosId?: number;
  /** More tokens that end a generation. */
  readonly eogIds?: readonly number[];
  /** Stands for bytes that have no token; default: they are left out. */
  readonly unknownId?: number;
}

export interface EncodeOptions {
  /**
   * Where control tokens are recognized: nowhere (false, default), everywhere (true), or everywhere but in the
   * [start, end) ranges (UTF-16 units) of text that came from users or sensors. In those ranges nothing special is
   * recognized at all, user-defined tokens included.
   */
  readonly special?: boolean | { readonly except: readonly (readonly [start: number, end: number])[] };
}

/** Longest text, UTF-16 units: its UTF-8 fits one word. */
const MAX_TEXT = Math.floor(MAX_WORD_BYTES / 3);

export class Tokenizer {
  /** Tokens in the vocabulary. */
  readonly size: number;
  readonly eosId: number;
  readonly vocabulary: Vocabulary;
  readonly #bpe: Bpe;
  readonly #special: SpecialTokens;
  readonly #words: RegExp;
  readonly #eog: ReadonlySet<number>;
  /** Tokens that end a generation by their name: control tokens, whatever type the file gives them. */
  readonly #named: ReadonlySet<number>;
  readonly #encoder = new TextEncoder();
  #word = new Uint8Array(256);

  /**
   * Reads vocabulary and merges from the file, which must be open.
   * @throws tokenizer-unsupported for another kind of tokenizer, tokenizer-invalid, gguf-metadata
   */
  static fromGguf(metadata: Metadata): Tokenizer {
    const model = metadata.string('tokenizer.ggml.model');
    if (model !== 'gpt2') {
      throw new TokonomaError(
        'tokenizer-unsupported',
        `tokenizer.ggml.model is "${model}"; only byte-level BPE ("gpt2") is supported`,
      );
    }
    const id = (name: string): number | undefined => {
      const value = metadata.number(`tokenizer.ggml.${name}_token_id`, -1);
      return value < 0 ? undefined : value;
    };
    const types = metadata.has('tokenizer.ggml.token_type') ? metadata.numbers('tokenizer.ggml.token_type') : undefined;
    const eosId = id('eos');
    const unknownId = id('unknown');
    return new Tokenizer({
      tokens: metadata.strings('tokenizer.ggml.tokens'),
      ...(types && { types }),
      merges: metadata.strings('tokenizer.ggml.merges'),
      pre: metadata.string('tokenizer.ggml.pre', 'default'),
      ...(eosId !== undefined && { eosId }),
      eogIds: ['eot', 'eom', 'fim_pad', 'fim_rep', 'fim_sep'].map(id).filter((value) => value !== undefined),
      ...(unknownId !== undefined && { unknownId }),
    });
  }

  constructor(source: TokenizerSource) {
    const words = wordPattern(source.pre);
    if (words === undefined) {
      throw new TokonomaError(
        'tokenizer-unsupported',
        `tokenizer.ggml.pre is "${source.pre}"; supported: ${PRE_TOKENIZERS.join(', ')}`,
      );
    }
    this.#words = words;
    this.vocabulary = new Vocabulary(source.tokens, source.types);
    this.size = this.vocabulary.size;
    const named = endOfGenerationIds(this.vocabulary);
    this.eosId = source.eosId ?? named[0] ?? -1;
    const eogIds = [this.eosId, ...named, ...(source.eogIds ?? [])];
    for (const id of [...eogIds, source.unknownId ?? 0]) this.#check(id);
    this.#named = new Set(named);
    this.#eog = new Set(eogIds);
    const isControl = (id: number): boolean => this.isControl(id);
    const merges = new Merges(source.merges, this.vocabulary, isControl);
    this.#bpe = new Bpe(this.vocabulary, merges, isControl, source.unknownId ?? -1);
    this.#special = new SpecialTokens(this.vocabulary, isControl);
  }

  /** Ends a generation: end of turn, end of text, and what else llama.cpp counts among them. */
  isEog(id: number): boolean {
    return this.#eog.has(id);
  }

  /** Recognized only where `encode` is told to: never in what users and sensors say. */
  isControl(id: number): boolean {
    const type = this.vocabulary.types[id];
    return type === CONTROL || type === UNKNOWN || this.#named.has(id);
  }

  /** Type of a token as the file gives it. */
  type(id: number): number {
    return this.vocabulary.types[id] ?? 0;
  }

  /** What the token stands for; control tokens: their text. A view, not a copy; empty for ids out of range. */
  bytes(id: number): Uint8Array {
    return this.vocabulary.bytesOf(id);
  }

  /** Id of the token whose text is exactly `text`; special tokens before ordinary ones. */
  idOf(text: string): number | undefined {
    const special = this.#special.idOf(text);
    if (special !== undefined) return special;
    const bytes = this.#encoder.encode(text);
    const id = this.vocabulary.find(bytes, 0, bytes.length);
    return id < 0 ? undefined : id;
  }

  /** Tokens of `text`; no token is added in front. Lone surrogates count as U+FFFD. */
  encode(text: string, options: EncodeOptions = {}): Int32Array {
    if (text.length > MAX_TEXT) {
      throw new TokonomaError('too-large', `a text of ${text.length} characters; at most ${MAX_TEXT} can be tokenized`);
    }
    const { special = false } = options;
    const except = typeof special === 'object' ? special.except : [];
    const ids = new IdList();
    let start = 0;
    for (const match of this.#special.find(text, special !== false, except)) {
      this.#encodeText(text.slice(start, match.start), ids);
      ids.push(match.id);
      start = match.end;
    }
    this.#encodeText(text.slice(start), ids);
    return ids.toArray();
  }

  /** Text of `ids`; bytes that are not UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string {
    const decoder = new StreamDecoder(this);
    let text = '';
    for (let i = 0; i < ids.length; i++) text += decoder.push(ids[i]!);
    return text + decoder.end();
  }

  #encodeText(text: string, ids: IdList): void {
    const emit = (id: number): void => ids.push(id);
    for (const [word] of text.matchAll(this.#words)) {
      // One UTF-16 unit makes at most three bytes of UTF-8.
      if (this.#word.length < 3 * word.length) this.#word = new Uint8Array(6 * word.length);
      this.#bpe.encode(this.#word, this.#encoder.encodeInto(word, this.#word).written, emit);
    }
  }

  #check(id: number): void {
    if (Number.isInteger(id) && id >= 0 && id < this.size) return;
    throw new TokonomaError(
      'tokenizer-invalid',
      id === -1
        ? 'no token ends a generation: tokenizer.ggml.eos_token_id is missing, and no token is named like <|im_end|>'
        : `special token id ${id} is outside the vocabulary of ${this.size} tokens`,
    );
  }
}

/** Tokens in, text out, as soon as its UTF-8 is complete. */
export class StreamDecoder {
  readonly #tokenizer: Tokenizer;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The text that has become complete with this token. */
  push(id: number): string {
    return this.#decoder.decode(this.#tokenizer.bytes(id), { stream: true });
  }

  /** U+FFFD when the last character is incomplete; the decoder can then be used anew. */
  end(): string {
    return this.#decoder.decode();
  }
}

/** A growing list of token ids. */
class IdList {
  #ids = new Int32Array(64);
  #length = 0;

  push(id: number): void {
    if (this.#length === this.#ids.length) {
      const grown = new Int32Array(2 * this.#length);
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids[this.#length++] = id;
  }

  toArray(): Int32Array {
    return this.#ids.slice(0, this.#length);
  }
}
