/**
 * What may stand as an argument's value: a span of the command or a declared name (text), a number that was said
 * (number). One automaton over bytes serves all arguments; a *profile* says which parts of it are open to one.
 *
 * States, per request: 0 before the value; 1 after its leading blank; SPAN + q when q bytes of the source have been
 * reached; then one per byte of the spelled alternatives (names, numbers).
 */
import type { DeclaredName, NameRole } from './actions.ts';
import { findSpans, type Spans } from './spans.ts';
import { quantitiesOf, saidNumbers, saidQuantities, type Quantities, type SaidNumber } from './numbers.ts';
import type { ByteSet, StateList } from './state-list.ts';

/** How a format writes values. */
export interface ValueStyle {
  /** Values begin with a blank, as words do in running text. */
  readonly leadingBlank: boolean;
  /** A character as it is written inside a text value. */
  readonly escape: (char: string) => string;
  /** Numbers are copied as they were said; else they are written as JSON numbers. */
  readonly literalNumbers: boolean;
}

/** Arguments that refer to what the home holds, and so may be a declared name of one of these that was not said. */
const REFERRING: Readonly<Record<string, readonly NameRole[]>> = {
  device: ['device'],
  area: ['area'],
  place: ['place'],
  object: ['object'],
  from: ['place'],
  to: ['place', 'area'],
  target: ['object', 'place'],
};

const BEFORE = 0;
const AFTER_BLANK = 1;
const SPAN = 2;
const BLANK = 0x20;

interface Profile {
  readonly spans: boolean;
  /** Alternatives [first, last). */
  readonly first: number;
  readonly last: number;
}

export class Values {
  readonly #style: ValueStyle;
  readonly #source: string;
  readonly #spans: Spans;
  readonly #said: readonly SaidNumber[];
  readonly #profiles: Profile[] = [];
  readonly #numberProfiles = new Map<Quantities, number>();
  /** Profiles of text arguments; -1: there is nothing to copy. */
  readonly #copied: number;
  readonly #names: readonly DeclaredName[];
  readonly #textProfiles = new Map<string, number>();
  /** Alternatives, spelled one after the other: i is bytes [begin[i], begin[i + 1]). */
  readonly #spelled: number[] = [];
  readonly #begin: number[] = [0];
  /** 1 where an alternative ends. */
  readonly #spelledEnds: number[] = [0];
  /** Added to a number of bytes of #spelled it makes a state. */
  readonly #firstSpelled: number;

  /** @param heard further readings of the source in which numbers may be found, e.g. with number words as digits */
  constructor(source: string, names: readonly DeclaredName[], style: ValueStyle, heard: readonly string[] = []) {
    this.#style = style;
    this.#source = source;
    this.#spans = findSpans(source, style.escape);
    this.#said = [source, ...heard].flatMap(saidNumbers);
    this.#firstSpelled = SPAN + this.#spans.bytes.length + 1;
    this.#names = names;
    this.#copied = this.#spans.starts.length > 0 ? this.#addProfile(true, []) : -1;
  }

  /** Number of states; grows with every profile that is asked for. */
  get states(): number {
    return this.#firstSpelled + this.#spelled.length + 1;
  }

  /** What a text argument may be; -1: nothing. */
  textProfile(arg: string): number {
    const roles = Object.hasOwn(REFERRING, arg) ? REFERRING[arg]! : [];
    if (roles.length === 0) return this.#copied;
    const key = roles.join(' ');
    let profile = this.#textProfiles.get(key);
    if (profile === undefined) {
      const spelled = this.#spelledNames(roles);
      profile = spelled.length > 0 ? this.#addProfile(this.#copied >= 0, spelled) : this.#copied;
      this.#textProfiles.set(key, profile);
    }
    return profile;
  }

