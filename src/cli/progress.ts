/** How far a long piece of work has come: a bar on a terminal, a line now and then elsewhere. */
import type { Clock } from '../clock.ts';

export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Step {
  /** What is being done: `download`, `check`. Another one starts anew. */
  readonly stage: string;
  /** Absent: nobody can say how far it is. */
  readonly done?: number;
  readonly total?: number | undefined;
  /** What is counted, such as `tokens`. Default: bytes. */
  readonly unit?: string;
}

/** Who hears of Ctrl-C. */
export type Signals = Pick<NodeJS.Process, 'once' | 'off' | 'listenerCount' | 'kill' | 'pid'>;

/** Nothing is shown of what takes no longer. */
const DELAY_MS = 1000;

const BAR_MS = 100;
const LINE_MS = 5000;
/** The rate is that of the last so many milliseconds. */
const RATE_WINDOW_MS = 10_000;
const SAMPLE_MS = 250;
const CLEAR_LINE = '\r\x1b[K';

export class ProgressBar {
  readonly #err: Terminal;
  readonly #clock: Clock;
  readonly #label: string;
  #stage = '';
  #begunAt: number | undefined;
  /** Of the last RATE_WINDOW_MS, the oldest first. What a download found on the disk is not in its rate. */
  #samples: { at: number; done: number }[] = [];
  #shownAt = -Infinity;
  #isOpen = false;
  #hasEnded = false;

  constructor(err: Terminal, clock: Clock, label: string) {
    this.#err = err;
    this.#clock = clock;
    this.#label = label;
  }

  update(step: Step): void {
    if (this.#hasEnded) return;
    const now = this.#clock.monotonic();
    this.#begunAt ??= now;
    const { stage, done = 0 } = step;
    const isTerminal = this.#err.isTTY === true;
    const last = this.#samples.at(-1);
    if (stage !== this.#stage || last === undefined || done < last.done) {
      this.#stage = stage;
      this.#samples = [{ at: now, done }];
      // The first line of a stage would have nothing to say of its rate; on a terminal it says what is waited for.
      this.#shownAt = isTerminal ? -Infinity : now;
    } else if (now - last.at >= SAMPLE_MS) {
      this.#samples.push({ at: now, done });
      while (this.#samples.length > 2 && now - this.#samples[1]!.at > RATE_WINDOW_MS) this.#samples.shift();
    }
    if (now - this.#begunAt < DELAY_MS || now - this.#shownAt < (isTerminal ? BAR_MS : LINE_MS)) return;
    this.#shownAt = now;
    const text = this.#text(step, now);
    this.#err.write(isTerminal ? `${CLEAR_LINE}${text}` : `${text}\n`);
    this.#isOpen = isTerminal;
  }

  /** A line of text; the bar goes on below it. */
  notice(message: string): void {
    this.#clear();
    this.#err.write(`${message}\n`);
    this.#shownAt = -Infinity;
  }

  /** Takes the bar away for good. */
  end(): void {
    this.#clear();
    this.#hasEnded = true;
  }

  /** The bar is gone when the work has ended, whatever became of it, and when Ctrl-C ends the process before. */
  async during<T>(work: () => Promise<T>, signals: Signals = process): Promise<T> {
    const interrupted = (): void => {
      this.end();
      // Where others listen, they decide what becomes of the process.
      if (signals.listenerCount('SIGINT') === 0) signals.kill(signals.pid, 'SIGINT');
    };
    signals.once('SIGINT', interrupted);
    try {
      return await work();
    } finally {
      signals.off('SIGINT', interrupted);
      this.end();
    }
  }

  #clear(): void {
    if (this.#isOpen) this.#err.write(CLEAR_LINE);
    this.#isOpen = false;
  }

  #text({ stage, done, total, unit }: Step, now: number): string {
    const head = `${this.#label} ${stage}`;
    if (done === undefined) return head;
    const first = this.#samples[0]!;
    const rate = now > first.at ? ((done - first.done) / (now - first.at)) * 1000 : 0;
    const amount = (n: number): string => (unit === undefined ? size(n) : String(n));
    const counted = total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`;
    const parts = [unit === undefined ? counted : `${counted} ${unit}`];
    if (rate > 0 && unit === undefined) parts.push(`${size(rate)}/s`);
    if (rate > 0 && total !== undefined) parts.push(`ETA ${duration((total - done) / rate)}`);
    const tail = parts.join('  ');
    if (total === undefined || total === 0) return `${head}  ${tail}`;
    const share = Math.min(done / total, 1);
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    const room = (this.#err.columns ?? 80) - head.length - tail.length - percent.length - 8;
    return this.#err.isTTY === true && room >= 8
      ? `${head} ${percent}  [${bar(share, Math.min(room, 40))}]  ${tail}`
      : `${head} ${percent}  ${tail}`;
  }
}

function bar(share: number, width: number): string {
  const filled = Math.floor(share * width);
  return '#'.repeat(filled) + '-'.repeat(width - filled);
}

/** `236.8 MiB`. */
export function size(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  if (bytes >= 2 ** 20) return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return `${(bytes / 2 ** 10).toFixed(1)} KiB`;
}

/** `42 s`, `3:07`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
