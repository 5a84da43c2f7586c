/**
 * The one logger: JSON lines on stderr, so that stdout is left to answers. Where stderr is systemd's journal, each line
 * begins with its priority (sd-daemon(3)) and leaves out what the journal writes itself.
 */
import { fstatSync } from 'node:fs';
import { pino, symbols, type DestinationStream, type Logger } from 'pino';
import { LEVELS } from './levels.ts';
import { hideSecrets, SECRET_KEYS } from './secrets.ts';

export type { Logger };

export interface LoggerOptions {
  /** Values that no line may show, wherever they stand. */
  readonly secrets?: readonly string[];
  /** Whether systemd's journal reads it. Default: JOURNAL_STREAM is this process's stderr. */
  readonly journal?: boolean;
  /** Default: stderr. */
  readonly sink?: DestinationStream;
}

/**
 * JSON lines on stderr, without secrets.
 * @param level one of LEVELS; default: the environment variable LOG_LEVEL, else `warn`
 */
export function createLogger(
  level: string | undefined = process.env['LOG_LEVEL'],
  { secrets = [], journal = isJournal(process.env['JOURNAL_STREAM']), sink }: LoggerOptions = {},
): Logger {
  const lines = new Lines(sink ?? pino.destination({ dest: STDERR, sync: true }), secrets, journal);
  return pino(
    {
      level: level !== undefined && LEVELS.includes(level) ? level : 'warn',
      redact: { paths: SECRET_KEYS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
      ...(journal && { base: null, timestamp: false }),
    },
    lines,
  );
}

const STDERR = 2;

/** Device and inode of the journal's socket: stderr may have been turned elsewhere since (systemd.exec(5)). */
function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(STDERR);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** Priorities of syslog(3) for the levels of pino from 10 (trace) to 60 (fatal). */
const PRIORITIES: readonly number[] = [7, 7, 6, 4, 3, 2];

/** What pino writes to: pino sets `lastLevel` before each line because of the symbol. */
class Lines implements DestinationStream {
  readonly [symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  readonly #sink: DestinationStream;
  readonly #secrets: readonly string[];
  readonly #journal: boolean;

  constructor(sink: DestinationStream, secrets: readonly string[], journal: boolean) {
    this.#sink = sink;
    this.#secrets = secrets;
    this.#journal = journal;
  }

  write(line: string): void {
    const prefix = this.#journal ? `<${PRIORITIES[this.lastLevel / 10 - 1] ?? 6}>` : '';
    this.#sink.write(prefix + hideSecrets(line, this.#secrets));
  }
}
