/** What the inbox's journal holds, and what of it this version can read. */
import type { Command, ReplyAddress, Response } from '../types.ts';

export type InboxRecord =
  /** Accepted. */
  | { readonly t: 'in'; readonly command: Command }
  /** Brought by this packet, which was acknowledged. */
  | { readonly t: 'packet'; readonly key: string; readonly id: string; readonly acked: boolean }
  /** The packets before are of a session that is gone. */
  | { readonly t: 'session' }
  /** About to be done. */
  | { readonly t: 'run'; readonly id: string }
  /** Done, one way or another; `reply` says who else wants to know. */
  | { readonly t: 'out'; readonly response: Response; readonly reply?: ReplyAddress }
  /** Whoever wanted to know the outcome was told. */
  | { readonly t: 'told'; readonly id: string };

/** False for what another version wrote. */
export function isRecord(value: unknown): value is InboxRecord {
  const record = value as { [name: string]: unknown };
  switch (record['t']) {
    case 'in':
      return has(record['command'], { id: 'string', text: 'string', receivedAt: 'number' });
    case 'packet':
      return has(record, { key: 'string', id: 'string', acked: 'boolean' });
    case 'session':
      return true;
    case 'run':
    case 'told':
      return has(record, { id: 'string' });
    case 'out':
      return has(record['response'], { id: 'string', text: 'string', outcome: 'string', actions: 'object' });
    default:
      return false;
  }
}

function has(value: unknown, types: Readonly<Record<string, string>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(types).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type);
}
