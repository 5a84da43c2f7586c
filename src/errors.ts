/**
 * Every error a user can meet has a stable `code`: it is what scripts match on, what the response topic carries and
 * what the documentation lists. The message says what was wrong, where, and what to do next.
 */
export class TokonomaError extends Error {
  /** Stable kebab-case word, e.g. `gguf-truncated`, `too-large`, `config-invalid`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TokonomaError';
    this.code = code;
  }
}

/** The stable code of any thrown value; `internal` for what is not ours. */
export function codeOf(error: unknown): string {
  return error instanceof TokonomaError ? error.code : 'internal';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
