/** What went wrong as an HTTP answer, in the shape OpenAI's clients know. */
import { TokonomaError, codeOf, messageOf } from '../errors.ts';

/** A field of a request is not as it has to be. */
export class BadRequest extends TokonomaError {
  readonly param: string | null;

  /** @param param the field, such as `tools` */
  constructor(message: string, param: string | null = null) {
    super('bad-request', message);
    this.param = param;
  }
}

export interface Failure {
  readonly status: number;
  readonly body: { readonly error: { message: string; type: string; code: string; param: string | null } };
}

/** Codes that are not the server's fault, by the status they mean. */
const STATUS: Readonly<Record<string, number>> = {
  'bad-json': 400,
  'bad-request': 400,
  'bad-host': 400,
  'bad-argument': 400,
  'context-full': 400,
  'too-long': 400,
  'template-error': 400,
  'unsupported-schema': 400,
  'grammar-vocabulary': 400,
  unauthorized: 401,
  'bad-origin': 403,
  'not-permitted': 403,
  'not-found': 404,
  'unknown-device': 404,
  'model-unknown': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  'queue-full': 429,
  'engine-closed': 503,
};

export function failure(error: unknown): Failure {
  const code = codeOf(error);
  const status = STATUS[code] ?? 500;
  const type =
    status === 401
      ? 'authentication_error'
      : status === 429
        ? 'rate_limit_error'
        : status < 500
          ? 'invalid_request_error'
          : 'server_error';
  // What is wrong inside is for the log; a stranger learns the code.
  const message = status === 500 && code === 'internal' ? 'an internal error; the log says more' : messageOf(error);
  const param = error instanceof BadRequest ? error.param : null;
  return { status, body: { error: { message, type, code, param } } };
}
