/** How the runtime is: what a dashboard shows and a watchdog watches. */
import type { Clock } from '../clock.ts';
import { round } from './turn/response.ts';
import type { Outcome, Response } from './types.ts';

/** The payload of `<base>/bridge/health`. */
export interface HealthReport {
  readonly uptime_s: number;
  readonly rss_bytes: number;
  /** What the process may have; null: no limit was given. */
  readonly budget_bytes: number | null;
  /** Commands that wait, and how many may. */
  readonly queue: number;
  readonly queue_limit: number;
  readonly armed: boolean;
  /** Generated, of the last commands that went to the model; null before the first. */
  readonly tokens_per_s: number | null;
  /** From the arrival of a command until it was understood: median and 95th percentile of the last ones, milliseconds. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  /** Since the start, by outcome. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

/** What of the agent is reported. */
export interface Watched {
  readonly armed: boolean;
  readonly queued: number;
  readonly queueLimit: number;
}

/** Commands whose timing is remembered. */
const WINDOW = 256;

export class Health {
  readonly #watched: Watched;
  readonly #clock: Clock;
  readonly #budget: number | undefined;
  readonly #started: number;
  readonly #timings: { readonly ms: number; readonly decodeMs: number; readonly tokens: number }[] = [];
  readonly #outcomes: Partial<Record<Outcome, number>> = {};

  constructor(watched: Watched, clock: Clock, budget?: number) {
    this.#watched = watched;
    this.#clock = clock;
    this.#budget = budget;
    this.#started = clock.monotonic();
  }

  record({ outcome, path, timing }: Response): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    if (path !== 'model') return;
    const ms = timing.queue_ms + timing.prefill_ms + timing.decode_ms;
    this.#timings.push({ ms, decodeMs: timing.decode_ms, tokens: timing.tokens_out });
    if (this.#timings.length > WINDOW) this.#timings.shift();
  }

  report(): HealthReport {
    const { armed, queued, queueLimit } = this.#watched;
    const sorted = this.#timings.map(({ ms }) => ms).sort((a, b) => a - b);
    const decodeMs = sum(this.#timings.map((timing) => timing.decodeMs));
    const tokens = sum(this.#timings.map((timing) => timing.tokens));
    return {
      uptime_s: Math.round((this.#clock.monotonic() - this.#started) / 1000),
      rss_bytes: process.memoryUsage.rss(),
      budget_bytes: this.#budget ?? null,
      queue: queued,
      queue_limit: queueLimit,
      armed,
      tokens_per_s: decodeMs > 0 ? round((tokens / decodeMs) * 1000) : null,
      p50_ms: quantile(sorted, 0.5),
      p95_ms: quantile(sorted, 0.95),
      outcomes: { ...this.#outcomes },
    };
  }
}

/** Nearest rank. */
function quantile(sorted: readonly number[], q: number): number | null {
  const value = sorted[Math.ceil(q * sorted.length) - 1];
  return value === undefined ? null : round(value);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
