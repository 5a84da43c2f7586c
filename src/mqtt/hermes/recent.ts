/** The last few of many: the oldest is forgotten for a new one. */
export class Recent {
  readonly #most: number;
  readonly #kept = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  has(one: string): boolean {
    return this.#kept.has(one);
  }

  add(one: string): void {
    this.#kept.delete(one);
    this.#kept.add(one);
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.values().next().value!);
  }

  /** Whether it was there. */
  delete(one: string): boolean {
    return this.#kept.delete(one);
  }
}
