/**
 * Whose turn it is with the model: one request at a time, clients in turn, each in its own order. One client that asks a
 * lot waits for itself, not the others for it.
 */
import { TokonomaError } from '../errors.ts';

interface Waiting {
  readonly begin: () => void;
  readonly signal: AbortSignal;
}

export class Turns {
  readonly #most: number;
  /** Who waits, the client that is next first. */
  readonly #queues = new Map<string, Waiting[]>();
  #busy = false;
  #waiting = 0;

  /** @param most requests that may wait, of all clients together */
  constructor(most = 32) {
    this.#most = most;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Runs `work` when it is this client's turn.
   * @throws TokonomaError `queue-full`; the signal's reason when it is aborted before its turn
   */
  async run<T>(client: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(client, signal);
    try {
      return await work();
    } finally {
      this.#busy = false;
      this.#next();
    }
  }

  #turn(client: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve();
    }
    if (this.#waiting >= this.#most) {
      throw new TokonomaError('queue-full', `${this.#waiting} requests are waiting for the model; try again later`);
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#drop(client, waiting);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        signal,
        begin: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const queue = this.#queues.get(client);
      if (queue === undefined) this.#queues.set(client, [waiting]);
      else queue.push(waiting);
      this.#waiting++;
    });
  }

  #next(): void {
    for (const [client, queue] of this.#queues) {
      this.#queues.delete(client);
      const next = queue.shift()!;
      // To the end of the row, behind all others.
      if (queue.length > 0) this.#queues.set(client, queue);
      this.#waiting--;
      this.#busy = true;
      next.begin();
      return;
    }
  }

  #drop(client: string, waiting: Waiting): void {
    const queue = this.#queues.get(client);
    const at = queue?.indexOf(waiting) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.#queues.delete(client);
    this.#waiting--;
  }
}
