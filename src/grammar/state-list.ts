/** A growing list of state numbers, used as a stack of sets: a set is a range of it. */
export class StateList {
  items = new Int32Array(256);
  length = 0;

  push(state: number): void {
    if (this.length === this.items.length) {
      const grown = new Int32Array(2 * this.length);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.length++] = state;
  }
}

/** A set of bytes. */
export class ByteSet {
  readonly words = new Uint32Array(8);

  clear(): void {
    this.words.fill(0);
  }

  add(byte: number): void {
    this.words[byte >> 5]! |= 1 << (byte & 31);
  }

  /** Smallest byte of the set that is at least `from`; 256 when there is none. */
  next(from: number): number {
    for (let byte = from; byte < 256; byte = (byte | 31) + 1) {
      const rest = this.words[byte >> 5]! >>> (byte & 31);
      if (rest !== 0) return byte + 31 - Math.clz32(rest & -rest);
    }
    return 256;
  }
}
