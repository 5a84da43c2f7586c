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
    const encoded = strings.map((text) => new TextEncoder().encode(text));
    const offsets = new Uint32Array(encoded.length + 1);
    encoded.forEach((text, i) => (offsets[i + 1] = offsets[i]! + text.length));
    const bytes = new Uint8Array(offsets[encoded.length] ?? 0);
    encoded.forEach((text, i) => bytes.set(text, offsets[i]!));
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
