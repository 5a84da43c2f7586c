/**
 * Commands as they were probably said. `plain` makes only changes that leave nothing to doubt: compounds as declared,
 * "turn of" for "turn off". `corrected` is a second guess for a text that came to nothing: each word that means nothing
 * here becomes the one word it may be a slip of.
 */
import type { Vocabulary } from './capabilities.ts';
import { meantBy } from '../grounding/slips.ts';
import { singular, words } from '../grounding/words.ts';

/** Verbs of commands that a slip may have meant. Nothing that opens, unlocks or starts: that is said, or not done. */
const VERBS = ['turn', 'switch', 'dim', 'brighten', 'close', 'lower', 'volume', 'temperature', 'brightness', 'timer'];

/** Words that stand in commands beside names; none of them is a slip. */
const COMMON = new Set(
  (
    'a about above after again ahead alarm all also am an and any are around as ask at away back backward backwards be ' +
    'before behind below beside best between big bit blue both bright brighter bring but by can cancel center centre ' +
    'clean cold colour color come cool cooler could cyan dark darker date day decrease degrees delay dim dimmer do does ' +
    'down drive drop each every everything everywhere except fan far fast faster feet fetch find first five follow foot ' +
    'for forward forwards four from full further get give go going good grab green half halfway hand has have heat heating ' +
    'hello her here him his hold home hot hour hours how humidity i if in increase indigo inside into is it its just kelvin ' +
    'kitchen last later leave left less let level light lights like list little lock long look loud louder low lower magenta make ' +
    'max maximum me medium meter meters metre metres mid middle min minimum minute minutes more most move music mute my near ' +
    'need new next no none not now number of off on once one only open or orange other our out outside over past pause ' +
    'percent photo pick picture pink place play please point power previous pull purple push put quiet quieter raise ready ' +
    'red remind reset resume return right robot room run say second seconds see set seven shall she should shut shutdown side six ' +
    'skip sleep slow slower so softer some song soon speed start state station stay step steps stop straight take tell ten ' +
    'than thank thanks that the their them then there these they thing things this those three time to today tomorrow ' +
    'tonight too toward towards track turn twice two under unlock unmute until up us very violet volume wait wake wall want ' +
    'warm warmer was watch way we weather well what when where which while white who why will with without yellow yes yet you your'
  ).split(' '),
);

/** Longer texts are not guessed at: each word is compared with every declared one, and a stop must not wait for that. */
const MAX_CORRECTED = 200;

export class Hearing {
  /** Every word of a declared name, singular and plural as declared. */
  readonly #words: ReadonlySet<string>;
  /** Names of several words without blanks → as declared: "livingroom" → "living room". */
  readonly #joined: ReadonlyMap<string, string>;
  /** Words before which or after which a short word may be corrected: "living" → "room". */
  readonly #beside: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(names: readonly string[]) {
    const parts = names.map((name) => words(name)).filter(({ length }) => length > 0);
    this.#words = new Set(parts.flat().flatMap((word) => [word, singular(word)]));
    const joined = new Map<string, string>();
    const beside = new Map<string, Set<string>>();
    for (const name of parts) {
      for (let i = 1; i < name.length; i++) {
        const pair = [name[i - 1]!, name[i]!] as const;
        joined.set(pair.join(''), pair.join(' '));
        for (const [word, other] of [pair, [pair[1], pair[0]]] as const) {
          beside.set(word, (beside.get(word) ?? new Set()).add(other));
        }
      }
    }
    this.#joined = joined;
    this.#beside = beside;
  }

  /** Only what leaves no doubt. */
  plain(text: string): string {
    const off = text.replace(/(^|\b(?:and|then|please|to|you|,)\s+)(turn|switch)\s+of(?=\s+(?!f\b))/gi, '$1$2 off');
    return this.#compounds(off);
  }

  /** Undefined when there is nothing to correct. */
  corrected(text: string): string | undefined {
    if (text.length > MAX_CORRECTED) return undefined;
    const said = text.split(/(\s+)/);
    let changed = false;
    for (let i = 0; i < said.length; i += 2) {
      const [, before, word, after] = /^(\W*)([\p{L}']+)(\W*)$/u.exec(said[i]!) ?? [];
      if (word === undefined) continue;
      const meant = this.#meant(word.toLowerCase(), [said[i - 2], said[i + 2]].join(' '));
      if (meant === undefined) continue;
      said[i] = `${before}${meant}${after}`;
      changed = true;
    }
    return changed ? this.plain(said.join('')) : undefined;
  }

  #meant(word: string, around: string): string | undefined {
    if (this.#words.has(word) || this.#words.has(singular(word))) return undefined;
    const near = words(around).flatMap((other) => [...(this.#beside.get(other) ?? [])]);
    // "Living rum": what completes a declared name is likelier than anything else.
    const completed = meantBy(word, near);
    if (completed !== undefined) return completed;
    if (COMMON.has(word) || VERBS.includes(word)) return undefined;
    return meantBy(word, [...this.#words, ...VERBS]);
  }

  /** "livingroom lamp", "bed room": words joined or split as they are declared. */
  #compounds(text: string): string {
    const split = text.replace(/\p{L}+/gu, (word) => {
      const lower = word.toLowerCase();
      return this.#words.has(lower) ? word : (this.#joined.get(lower) ?? word);
    });
    const said = split.split(/(\s+)/);
    for (let i = 0; i + 2 < said.length; i += 2) {
      const [first, second] = [said[i]!.toLowerCase(), said[i + 2]!.toLowerCase()];
      if (!this.#words.has(first + second) || this.#beside.get(first)?.has(second) === true) continue;
      said.splice(i, 3, first + second);
    }
    return said.join('');
  }
}

/** Declared names and the nouns of the kinds. */
export function spokenWords({ names, things = [] }: Vocabulary): string[] {
  return [...names.map(({ text }) => text), ...things.flatMap((thing) => thing['tk:nouns'] ?? [])];
}
