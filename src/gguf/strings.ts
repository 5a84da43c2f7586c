/** Many strings in two typed arrays: no object per string. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export class StringArray {
  /** UTF-8 of all strings, one after the other. */
  readonly bytes: Uint8Array;
  /** (length + 1): string i is bytes [offsets[i], offsets[i + 1]). */
  readonly offsets: Uint32Array;

  constructor(bytes: Uint8Array, offsets: Uint32Array) {
    this.bytes = bytes;
    this.offsets = offsets;
  }

  static from(strings: readonly string[]): StringArray {
    const encoder = new TextEncoder();
    const encoded = strings.map((text) => encoder.encode(text));
    const bytes = new Uint8Array(encoded.reduce((sum, text) => sum + text.length, 0));
    const offsets = new Uint32Array(encoded.length + 1);
    let end = 0;
    for (const [i, text] of encoded.entries()) {
      bytes.set(text, end);
      offsets[i + 1] = end += text.length;
    }
    return new StringArray(bytes, offsets);
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  /** A view, not a copy. */
  bytesAt(i: number): Uint8Array {
    return this.bytes.subarray(this.offsets[i], this.offsets[i + 1]);
  }

  at(i: number): string {
    return utf8.decode(this.bytesAt(i));
  }
}
