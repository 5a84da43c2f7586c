/** Contacts bounce for some milliseconds: a level counts when it has held that long, and only when it is a new one. */
import type { Clock } from '../clock.ts';
import type { Level } from './io.ts';

export class Debounce {
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #settled: (level: Level) => void;
  #level: Level;
  #seen: Level;
  #waiting: AbortController | undefined;

  /** @param level the one at the beginning */
  constructor(ms: number, level: Level, clock: Clock, settled: (level: Level) => void) {
    this.#ms = ms;
    this.#clock = clock;
    this.#settled = settled;
    this.#level = this.#seen = level;
  }

  get level(): Level {
    return this.#level;
  }

  /** An edge, to this level. */
  edge(level: Level): void {
    this.#seen = level;
    this.#waiting?.abort();
    this.#waiting = undefined;
    if (this.#ms <= 0) return this.#take();
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#clock.sleep(this.#ms, waiting.signal).then(
      () => this.#take(),
      () => undefined,
    );
  }

  close(): void {
    this.#waiting?.abort();
  }

  #take(): void {
    if (this.#seen === this.#level) return;
    this.#level = this.#seen;
    this.#settled(this.#level);
  }
}
