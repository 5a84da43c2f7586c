/** What has been generated: its tokens, and its text as it comes, up to a stop string. */
import { StreamDecoder, type Tokenizer } from '../tokenizer/tokenizer.ts';
import type { OnText } from './types.ts';

export class Output {
  readonly tokens: number[] = [];
  readonly #tokenizer: Tokenizer;
  readonly #decoder: StreamDecoder;
  readonly #stops: readonly string[];
  readonly #onText: OnText | undefined;
  /** Text that was decoded, where there are stop strings, and how much of it was told. */
  #text = '';
  #told = 0;
  #stopped = false;

  /** @param stops texts at which generation ends; they are no part of the result */
  constructor(tokenizer: Tokenizer, stops: readonly string[] = [], onText?: OnText) {
    this.#tokenizer = tokenizer;
    this.#decoder = new StreamDecoder(tokenizer);
    this.#stops = stops.filter((stop) => stop !== '');
    this.#onText = onText;
  }

  /** A stop string has come. */
  get stopped(): boolean {
    return this.#stopped;
  }

  take(id: number): void {
    this.tokens.push(id);
    if (this.#onText !== undefined || this.#stops.length > 0) this.#add(this.#decoder.push(id));
  }

  /** Tells what was held back; returns the whole text. */
  end(): string {
    if (!this.#stopped) this.#add(this.#decoder.end());
    if (this.#stops.length === 0) return this.#tokenizer.decode(this.tokens);
    this.#tell(this.#text.length);
    return this.#text;
  }

  #add(text: string): void {
    if (this.#stops.length === 0) {
      if (text !== '') this.#onText?.(text);
      return;
    }
    if (this.#stopped || text === '') return;
    const longest = Math.max(...this.#stops.map((stop) => stop.length));
    const from = Math.max(0, this.#text.length - longest);
    this.#text += text;
    const at = Math.min(...this.#stops.map((stop) => this.#text.indexOf(stop, from)).filter((i) => i >= 0));
    if (at < Infinity) {
      this.#stopped = true;
      this.#text = this.#text.slice(0, at);
    }
    this.#tell(this.#stopped ? this.#text.length : this.#text.length - this.#pending());
  }

  #tell(upTo: number): void {
    if (upTo > this.#told) this.#onText?.(this.#text.slice(this.#told, upTo));
    this.#told = Math.max(this.#told, upTo);
  }

  /** Characters at the end that may be the beginning of a stop string. */
  #pending(): number {
    let most = 0;
    for (const stop of this.#stops) {
      for (let n = Math.min(stop.length - 1, this.#text.length); n > most; n--) {
        if (this.#text.endsWith(stop.slice(0, n))) most = n;
      }
    }
    return most;
  }
}
