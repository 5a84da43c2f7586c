/** What a model is told before every command, read once and kept on disk for the next start. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Vocabulary } from '../agent/reading/capabilities.ts';
import type { Interpreter } from '../agent/reading/interpreter.ts';
import type { Config } from '../config/types.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Engine } from '../model/types.ts';
import type { Terminal } from './progress.ts';
import { readShown } from './waiting.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Beside the node's other data; in the user's cache (XDG Base Directory Specification) where there is no configuration. */
export function snapshotFolder(config: Config | undefined, env: Env = process.env): string {
  if (config !== undefined) return join(config.data, 'snapshots');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tokonoma', 'snapshots');
}

/**
 * Only models that write tool calls are told anything. What goes wrong shows again, and is answered, at a command.
 * @param err where somebody waits for it; else the log says how far it is
 */
export async function primeEngine(
  engine: Engine,
  interpreter: Interpreter,
  vocabulary: Vocabulary,
  log: Logger,
  err?: Terminal,
): Promise<void> {
  if (engine.info.planFormat !== 'hermes') return;
  try {
    const prefix = await interpreter.prefix(vocabulary);
    const { restored, tokens, ms } = await readShown((onRead) => engine.prime(prefix, undefined, onRead), {
      err: err ?? { write: () => undefined },
      log,
    });
    log.debug({ restored, tokens, ms }, 'prefix read');
  } catch (error) {
    log.debug({ error: messageOf(error) }, 'prefix not read');
  }
}
