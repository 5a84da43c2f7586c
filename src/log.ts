/** The one logger: JSON lines on stderr, so that stdout is left to answers. */
import { pino, type Logger } from 'pino';

export type { Logger };

const SECRETS = ['password', 'token', 'secret', 'key', 'cert', 'authorization'];
const LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

/**
 * @param level default: the environment variable LOG_LEVEL, else `warn`. Fields that hold secrets are never written.
 * @param fd where to, default stderr
 */
export function createLogger(level: string | undefined = process.env['LOG_LEVEL'], fd = 2): Logger {
  return pino(
    {
      level: level !== undefined && LEVELS.has(level) ? level : 'warn',
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    pino.destination({ dest: fd, sync: true }),
  );
}
