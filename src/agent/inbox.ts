/**
 * The queue of commands: bounded, durable, each command at most once. A command is journaled before it is acknowledged
 * to the sender, marked before its first act, and closed with its outcome.
 *
 *   in ──► run ──► out      the journal's records; what has `in` only runs after a restart (if it is still fresh),
 *                           what has `run` without `out` was interrupted and is never repeated
 */
import path from 'node:path';
import type { Logger } from '../log.ts';
import { Journal } from './journal.ts';
import type { Command, Delivery, Response } from './types.ts';

export interface InboxOptions {
  /** Folder of the journal; absent: the queue lives in memory. */
  readonly dataDir?: string | undefined;
  /** Commands that may wait. Default 64. */
  readonly limit?: number | undefined;
  /** Outcomes that are remembered for repeated ids. Default 1000. */
  readonly remembered?: number | undefined;
  readonly log: Logger;
}

export type Accepted =
  | { readonly status: 'queued' }
  /** The same id waits or runs: its response will come. */
  | { readonly status: 'pending'; readonly id: string }
  /** The same id has this outcome already. */
  | { readonly status: 'done'; readonly response: Response }
  | { readonly status: 'full' };

export interface Recovered {
  /** Accepted, not begun: in the queue again. */
  readonly waiting: readonly Command[];
  /** Begun, not finished: to be answered `interrupted`. */
  readonly interrupted: readonly Command[];
}

type Record =
  | { readonly t: 'in'; readonly command: Command }
  | { readonly t: 'packet'; readonly key: string; readonly id: string; readonly acked: boolean }
  | { readonly t: 'run'; readonly id: string }
  | { readonly t: 'out'; readonly response: Response };

/** Packets that are remembered; more than any broker has in flight to one client. */
const PACKETS = 256;

/** The journal is compacted when it has this many lines more than it needs. */
const SLACK = 4000;

export class Inbox {
  readonly #limit: number;
  readonly #remembered: number;
  readonly #log: Logger;
  readonly #journal: Journal<Record> | undefined;
  readonly #queue: Command[] = [];
  /** Waiting or running, by id. */
  readonly #open = new Map<string, Command>();
  readonly #running = new Set<string>();
  /** Outcomes by id, oldest first. */
  readonly #done = new Map<string, Response>();
  /** The last packets by their key, oldest first: which command each brought, and whether it was acknowledged. */
  readonly #packets = new Map<string, { readonly id: string; readonly acked: boolean }>();
  #wake: (() => void) | undefined;

