import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A child process whose words are waited for. */
export class Talking {
  text = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | null>;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (this.text += chunk));
    }
    this.#closed = once(child, 'close').then(([code]) => code as number | null);
  }

  async says(words: string): Promise<void> {
    let ended = false;
    void this.#closed.then(() => (ended = true));
    while (!this.text.includes(words)) {
      if (ended) throw new Error(`it ended without "${words}": ${this.text}`);
      await sleep(20);
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.#closed;
  }
}
