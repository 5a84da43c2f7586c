/** What arrives on the command topic (or in a terminal) as a command, or the reason why it is none. */
import { randomUUID } from 'node:crypto';
import type { Command, Delivery, ReplyAddress, Source } from '../types.ts';

/** Longest command text, bytes of UTF-8. */
export const MAX_TEXT_BYTES = 4096;
/** Longest JSON payload: the text, escaped, and the other fields. */
export const MAX_PAYLOAD_BYTES = 16 * 1024;
const MAX_ID_LENGTH = 128;
/** A refused text is quoted in the response up to here. */
const QUOTED = 200;

/** What the transport knows of the packet. */
export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Id by the transport (correlation data); one in the payload wins. */
  readonly id?: string;
  readonly expiresAt?: number;
  readonly reply?: ReplyAddress;
  readonly delivery?: Delivery;
  readonly source?: Source;
  /** Where it was said, as the transport knows it; one in the payload wins. */
  readonly site?: string;
  readonly conversation?: string;
}

export type Parsed =
  | { readonly command: Command }
  | { readonly refused: { readonly command: Command; readonly code: string; readonly reason: string } };

/** Plain text, or JSON `{text, id?, ttl_s?, expires_at?, site?}` when the payload begins with `{`; unknown fields are ignored. */
export function parseCommand(payload: string | Uint8Array, arrival: Arrival): Parsed {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const refuse = (code: string, reason: string, text = preview(bytes), id?: string): Parsed => ({
    refused: { command: build(text.slice(0, QUOTED), arrival, { id }), code, reason },
  });
  if (bytes.length > MAX_PAYLOAD_BYTES) {
    return refuse('too-large', `${bytes.length} bytes; a command has at most ${MAX_TEXT_BYTES} bytes of text`);
  }
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('bad-encoding', 'the payload is not UTF-8');
  }
  const fields = source.startsWith('{') ? parseFields(source) : { text: source };
  if (typeof fields === 'string') return refuse('bad-json', fields);
  const text = fields.text.trim();
  if (text === '') return refuse('empty', 'the command has no text', '', fields.id);
  const size = Buffer.byteLength(text);
  if (size > MAX_TEXT_BYTES) {
    return refuse('too-large', `${size} bytes of text; at most ${MAX_TEXT_BYTES}`, text, fields.id);
  }
  return { command: build(text, arrival, fields) };
}

interface Fields {
  text: string;
  id?: string | undefined;
  /** Seconds from the arrival. */
  ttl_s?: number | undefined;
  /** Milliseconds since the epoch, by the sender's clock: holds however long a broker kept the command. */
  expires_at?: number | undefined;
  site?: string | undefined;
}

/** The fields of a JSON command, or what is wrong with it. */
function parseFields(source: string): Fields | string {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return `the payload begins with { but is not JSON: ${(error as Error).message}`;
  }
  const { text, id, ttl_s, expires_at, site } = value as Record<string, unknown>;
  if (typeof text !== 'string') return `"text" must be a string, it is ${typeName(text)}`;
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH)) {
    return `"id" must be a string of 1 to ${MAX_ID_LENGTH} characters`;
  }
  if (ttl_s !== undefined && (typeof ttl_s !== 'number' || ttl_s < 0))
    return '"ttl_s" must be a number of seconds, 0 or more';
  if (expires_at !== undefined && (typeof expires_at !== 'number' || expires_at < 0))
    return '"expires_at" must be a number of milliseconds since 1970';
  if (site !== undefined && typeof site !== 'string') return `"site" must be a string, it is ${typeName(site)}`;
  return { text, id, ttl_s, expires_at, site };
}

function build(text: string, arrival: Arrival, fields: Omit<Fields, 'text'>): Command {
  const { ttl_s, expires_at } = fields;
  const limits = [arrival.expiresAt, expires_at, ttl_s === undefined ? undefined : arrival.receivedAt + ttl_s * 1000];
  const site = fields.site ?? arrival.site;
  const expiresAt = Math.min(...limits.filter((limit) => limit !== undefined));
  return {
    id: fields.id ?? arrival.id ?? randomUUID(),
    text,
    receivedAt: arrival.receivedAt,
    ...(Number.isFinite(expiresAt) ? { expiresAt } : {}),
    ...(site === undefined ? {} : { site }),
    ...(arrival.conversation === undefined ? {} : { conversation: arrival.conversation }),
    ...(arrival.source === undefined ? {} : { source: arrival.source }),
    ...(arrival.reply === undefined ? {} : { reply: arrival.reply }),
    ...(arrival.delivery === undefined ? {} : { delivery: arrival.delivery }),
  };
}

function preview(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, QUOTED)).toString('utf8');
}

/** A payload that is these words, whatever they begin with. */
export const wordsOnly = (text: string): string => JSON.stringify({ text });

const typeName = (value: unknown): string =>
  value === undefined ? 'missing' : value === null ? 'null' : `a ${typeof value}`;
