/** Payloads of foreign devices: data of limited size, looked into by a path and never more. */

/** States and answers of one device; a description of a whole network has its own limit. */
export const MAX_STATE_BYTES = 64 * 1024;
/** Texts of a device that are kept: states, words of an error. */
const MAX_TEXT = 200;

/** JSON, or the text itself where it is none; undefined for what is empty or too large. */
export function parsePayload(payload: Uint8Array, limit = MAX_STATE_BYTES): unknown {
  if (payload.length === 0 || payload.length > limit) return undefined;
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8').trim();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The value at `a.b.0`; own members only, so that a path cannot reach into prototypes. */
export function valueAt(value: unknown, path: string | undefined): unknown {
  let here = value;
  for (const key of path?.split('.') ?? []) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

/** Writes `value` at `a.b` of an object that is to become a payload. */
export function putAt(object: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let here = object;
  for (const key of keys) {
    if (!Object.hasOwn(here, key)) define(here, key, {});
    here = here[key] as Record<string, unknown>;
  }
  define(here, last, value);
}

/** Also where the key is `__proto__`: keys come from what devices announce. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A foreign value where a text is expected: `String` of an object may throw, or recur until the stack ends. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of a device's own words, for a message to people: no control characters, no more than is read. */
export function oneLine(value: unknown): string {
  return written(value)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .slice(0, MAX_TEXT);
}

/** A value as text; what nests so deep that writing it would fail is as good as nothing. */
function written(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
