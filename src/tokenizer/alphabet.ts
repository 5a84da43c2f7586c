/**
 * The GPT-2 byte alphabet: token texts in a model file are bytes written as printable characters, so that a space is
 * "Ġ" (U+0120). Source: openai/gpt-2, encoder.py, bytes_to_unicode.
 */

/** Character for each byte. */
export const BYTE_TO_CHAR: readonly string[] = alphabet();

/** Byte for each code point below 0x144; -1 where the alphabet has no such character. */
const CODE_POINT_TO_BYTE = new Int16Array(0x144).fill(-1);
BYTE_TO_CHAR.forEach((char, byte) => (CODE_POINT_TO_BYTE[char.codePointAt(0)!] = byte));

function alphabet(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/**
 * Decodes UTF-8 `text[start, end)`, written in the alphabet, to the bytes it stands for.
 * Returns the end of what was written at `at` of `into`; -1 when a character is not of the alphabet.
 */
export function decodeAlphabet(text: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  for (let i = start; i < end;) {
    const lead = text[i++]!;
    let codePoint = lead;
    if (lead >= 0x80) {
      // The whole alphabet lies below U+0144: one or two bytes of UTF-8.
      if (lead < 0xc2 || lead > 0xc5 || i >= end) return -1;
      codePoint = ((lead & 0x1f) << 6) | (text[i++]! & 0x3f);
    }
    const byte = CODE_POINT_TO_BYTE[codePoint] ?? -1;
    if (byte < 0) return -1;
    into[at++] = byte;
  }
  return at;
}
