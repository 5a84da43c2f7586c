/** The life of a service as its supervisor sees it: starting, ready, well, stopping. */
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { Notifier } from './notify.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface SupervisedOptions {
  readonly notifier: Pick<Notifier, 'tell'>;
  /** A service that is silent for so long is killed, microseconds; absent: nobody watches. */
  readonly watchdogUs?: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Without a watchdog, how long a start may take from one sign of life to the next. */
const START_US = 60_000_000;
/** What is said of us is looked at this often, milliseconds: each word to systemd is a process. */
const STATUS_MS = 5000;

export class Supervised {
  readonly #options: SupervisedOptions;
  readonly #life = new AbortController();
  #isWell: () => boolean = () => true;
  #isReady = false;
  #wasWell = true;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    void this.#signs();
  }

  /** Undefined where nobody wants to be told (sd_notify(3)). */
  static of(env: Env, pid: number, { clock, log }: Pick<SupervisedOptions, 'clock' | 'log'>): Supervised | undefined {
    if (env['NOTIFY_SOCKET'] === undefined) return undefined;
    return new Supervised({ notifier: new Notifier({ log }), watchdogUs: watchdogOf(env, pid), clock, log });
  }

  /** A line for `systemctl status`. */
  status(text: string): void {
    void this.#options.notifier.tell({ STATUS: text });
  }

  /**
   * Commands are taken.
   * @param isWell asked before every sign of life from now on; while it says no, none is given
   */
  ready(text: string, isWell: () => boolean): void {
    this.#isReady = true;
    this.#isWell = isWell;
    void this.#options.notifier.tell({ READY: '1', STATUS: text });
  }

  /** Says `describe` again whenever it has changed, from now until the end. */
  async follow(describe: () => string): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#life;
    let said = describe();
    while (!signal.aborted) {
      await clock.sleep(STATUS_MS, signal).catch(() => undefined);
      const now = describe();
      if (signal.aborted || now === said) continue;
      said = now;
      this.status(now);
    }
  }

  stopping(): void {
    this.#life.abort();
    void this.#options.notifier.tell({ STOPPING: '1', STATUS: 'stopping' });
  }

  /** Resolves when everything has been said. */
  async close(): Promise<void> {
    this.#life.abort();
    await this.#options.notifier.tell({});
  }

  /**
   * Twice in the time after which we count as lost. The main thread gives them: while it hangs, there are none. A start
   * may take longer than systemd allows it, for it may wait for a broker: then it is told to go on waiting.
   */
  async #signs(): Promise<void> {
    const { clock, notifier, watchdogUs, log } = this.#options;
    const everyUs = watchdogUs ?? START_US;
    const { signal } = this.#life;
    while (!signal.aborted) {
      await clock.sleep(everyUs / 2 / 1000, signal).catch(() => undefined);
      if (signal.aborted || (this.#isReady && watchdogUs === undefined)) return;
      const isWell = this.#isWell();
      if (this.#wasWell && !isWell) log.error({ code: 'unwell' }, 'not well: the watchdog is not told otherwise');
      this.#wasWell = isWell;
      if (!isWell) continue;
      void notifier.tell(this.#isReady ? { WATCHDOG: '1' } : { EXTEND_TIMEOUT_USEC: String(everyUs) });
    }
  }
}

/** Microseconds after which we count as lost, where it is us who are watched (sd_watchdog_enabled(3)). */
function watchdogOf({ WATCHDOG_USEC: us, WATCHDOG_PID: watched }: Env, pid: number): number | undefined {
  if (us === undefined || !/^[1-9]\d*$/.test(us)) return undefined;
  return watched === undefined || watched === String(pid) ? Number(us) : undefined;
}