  constructor(options: InboxOptions) {
    this.#limit = options.limit ?? 64;
    this.#remembered = options.remembered ?? 1000;
    this.#log = options.log;
    if (options.dataDir !== undefined) this.#journal = new Journal(path.join(options.dataDir, 'inbox.jsonl'));
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Reads the journal of the last run and compacts it. */
  async open(): Promise<Recovered> {
    if (this.#journal === undefined) return { waiting: [], interrupted: [] };
    const { records, torn } = await this.#journal.read();
    if (torn > 0) this.#log.warn({ torn }, 'inbox journal: torn lines left out');
    for (const record of records) this.#replay(record);
    const interrupted = [...this.#running].flatMap((id) => this.#open.get(id) ?? []);
    for (const command of this.#open.values()) if (!this.#running.has(command.id)) this.#queue.push(command);
    await this.#compact();
    return { waiting: [...this.#queue], interrupted };
  }

  /** Resolves when the command is on the disk and may be acknowledged. */
  async accept(command: Command): Promise<Accepted> {
    const done = this.#done.get(command.id);
    if (done !== undefined) return { status: 'done', response: done };
    const before = this.#broughtBefore(command.delivery);
    if (before !== undefined) {
      const response = this.#done.get(before);
      return response === undefined ? { status: 'pending', id: before } : { status: 'done', response };
    }
    if (this.#open.has(command.id)) return { status: 'pending', id: command.id };
    if (this.#queue.length >= this.#limit) return { status: 'full' };
    this.#open.set(command.id, command);
    if (command.delivery !== undefined) this.#remember(command.delivery.key, command.id, false);
    // The place is taken before the disk is waited for, so that the limit holds and the order is that of arrival.
    this.#queue.push(command);
    try {
      await this.#journal?.append({ t: 'in', command });
    } catch (error) {
      this.#forget(command);
      throw error;
    }
    this.#wake?.();
    return { status: 'queued' };
  }

  /** The packet that brought the command was acknowledged. */
  acknowledged(delivery: Delivery): void {
    const packet = this.#packets.get(delivery.key);
    if (packet === undefined || packet.acked) return;
    this.#remember(delivery.key, packet.id, true);
    // Not waited for: lost, it costs no more than the refusal of a duplicate.
    void this.#journal
      ?.append({ t: 'packet', key: delivery.key, id: packet.id, acked: true })
      .catch((error: unknown) => this.#log.warn({ error }, 'inbox journal'));
  }

  /** Resolves when a command waits. Rejects with the signal's reason. */
  async waiting(signal: AbortSignal): Promise<void> {
    while (this.#queue.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason as Error);
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        this.#wake = () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        };
      });
    }
  }

  /** The next command, if one waits. */
  next(): Command | undefined {
    return this.#queue.shift();
  }

  /** The next command; waits for one. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<Command> {
    await this.waiting(signal);
    return this.next()!;
  }

  /** Takes a command out of the queue; undefined when it does not wait (any more). The caller answers it. */
  withdraw(id: string): Command | undefined {
    const at = this.#queue.findIndex((command) => command.id === id);
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0];
  }

  /** To be awaited before the first act: after this a restart reports the command instead of repeating it. */
  async begin(id: string): Promise<void> {
    this.#running.add(id);
    await this.#journal?.append({ t: 'run', id });
  }

  /** Stores the outcome; a repeated id gets it again. */
  async finish(response: Response): Promise<void> {
    this.#settle(response);
    await this.#journal?.append({ t: 'out', response });
    if (this.#journal !== undefined && this.#journal.lines > this.#needed() + SLACK) await this.#compact();
  }

  /** Empties the queue; the caller answers what was in it. */
  drain(): Command[] {
    return this.#queue.splice(0);
  }

  async close(): Promise<void> {
    await this.#journal?.close();
  }

  #replay(record: Record): void {
    switch (record.t) {
      case 'in':
        this.#open.set(record.command.id, record.command);
        if (record.command.delivery !== undefined)
          this.#remember(record.command.delivery.key, record.command.id, false);
        break;
      case 'packet':
        this.#remember(record.key, record.id, record.acked);
        break;
      case 'run':
        if (this.#open.has(record.id)) this.#running.add(record.id);
        break;
      case 'out':
        this.#settle(record.response);
        break;
      default:
        this.#log.warn({ record }, 'inbox journal: a record of another version left out');
    }
  }

  #settle(response: Response): void {
    this.#open.delete(response.id);
    this.#running.delete(response.id);
    this.#done.delete(response.id);
    this.#done.set(response.id, response);
    if (this.#done.size > this.#remembered) this.#done.delete(this.#done.keys().next().value!);
  }

  #forget(command: Command): void {
    this.#open.delete(command.id);
    if (command.delivery !== undefined) this.#packets.delete(command.delivery.key);
    const at = this.#queue.indexOf(command);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  /**
   * The id of the command that the same packet brought before. An unacknowledged packet comes again with or without DUP
   * (aedes sends it without); of an acknowledged one only DUP tells that the acknowledgement was lost, since packet
   * identifiers are used again (MQTT-2.3.1-4).
   */
  #broughtBefore(delivery: Delivery | undefined): string | undefined {
    const packet = delivery === undefined ? undefined : this.#packets.get(delivery.key);
    return packet !== undefined && (!packet.acked || delivery!.again) ? packet.id : undefined;
  }

  #remember(key: string, id: string, acked: boolean): void {
    this.#packets.delete(key);
    this.#packets.set(key, { id, acked });
    if (this.#packets.size > PACKETS) this.#packets.delete(this.#packets.keys().next().value!);
  }

  #needed(): number {
    return this.#done.size + this.#open.size + this.#running.size + this.#packets.size;
  }

  async #compact(): Promise<void> {
    const records: Record[] = [...this.#done.values()].map((response) => ({ t: 'out', response }));
    for (const command of this.#open.values()) {
      records.push({ t: 'in', command });
      if (this.#running.has(command.id)) records.push({ t: 'run', id: command.id });
    }
    for (const [key, packet] of this.#packets) records.push({ t: 'packet', key, ...packet });
    await this.#journal!.rewrite(records);
  }
}
