/**
 * Who is meant by the words of a command: names, synonyms, nouns of the kind and areas of what is declared. Every word
 * that was said must be explained by the one that is found; what is not explained finds nobody.
 */
import { meantBy } from './slips.ts';
import { contentWords, isQuantifier, isWholeHome, singular } from './words.ts';

/** Whatever has a name: things and sensors. */
export interface Named {
  readonly id: string;
  readonly title: string;
  readonly synonyms?: readonly string[];
  /** Common nouns of its kind, singular. */
  readonly nouns?: readonly string[];
  readonly area?: string;
  /** Declared groups it belongs to: "downstairs", "party lights". */
  readonly groups?: readonly string[];
}

export interface Found<T extends Named> {
  readonly entries: readonly T[];
  /** "all", "every", "everything" or a plural was said. */
  readonly group: boolean;
  /** A noun of the kind was said, so number is known from it. */
  readonly noun: boolean;
  /** Only an area was said: "the kitchen". */
  readonly areaOnly: boolean;
}

interface Entry<T> {
  readonly value: T;
  /** Title and synonyms in the singular. */
  readonly names: ReadonlySet<string>;
  /** Title and synonyms as declared: "blinds". */
  readonly spelled: ReadonlySet<string>;
  /** Every word that can stand for it. */
  readonly bag: ReadonlySet<string>;
  readonly nouns: ReadonlySet<string>;
  readonly area: string | undefined;
  readonly groups: ReadonlySet<string>;
}

export class Directory<T extends Named> {
  readonly #entries: readonly Entry<T>[];
  /** Areas of several words, longest first: "living room" counts as one word. */
  readonly #areaPhrases: readonly (readonly string[])[];
  readonly #areas: ReadonlySet<string>;
  readonly #vocabulary: ReadonlySet<string>;

  constructor(values: readonly T[]) {
    const areas = values.flatMap((value) => (value.area === undefined ? [] : [contentWords(value.area).map(singular)]));
    this.#areaPhrases = areas.filter((area) => area.length > 1).sort((a, b) => b.length - a.length);
    this.#areas = new Set(areas.map((area) => area.join('_')));
    this.#entries = values.map((value) => this.#entryOf(value));
    this.#vocabulary = new Set(this.#entries.flatMap((entry) => [...entry.bag]));
  }

  get values(): T[] {
    return this.#entries.map((entry) => entry.value);
  }