  /** What a number argument may be; -1: nothing. */
  numberProfile(action: string, arg: string): number {
    const quantities = quantitiesOf(action, arg);
    let profile = this.#numberProfiles.get(quantities);
    if (profile === undefined) {
      const said = [...this.#said, ...saidQuantities(this.#source, quantities)];
      profile =
        said.length === 0
          ? -1
          : this.#addProfile(
              false,
              said.flatMap((number) => this.#write(number)),
            );
      this.#numberProfiles.set(quantities, profile);
    }
    return profile;
  }

  /** Adds the bytes that may follow in a state. */
  addBytes(profile: number, state: number, bytes: ByteSet): void {
    const { spans } = this.#profiles[profile]!;
    if (state >= this.#firstSpelled) {
      if (this.continues(state)) bytes.add(this.#spelled[state - this.#firstSpelled]!);
    } else if (state >= SPAN) {
      if (this.continues(state)) bytes.add(this.#spans.bytes[state - SPAN]!);
    } else {
      if (state === BEFORE) this.#addAlternatives(profile, bytes);
      if (spans) this.#addStarts(state, bytes);
    }
  }

  /** Appends `offset` + each state that follows after a byte. */
  step(profile: number, state: number, byte: number, offset: number, into: StateList): void {
    const { bytes, starts, unspaced } = this.#spans;
    if (state >= this.#firstSpelled) {
      const next = this.#spelled[state - this.#firstSpelled];
      if (this.continues(state) && next === byte) into.push(offset + state + 1);
      return;
    }
    if (state >= SPAN) {
      if (this.continues(state) && bytes[state - SPAN] === byte) into.push(offset + state + 1);
      return;
    }
    const { spans, first, last } = this.#profiles[profile]!;
    if (state === BEFORE) {
      for (let i = first; i < last; i++) {
        const begin = this.#begin[i]!;
        if (this.#spelled[begin] === byte) into.push(offset + this.#firstSpelled + begin + 1);
      }
    }
    if (!spans) return;
    const blankDue = state === BEFORE && this.#style.leadingBlank;
    if (blankDue && byte === BLANK) into.push(offset + AFTER_BLANK);
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i]!;
      if (bytes[start] === byte && (!blankDue || unspaced[i] === 1)) into.push(offset + SPAN + start + 1);
    }
  }

  /** Whether the value may end here. */
  accepts(state: number): boolean {
    if (state >= this.#firstSpelled) return this.#spelledEnds[state - this.#firstSpelled] === 1;
    return state >= SPAN && this.#spans.ends[state - SPAN] === 1;
  }

  /** Whether the value may go on here. */
  continues(state: number): boolean {
    if (state >= this.#firstSpelled) return this.#spelledEnds[state - this.#firstSpelled] === 0;
    return state < SPAN || this.#spans.reach[state - SPAN]! > state - SPAN;
  }

  #spelledNames(roles: readonly NameRole[]): string[] {
    return this.#names
      .filter((name) => name.roles.some((role) => roles.includes(role)))
      .map(({ text }) => text.trim().replace(/\p{Surrogate}/gu, '\ufffd'))
      .filter((text) => text !== '' && !text.includes('<|'))
      .map((text) => this.#lead() + Array.from(text, this.#style.escape).join(''));
  }

  #addAlternatives(profile: number, bytes: ByteSet): void {
    const { first, last } = this.#profiles[profile]!;
    for (let i = first; i < last; i++) bytes.add(this.#spelled[this.#begin[i]!]!);
  }

  #addStarts(state: number, bytes: ByteSet): void {
    const { bytes: source, starts, unspaced } = this.#spans;
    const blankDue = state === BEFORE && this.#style.leadingBlank;
    if (blankDue) bytes.add(BLANK);
    for (let i = 0; i < starts.length; i++) {
      if (!blankDue || unspaced[i] === 1) bytes.add(source[starts[i]!]!);
    }
  }

  #addProfile(spans: boolean, alternatives: readonly string[]): number {
    const encoder = new TextEncoder();
    const first = this.#begin.length - 1;
    for (const alternative of new Set(alternatives)) {
      const bytes = encoder.encode(alternative);
      for (const byte of bytes) {
        this.#spelled.push(byte);
        this.#spelledEnds.push(0);
      }
      this.#begin.push(this.#spelled.length);
      this.#spelledEnds[this.#spelled.length] = 1;
    }
    return this.#profiles.push({ spans, first, last: this.#begin.length - 1 }) - 1;
  }

  #write({ text, value, spaced }: SaidNumber): string[] {
    if (!this.#style.literalNumbers) return [this.#lead() + JSON.stringify(value)];
    return spaced || !this.#style.leadingBlank ? [this.#lead() + text] : [text, this.#lead() + text];
  }

  #lead(): string {
    return this.#style.leadingBlank ? ' ' : '';
  }
}
