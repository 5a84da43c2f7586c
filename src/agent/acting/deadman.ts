/**
 * The broker is how a robot is reached, and stopped. When it has been away for longer than a moment, what is being done
 * is ended, and things that declare it (`tk:safe_offline`) go into their safe state and begin nothing before it is back.
 */
import type { Clock } from '../../clock.ts';

export interface DeadmanOptions {
  readonly clock: Clock;
  /** How long the broker may be away, milliseconds. */
  readonly graceMs: number;
  /** It was away for that long: once for each time it was lost. */
  readonly onLost: () => void;
}

export class Deadman {
  readonly #options: DeadmanOptions;
  #waiting: AbortController | undefined;
  #lost = false;

  constructor(options: DeadmanOptions) {
    this.#options = options;
  }

  /** Longer than the grace without a broker. */
  get isLost(): boolean {
    return this.#lost;
  }

  contact(connected: boolean): void {
    if (connected) {
      this.close();
      this.#lost = false;
    } else if (this.#waiting === undefined && !this.#lost) {
      const waiting = new AbortController();
      this.#waiting = waiting;
      const { clock, graceMs, onLost } = this.#options;
      clock.sleep(graceMs, waiting.signal).then(
        () => {
          this.#waiting = undefined;
          this.#lost = true;
          onLost();
        },
        () => undefined,
      );
    }
  }

  close(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }
}
