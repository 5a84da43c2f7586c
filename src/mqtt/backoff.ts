/** How long to wait before the next attempt: twice as long each time, never longer than a minute, never all at once. */

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

export class Backoff {
  readonly #random: () => number;
  #attempts = 0;

  /** @param random 0..1, for the jitter: after an outage of the broker not everybody comes back at the same moment */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds: between half and all of 1, 2, 4 … 60 s. */
  next(): number {
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts++;
    return Math.round(longest * (0.5 + this.#random() / 2));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
