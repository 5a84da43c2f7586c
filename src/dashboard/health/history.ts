/** Health over the last minutes, one sample a second: columns for the charts, oldest first. */
import type { HealthReport } from '../../agent/health.ts';

/** Five minutes. */
export const SAMPLES = 300;

export type Column = (number | null)[];

export class History {
  /** Seconds since the epoch. */
  readonly time: number[] = [];
  readonly tokens: Column = [];
  readonly prefill: Column = [];
  readonly decode: Column = [];
  readonly queue: Column = [];
  readonly temperature: Column = [];
  /** The temperature where the processor was held back, else null. */
  readonly throttled: Column = [];

  /** @param now milliseconds since the epoch */
  add(health: HealthReport, now: number): void {
    const { tokens_per_s, prefill_ms, decode_ms, queue, temperature_c = null, throttled } = health;
    this.time.push(now / 1000);
    this.tokens.push(tokens_per_s);
    this.prefill.push(prefill_ms.last);
    this.decode.push(decode_ms.last);
    this.queue.push(queue);
    this.temperature.push(temperature_c);
    this.throttled.push(throttled === true ? temperature_c : null);
    if (this.time.length <= SAMPLES) return;
    for (const column of [
      this.time,
      this.tokens,
      this.prefill,
      this.decode,
      this.queue,
      this.temperature,
      this.throttled,
    ])
      column.shift();
  }
}
