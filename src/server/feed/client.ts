/**
 * One page at the other end of the feed. What it does not take in time is not kept for it: states are replaced by newer
 * ones while they wait, and a client that falls behind all the same is let go; it comes back for the whole state.
 */
import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import type { FeedMessage } from './messages.ts';

/** Changes of one thing are told at most this often, milliseconds. */
const PACE_MS = 50;
/** Bytes that wait in the socket: above the first, changes are held back; above the second, it is let go. */
const HOLD_BYTES = 128 << 10;
const MOST_BYTES = 2 << 20;
/** It may take nothing for so long, milliseconds. */
const SLOW_MS = 10_000;

export class FeedClient {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  /** Changes that were not told yet, by what they are of. */
  readonly #changes = new Map<string, FeedMessage>();
  #flushing = false;
  /** Monotonic milliseconds since when changes are held back. */
  #heldSince: number | undefined;

  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
  }

  /** Now. */
  send(message: FeedMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(message));
    if (this.#socket.bufferedAmount > MOST_BYTES) this.#socket.terminate();
  }

  /** Soon, and only if nothing newer of the same comes first. */
  change(of: string, message: FeedMessage): void {
    this.#changes.set(of, message);
    if (this.#flushing) return;
    this.#flushing = true;
    void this.#flush();
  }

  /** The first change at once, the others at their pace. */
  async #flush(): Promise<void> {
    while (this.#changes.size > 0 && this.#socket.readyState === this.#socket.OPEN) {
      if (this.#socket.bufferedAmount <= HOLD_BYTES) {
        this.#heldSince = undefined;
        const changes = [...this.#changes.values()];
        this.#changes.clear();
        for (const message of changes) this.send(message);
      } else {
        this.#heldSince ??= this.#clock.monotonic();
        if (this.#clock.monotonic() - this.#heldSince > SLOW_MS) this.#socket.terminate();
      }
      await this.#clock.sleep(PACE_MS);
    }
    this.#changes.clear();
    this.#flushing = false;
  }
}