  /** Those that a span such as "living room lamp", "the lights" or "kitchen" can mean. Exact names win. */
  find(span: string): Found<T> {
    const said = contentWords(span);
    const content = said.filter((word) => !isQuantifier(word));
    let tokens = this.#tokens(content);
    const last = said.at(-1) ?? '';
    const group = content.length < said.length || singular(last) !== last;
    if (tokens.length === 0) return { entries: group ? this.values : [], group, noun: false, areaOnly: false };
    // "Lamps" is more than the thing called "lamp"; "blinds" may be the declared name of one thing.
    const grouped = this.#entries.filter((entry) => entry.groups.has(content.map(singular).join(' ')));
    if (grouped.length > 0) return { entries: valuesOf(grouped), group: true, noun: false, areaOnly: false };
    const exact = group
      ? this.#entries.filter((entry) => content.length === said.length && entry.spelled.has(content.join(' ')))
      : this.#entries.filter((entry) => entry.names.has(tokens.join(' ')));
    let found = exact.length > 0 ? exact : this.#covering(tokens);
    if (found.length === 0) {
      tokens = this.#corrected(tokens);
      found = this.#covering(tokens);
    }
    const noun = found.some((entry) => tokens.some((token) => entry.nouns.has(token)));
    const areaOnly = tokens.every((token) => this.#areas.has(token));
    return { entries: found.map((entry) => entry.value), group, noun, areaOnly };
  }

  /** Those in an area; undefined when no such area is declared. "The house" is everywhere. */
  inArea(span: string): T[] | undefined {
    const said = contentWords(span);
    if (said.length > 0 && said.every((word) => isWholeHome(word) || isQuantifier(word))) return this.values;
    let area = this.#tokens(said).join('_');
    if (!this.#areas.has(area)) area = this.#corrected([area], this.#areas)[0] ?? area;
    const inside = this.#entries.filter(
      (entry) => entry.area === area || entry.groups.has(said.map(singular).join(' ')),
    );
    if (inside.length > 0) return inside.map((entry) => entry.value);
    // "porch" of a light called "porch light" that no area was declared for
    const named = this.#covering(this.#tokens(said));
    return named.length > 0 ? named.map((entry) => entry.value) : undefined;
  }

  /** Those in a declared area, by its name alone: nothing is guessed. */
  within(area: string): T[] {
    const name = this.#tokens(contentWords(area)).join('_');
    return valuesOf(this.#entries.filter((entry) => entry.area === name));
  }

  /** Those that a whole sentence mentions: by name, else by noun within an area, else by noun, else by area. */
  mentioned(text: string): T[] {
    const tokens = new Set(this.#tokens(contentWords(text)));
    const hasAll = (name: string): boolean => name.split(' ').every((word) => tokens.has(word));
    const inArea = (entry: Entry<T>): boolean => entry.area !== undefined && tokens.has(entry.area);
    const hasNoun = (entry: Entry<T>): boolean => [...entry.nouns].some((noun) => tokens.has(noun));
    for (const test of [
      (entry: Entry<T>) => [...entry.names].some(hasAll),
      (entry: Entry<T>) => inArea(entry) && hasNoun(entry),
      hasNoun,
      inArea,
    ]) {
      const found = this.#entries.filter(test);
      if (found.length > 0) return found.map((entry) => entry.value);
    }
    return [];
  }

  /** Declared areas that a whole sentence mentions, as their entries. */
  mentionedAreas(text: string): T[] {
    const tokens = new Set(this.#tokens(contentWords(text)));
    return this.#entries
      .filter((entry) => entry.area !== undefined && tokens.has(entry.area))
      .map((entry) => entry.value);
  }

  /** Those whose whole name a sentence mentions, word beside word. */
  mentionedNames(text: string): T[] {
    const said = ` ${this.#tokens(contentWords(text)).join(' ')} `;
    return this.#entries
      .filter((entry) => [...entry.names].some((name) => name !== '' && said.includes(` ${name} `)))
      .map((entry) => entry.value);
  }

  #entryOf(value: T): Entry<T> {
    const names = [value.title, ...(value.synonyms ?? [])].map((name) => this.#tokens(contentWords(name)));
    const nouns = (value.nouns ?? []).flatMap((noun) => this.#tokens(contentWords(noun)));
    const area = value.area === undefined ? undefined : this.#tokens(contentWords(value.area)).join('_');
    const groups = (value.groups ?? []).map((group) => contentWords(group).map(singular));
    return {
      value,
      names: new Set(names.map((name) => name.join(' '))),
      spelled: new Set([value.title, ...(value.synonyms ?? [])].map((name) => contentWords(name).join(' '))),
      bag: new Set([...names.flat(), ...nouns, ...(area === undefined ? [] : [area]), ...groups.flat()]),
      nouns: new Set(nouns),
      area,
      groups: new Set(groups.map((group) => group.join(' '))),
    };
  }

  /** Singular words, areas of several words joined: ["living_room", "lamp"]. */
  #tokens(said: readonly string[]): string[] {
    const single = said.map(singular);
    const tokens: string[] = [];
    for (let i = 0; i < single.length;) {
      const phrase = this.#areaPhrases.find((area) => area.every((word, k) => single[i + k] === word));
      tokens.push(phrase?.join('_') ?? single[i]!);
      i += phrase?.length ?? 1;
    }
    return tokens;
  }

  #covering(tokens: readonly string[]): Entry<T>[] {
    if (tokens.length === 0) return [];
    return this.#entries.filter((entry) => tokens.every((token) => entry.bag.has(token)));
  }

  /** Each unknown word replaced by the one known word that it may be a slip of, if there is just one. */
  #corrected(tokens: readonly string[], vocabulary: ReadonlySet<string> = this.#vocabulary): string[] {
    return tokens.map((token) => (vocabulary.has(token) ? token : (meantBy(token, vocabulary) ?? token)));
  }
}

function valuesOf<T>(entries: readonly Entry<T>[]): T[] {
  return entries.map((entry) => entry.value);
}
