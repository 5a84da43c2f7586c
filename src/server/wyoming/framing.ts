/**
 * Wyoming's frames (https://github.com/OHF-Voice/wyoming, "Format"): a line of JSON, then `data_length` bytes of JSON that
 * are merged over the line's `data`, then `payload_length` bytes of anything. Nobody here wants payloads: they are counted
 * and dropped. What is no frame ends the connection, for nobody knows where the next one would begin; so does the first
 * line of a browser that was led here.
 */
import { isRecord } from '../../../devices/mqtt/payload.ts';
import { TokonomaError, messageOf } from '../../errors.ts';

export interface WyomingEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Bytes of a line, without its end. */
export const MAX_LINE = 16 * 1024;
/** Bytes of data. A command is 4 KiB, and every byte of it may be escaped in six. */
export const MAX_DATA = 32 * 1024;
/** Bytes of a payload; the audio of a second has 32,000. */
export const MAX_PAYLOAD = 1 << 20;
const MAX_TYPE = 100;
const NEWLINE = 0x0a;

interface Header {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly dataBytes: number;
  readonly payloadBytes: number;
}

/** From bytes, however they are cut, to events. */
export class FrameReader {
  /** Of the line or of the data, as far as they have come. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Of the frame whose data is due. */
  #header: Header | undefined;
  /** Bytes of a payload that are still to come. */
  #skip = 0;

  /** Whether the beginning of a frame is there and its end is not. */
  get isWithin(): boolean {
    return this.#bytes > 0 || this.#header !== undefined || this.#skip > 0;
  }

  /**
   * The events that these bytes complete; an event is there before its payload. After an error nothing more can be read.
   * @throws TokonomaError `bad-frame`, `too-large`
   */
  *push(bytes: Buffer): Generator<WyomingEvent> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const used = this.#header === undefined ? this.#line(rest) : this.#data(rest, this.#header);
      rest = rest.subarray(used.bytes);
      if (used.event !== undefined) yield used.event;
    }
  }

  #line(bytes: Buffer): { bytes: number; event?: WyomingEvent | undefined } {
    const at = bytes.indexOf(NEWLINE);
    this.#take(at < 0 ? bytes : bytes.subarray(0, at), MAX_LINE, 'line');
    if (at < 0) return { bytes: bytes.length };
    const header = headerOf(this.#whole());
    if (header.dataBytes > 0) this.#header = header;
    return { bytes: at + 1, event: header.dataBytes > 0 ? undefined : this.#event(header, header.data) };
  }

  #data(bytes: Buffer, header: Header): { bytes: number; event?: WyomingEvent | undefined } {
    const missing = header.dataBytes - this.#bytes;
    const part = bytes.subarray(0, missing);
    this.#take(part, MAX_DATA, 'data');
    if (part.length < missing) return { bytes: part.length };
    this.#header = undefined;
    const data = objectOf(this.#whole(), 'data');
    return { bytes: part.length, event: this.#event(header, { ...header.data, ...data }) };
  }

  #event({ type, payloadBytes }: Header, data: WyomingEvent['data']): WyomingEvent {
    this.#skip = payloadBytes;
    return { type, data };
  }

  #take(part: Buffer, most: number, what: string): void {
    this.#bytes += part.length;
    if (this.#bytes > most) throw new TokonomaError('too-large', `a ${what} has at most ${most} bytes`);
    this.#chunks.push(part);
  }

  #whole(): Buffer {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#bytes = 0;
    return whole;
  }
}

/** `data` is never left out: old clients want it. */
export function frameOf({ type, data }: WyomingEvent, version: string): Buffer {
  const body = Buffer.from(JSON.stringify(data));
  const header = JSON.stringify({ type, version, data_length: body.length });
  return Buffer.concat([Buffer.from(`${header}\n`), body]);
}

function headerOf(line: Buffer): Header {
  const { type, data, data_length, payload_length } = objectOf(line, 'line');
  if (typeof type !== 'string' || type === '' || type.length > MAX_TYPE) {
    throw new TokonomaError('bad-frame', `"type" must be a text of 1 to ${MAX_TYPE} characters`);
  }
  if (data !== undefined && data !== null && !isRecord(data)) {
    throw new TokonomaError('bad-frame', '"data" must be an object');
  }
  return {
    type,
    data: data ?? {},
    dataBytes: lengthOf(data_length, 'data_length', MAX_DATA),
    payloadBytes: lengthOf(payload_length, 'payload_length', MAX_PAYLOAD),
  };
}

function lengthOf(value: unknown, name: string, most: number): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new TokonomaError('bad-frame', `"${name}" must be a number of bytes`);
  }
  if (value > most) throw new TokonomaError('too-large', `"${name}" is at most ${most}`);
  return value;
}

function objectOf(bytes: Buffer, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new TokonomaError('bad-frame', `the ${what} is no JSON: ${messageOf(error)}`, { cause: error });
  }
  if (!isRecord(value)) throw new TokonomaError('bad-frame', `the ${what} must be an object`);
  return value;
}
