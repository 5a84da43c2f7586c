/** Sensors that this machine reads itself: a source turns hardware into readings. */
import type { Clock } from '../../clock.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Gpio } from '../gpio.ts';

export type Measured = number | boolean;

export interface SourceContext {
  readonly clock: Clock;
  readonly log?: Logger | undefined;
  readonly gpio: Gpio;
  /** `/sys` */
  readonly sys: string;
  readonly report: (value: Measured) => void;
}

export interface Source {
  close(): Promise<void>;
}

/** Seconds between two readings of what does not tell by itself. */
const INTERVAL_S = 30;
/** A reading that fails is tried so many times before it is left out: DHT sensors answer when they like. */
const TRIES = 3;
const RETRY_MS = 2000;

/** Reads at once and then every `interval_s`. What cannot be read is logged once, until it can be read again. */
export function polled(
  name: string,
  intervalS: number | undefined,
  read: () => Promise<number>,
  { clock, log, report }: SourceContext,
): Source {
  const life = new AbortController();
  const { signal } = life;
  let failing = false;
  const one = async (): Promise<void> => {
    for (let tried = 1; ; tried++) {
      try {
        const value = await read();
        if (failing) log?.info({ sensor: name }, 'can be read again');
        failing = false;
        return report(value);
      } catch (error) {
        if (tried < TRIES) {
          await clock.sleep(RETRY_MS, signal);
          continue;
        }
        if (!failing) log?.warn({ sensor: name, code: codeOf(error), error: messageOf(error) }, 'cannot be read');
        failing = true;
        return;
      }
    }
  };
  const running = (async () => {
    while (!signal.aborted) {
      await one();
      await clock.sleep((intervalS ?? INTERVAL_S) * 1000, signal);
    }
  })().catch(() => undefined);
  return {
    close: async () => {
      life.abort();
      await running;
    },
  };
}
