/**
 * `<base>/bridge/request/<op>` → `<base>/bridge/response/<op>`: questions to the runtime itself, in the shape that
 * zigbee2mqtt's users know: `{data, status, error?, transaction?}`.
 */
import { TokonomaError, codeOf, messageOf } from '../errors.ts';

/** One operation: what was asked in, what is answered (or a promise of it) out. What it throws is the error of the response. */
export type Op = (data: unknown) => unknown;

/** By name: `health`, `rules/list`. */
export type Ops = Readonly<Record<string, Op>>;

export interface OpResponse {
  readonly data: unknown;
  readonly status: 'ok' | 'error';
  readonly error?: string;
  /** Stable word for the error. */
  readonly code?: string;
  /** As the request had it, so that a requester knows its answer. */
  readonly transaction?: unknown;
}

const MAX_BYTES = 16 * 1024;

/** Never throws. */
export async function answerRequest(ops: Ops, name: string, payload: Uint8Array): Promise<OpResponse> {
  let transaction: unknown;
  try {
    const data = parse(payload);
    if (typeof data === 'object' && data !== null && 'transaction' in data) ({ transaction } = data);
    const op = Object.hasOwn(ops, name) ? ops[name] : undefined;
    if (op === undefined) {
      const known = Object.keys(ops).sort().join(', ');
      throw new TokonomaError('unknown-operation', `there is no operation "${name}"; known are ${known}`);
    }
    const answer = await op(data);
    return { data: answer ?? {}, status: 'ok', ...withTransaction(transaction) };
  } catch (error) {
    return { data: {}, status: 'error', error: messageOf(error), code: codeOf(error), ...withTransaction(transaction) };
  }
}

/** Undefined for an empty payload; JSON, or the bare word. */
function parse(payload: Uint8Array): unknown {
  if (payload.length > MAX_BYTES) {
    throw new TokonomaError('too-large', `${payload.length} bytes; a request has at most ${MAX_BYTES}`);
  }
  const text = Buffer.from(payload).toString('utf8').trim();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!/^[{["]/.test(text)) return text;
    throw new TokonomaError('bad-json', `the payload is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

const withTransaction = (transaction: unknown): Pick<OpResponse, 'transaction'> =>
  transaction === undefined ? {} : { transaction };
