/** However a process ends, its actuators end safe. What kill -9 leaves behind, the next start makes safe first. */
import type { Thing } from '../../devices/thing.ts';
import { makeSafeNow } from '../agent/acting/safety.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

/** A process that has lost its way waits this long for its actuators, milliseconds. */
const LAST_MS = 2000;

export interface LifelineOptions {
  /** All that are driven now. */
  readonly things: () => readonly Thing[];
  /** Puts every actuator into its safe state. */
  readonly stop: () => Promise<unknown>;
  readonly log: Logger;
}

/**
 * From now on an error that nobody catches stops everything and ends the process with 1, and on `exit` (also by
 * process.exit) every driver that can do so at once is made safe. Returns what takes this back.
 */
export function holdLifeline({ things, stop, log }: LifelineOptions): () => void {
  let dying = false;
  const die = (error: unknown): void => {
    log.fatal({ error: messageOf(error), stack: error instanceof Error ? error.stack : undefined }, 'uncaught');
    if (dying) process.exit(1);
    dying = true;
    setTimeout(() => process.exit(1), LAST_MS);
    const exit = (): void => process.exit(1);
    stop().then(exit, exit);
  };
  const makeSafe = (): void => makeSafeNow(things(), log);
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  process.on('exit', makeSafe);
  return () => {
    process.off('uncaughtException', die);
    process.off('unhandledRejection', die);
    process.off('exit', makeSafe);
  };
}
