/** What may be logged, from everything to nothing. Apart from the logger: who only names them need not load it. */
export const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
