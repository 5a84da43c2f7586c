import { rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Lets go of the data folder of an agent that a test abandons as if its process had been killed: the lock of a dead
 * process is taken over, but this process is alive.
 */
export function died(dataDir: string): void {
  rmSync(path.join(dataDir, 'lock'));
}
