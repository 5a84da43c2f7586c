/** Every actuator into its safe state, all at the same time: none waits for another. */
import type { Thing } from '../../../devices/thing.ts';
import type { Clock } from '../../clock.ts';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { round } from '../turn/response.ts';
import type { ActionResult } from '../types.ts';
import { within } from './waiting.ts';

/** A driver has this long to say that it is safe, milliseconds. */
const SAFE_MS = 5000;

/** Never throws: a thing that is not safe is in the results and in the log. All drivers are told before this returns. */
export function makeSafe(things: readonly Thing[], clock: Clock, log: Logger): Promise<ActionResult[]> {
  return Promise.all(
    things.map(async ({ description: { id, title }, driver }): Promise<ActionResult> => {
      const base = { device: id, action: 'stop', args: {} };
      const begun = clock.monotonic();
      const late = new TokonomaError('device-timeout', `the ${title} did not say within ${SAFE_MS} ms that it is safe`);
      try {
        await within(() => driver.safe(), SAFE_MS, late, clock);
        return { ...base, outcome: 'executed', ack_ms: round(clock.monotonic() - begun) };
      } catch (error) {
        log.error({ device: id, code: codeOf(error), error: messageOf(error) }, 'not safe');
        return { ...base, outcome: 'failed', reason: messageOf(error) };
      }
    }),
  );
}

/**
 * Starts the drivers, each safe as soon as it has started: a process before this one may have been killed while its
 * actuators moved. To be called before anything else that takes time. One that fails holds up none of the others.
 * @throws what the first driver that failed to start threw
 */
export async function startSafely(things: readonly Thing[], clock: Clock, log: Logger): Promise<void> {
  const started = await Promise.allSettled(
    things.map(async (thing) => {
      await thing.driver.start();
      await makeSafe([thing], clock, log);
    }),
  );
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
}

/** The last resort of a process that is about to exit: only what needs no event loop any more is done. */
export function makeSafeNow(things: readonly Thing[], log: Logger): void {
  for (const { description, driver } of things) {
    try {
      driver.safeNow?.();
    } catch (error) {
      log.error({ device: description.id, error: messageOf(error) }, 'not safe');
    }
  }
}
