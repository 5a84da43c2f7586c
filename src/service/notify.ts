/**
 * What systemd is told of us (sd_notify(3)). Node cannot open a datagram socket of the family AF_UNIX, so systemd's own
 * program says it, one message after the other; the unit needs NotifyAccess=all, for the program has another PID than we.
 */
import { Tools } from '../tools.ts';
import type { Logger } from '../log.ts';

const PROGRAM = 'systemd-notify';

export interface NotifierOptions {
  readonly log: Logger;
  /** Where the program is looked for. */
  readonly tools?: Tools;
}

/** Whatever goes wrong is logged once and ends nothing: who has told systemd to wait must not fail for want of a word. */
export class Notifier {
  readonly #log: Logger;
  readonly #tools: Tools;
  /** What is to be said next: of each variable the latest, so that a slow machine heaps up nothing. */
  #waiting = new Map<string, string>();
  #sending: Promise<void> | undefined;
  #failed = false;

  constructor({ log, tools = new Tools() }: NotifierOptions) {
    this.#log = log;
    this.#tools = tools;
  }

  /** Variables of sd_notify(3), such as `READY: '1'`. Resolves when systemd has taken them, or never will. */
  tell(variables: Readonly<Record<string, string>>): Promise<void> {
    // A newline would begin another variable.
    for (const [name, value] of Object.entries(variables)) this.#waiting.set(name, value.replaceAll(/[\r\n]+/g, ' '));
    this.#sending ??= this.#send();
    return this.#sending;
  }

  async #send(): Promise<void> {
    // Together with what else is said in this turn.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const said = [...this.#waiting].map(([name, value]) => `${name}=${value}`);
      this.#waiting.clear();
      const { code, stderr } = await this.#tools.run(PROGRAM, said);
      if (code === 0 || this.#failed) continue;
      this.#failed = true;
      this.#log.warn({ error: stderr.trim() }, 'systemd cannot be told how this service is');
    }
    this.#sending = undefined;
  }
}
