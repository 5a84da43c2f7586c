/** How the runtime is: what a dashboard shows and a watchdog watches. */
import type { Board } from '../board.ts';
import type { Clock } from '../clock.ts';
import type { MemoryPlan } from '../model/plan.ts';
import type { ModelInfo } from '../model/types.ts';
import type { Agent } from './agent.ts';
import { round } from './turn/response.ts';
import type { Outcome, Response } from './types.ts';

/** Milliseconds; null before the first command that went to the model. */
export interface Duration {
  /** Of the last command. */
  readonly last: number | null;
  /** Median of the last ones. */
  readonly p50: number | null;
}

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
  /** Reading of the prompt, and generation. */
  readonly prefill_ms: Duration;
  readonly decode_ms: Duration;
  /** Since the start, by outcome. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Name of the model; null without one. */
  readonly model: string | null;
  /** How the memory is divided: bytes of the runtime, the weights, the KV cache and the scratch space, and their sum. */
  readonly memory: MemoryPlan | null;
  /** Of the processor; absent where the machine does not say. */
  readonly temperature_c?: number;
  /** The processor is held back by its heat or its supply; absent where the machine does not say. */
  readonly throttled?: boolean;
}

/** What of the agent is reported. */
export interface Watched {
  readonly armed: boolean;
  readonly queued: number;
  readonly queueLimit: number;
}

export interface HealthOptions {
  readonly clock: Clock;
  /** Asked at every report: a restarted engine has another plan. */
  readonly engine?: { readonly info: Pick<ModelInfo, 'name' | 'memory'> } | undefined;
  readonly board?: Pick<Board, 'temperature' | 'throttled'> | undefined;
}

interface Timing {
  readonly ms: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly tokens: number;
}

/** Commands whose timing is remembered. */
const WINDOW = 256;

export class Health {
  readonly #watched: Watched;
  readonly #options: HealthOptions;
  readonly #started: number;
  readonly #timings: Timing[] = [];
  readonly #outcomes: Partial<Record<Outcome, number>> = {};

  constructor(watched: Watched, options: HealthOptions) {
    this.#watched = watched;
    this.#options = options;
    this.#started = options.clock.monotonic();
  }

  /** Of an agent, whose every response it hears of. */
  static of(agent: Agent, options: HealthOptions): Health {
    const health = new Health(agent, options);
    agent.on('response', (response) => health.record(response));
    return health;
  }

  record({ outcome, path, timing }: Response): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    if (path !== 'model') return;
    const { queue_ms, prefill_ms: prefillMs, decode_ms: decodeMs, tokens_out: tokens } = timing;
    this.#timings.push({ ms: queue_ms + prefillMs + decodeMs, prefillMs, decodeMs, tokens });
    if (this.#timings.length > WINDOW) this.#timings.shift();
  }

  report(): HealthReport {
    const { armed, queued, queueLimit } = this.#watched;
    const { clock, engine, board } = this.#options;
    const memory = engine?.info.memory;
    const total = sorted(this.#timings.map(({ ms }) => ms));
    const decodeMs = this.#timings.map((timing) => timing.decodeMs);
    const tokens = sum(this.#timings.map((timing) => timing.tokens));
    const { temperature, throttled } = board ?? {};
    return {
      uptime_s: Math.round((clock.monotonic() - this.#started) / 1000),
      rss_bytes: process.memoryUsage.rss(),
      budget_bytes: memory?.budget ?? null,
      queue: queued,
      queue_limit: queueLimit,
      armed,
      tokens_per_s: sum(decodeMs) > 0 ? round((tokens / sum(decodeMs)) * 1000) : null,
      p50_ms: quantile(total, 0.5),
      p95_ms: quantile(total, 0.95),
      prefill_ms: duration(this.#timings.map((timing) => timing.prefillMs)),
      decode_ms: duration(decodeMs),
      outcomes: { ...this.#outcomes },
      model: engine?.info.name ?? null,
      memory: memory ?? null,
      ...(temperature === undefined ? {} : { temperature_c: round(temperature) }),
      ...(throttled === undefined ? {} : { throttled }),
    };
  }
}

/** @param values oldest first */
function duration(values: readonly number[]): Duration {
  return { last: values.at(-1) ?? null, p50: quantile(sorted(values), 0.5) };
}

/** Nearest rank. */
function quantile(ordered: readonly number[], q: number): number | null {
  const value = ordered[Math.ceil(q * ordered.length) - 1];
  return value === undefined ? null : round(value);
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
