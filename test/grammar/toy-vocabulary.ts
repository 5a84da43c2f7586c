/** A byte-level vocabulary that is small enough to test every token: bytes, some merged words, control tokens. */
import type { TokenBytes, TokenVocabulary } from '../../src/grammar/token-table.ts';
import { ACTIONS } from '../../src/grammar/actions.ts';
import { actionTag, choiceTag, keyTag } from '../../src/grammar/tags.ts';

const MERGED = [
  ...[
    ' k',
    ' ki',
    ' kit',
    ' kitchen',
    ' l',
    ' li',
    ' light',
    ' lights',
    ' living',
    ' room',
    ' t',
    ' the',
    ' turn',
    ' on',
  ],
  ...['ch', 'en', 'itchen', 'kit', 'kitchen', 'light', 'lights', 'room', 'ing', 'li', 'on', 'of', 'off', 'turn', 'set'],
  ...['{"', '"}', '": ', '":', ' "', '", "', '", ', '}}', '}}\n', '\n{"', '": {"', ' {}', 'name', 'arguments', '.set'],
  ...['light.set', 'device', 'power', '"on"', '  ', ' "k', 'e"', 'n"', 'né', 'é"'],
];

/** Tokens by greedy longest match; control tokens are never made of text. */
export class ToyVocabulary implements TokenVocabulary {
  readonly size: number;
  readonly eosId: number;
  readonly vocabulary: TokenBytes;
  readonly #bytes: Uint8Array[];
  readonly #ids = new Map<string, number>();
  readonly #firstControl: number;

  constructor(control: readonly string[]) {
    const encoder = new TextEncoder();
    this.#bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    for (const text of [...MERGED]) this.#bytes.push(encoder.encode(text));
    this.#firstControl = this.#bytes.length;
    for (const text of ['<|end|>', ...control]) {
      this.#ids.set(text, this.#bytes.length);
      this.#bytes.push(encoder.encode(text));
    }
    this.eosId = this.#firstControl;
    this.size = this.#bytes.length;
    const offsets = new Uint32Array(this.size + 1);
    for (const [i, token] of this.#bytes.entries()) offsets[i + 1] = offsets[i]! + token.length;
    this.vocabulary = { bytes: Buffer.concat(this.#bytes), offsets };
  }

  bytes(id: number): Uint8Array {
    return this.#bytes[id] ?? new Uint8Array();
  }

  isControl(id: number): boolean {
    return id >= this.#firstControl;
  }

  idOf(text: string): number | undefined {
    return this.#ids.get(text);
  }

  encode(text: string): number[] {
    const bytes = new TextEncoder().encode(text);
    const ids: number[] = [];
    for (let at = 0; at < bytes.length;) {
      let best = bytes[at]!;
      for (let id = 256; id < this.#firstControl; id++) {
        const token = this.#bytes[id]!;
        if (token.length > this.#bytes[best]!.length && token.every((byte, i) => byte === bytes[at + i])) best = id;
      }
      ids.push(best);
      at += this.#bytes[best]!.length;
    }
    return ids;
  }

  decode(ids: readonly number[]): string {
    return Buffer.concat(ids.filter((id) => id !== this.eosId).map((id) => this.bytes(id))).toString();
  }
}

export function tagsVocabulary(): ToyVocabulary {
  const tags = new Set(['<|user|>', '<|plan|>']);
  for (const { name, args } of ACTIONS) {
    tags.add(actionTag(name));
    for (const { name: arg, type } of args) {
      if (type.kind === 'text' || type.kind === 'number') tags.add(keyTag(arg));
      else
        for (const choice of type.kind === 'boolean' ? ['true', 'false'] : type.values)
          tags.add(choiceTag(arg, choice));
    }
  }
  return new ToyVocabulary([...tags]);
}

export function hermesVocabulary(): ToyVocabulary {
  return new ToyVocabulary(['<tool_call>', '</tool_call>']);
}
