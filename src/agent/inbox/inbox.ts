/**
 * The queue of commands: bounded, durable, each command at most once. A command is journaled before it is acknowledged
 * to the sender, marked before its first act, closed with its outcome, and forgotten when that was told and many others
 * came after it.
 *
 *   in ──► run ──► out ──► told     the journal's records; what has `in` only runs after a restart (if it is still
 *                                   fresh), what has `run` without `out` was interrupted and is never repeated, what
 *                                   has `out` without `told` is told
 */
import path from 'node:path';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { lockFolder } from './folder.ts';
import { Journal, type OpenFile } from './journal.ts';
import type { ReadLines } from './lines.ts';
import { isRecord, type InboxRecord } from './records.ts';
import type { Command, Delivery, ReplyAddress, Response } from '../types.ts';

export interface InboxOptions {
  /** Folder of the journal; absent: the queue lives in memory. */
  readonly dataDir?: string | undefined;
  /** Whoever starts the process has locked the folder already (folder.ts). */
  readonly locked?: boolean | undefined;
  /** Commands that may wait. Default 64. */
  readonly limit?: number | undefined;
  /** Outcomes that are remembered for repeated ids. Default 1000. */
  readonly remembered?: number | undefined;
  readonly log: Logger;
  /** Opens the journal; what a test may break. */
  readonly openFile?: OpenFile;
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

/** An outcome that somebody still wants to know. */
export interface Untold {
  readonly response: Response;
  readonly reply?: ReplyAddress;
}

/** Packets that are remembered; more than any broker has in flight to one client. */
const PACKETS = 256;

/** The journal is compacted when it has grown to twice of what it needed the last time, and by this many bytes. */
const SLACK_BYTES = 1024 * 1024;

export class Inbox {
  readonly #limit: number;
  readonly #remembered: number;
  readonly #log: Logger;
  readonly #dataDir: string | undefined;
  readonly #locked: boolean;
  readonly #journal: Journal<InboxRecord> | undefined;
  readonly #queue: Command[] = [];
  /** Waiting or running, by id. */
  readonly #open = new Map<string, Command>();
  readonly #running = new Set<string>();
  /** In the queue, but not yet on the disk: not to be taken. */
  readonly #arriving = new Set<string>();
  /** Outcomes by id, oldest first. */
  readonly #done = new Map<string, Response>();
  /** Those of them that were not told yet, by id, oldest first. */
  readonly #untold = new Map<string, Untold>();
  /** The last packets by their key, oldest first: which command each brought, and whether it was acknowledged. */
  readonly #packets = new Map<string, { readonly id: string; readonly acked: boolean }>();
  #compacted = 0;
  #wake: (() => void) | undefined;
  #unlock: (() => void) | undefined;

  constructor(options: InboxOptions) {
    this.#limit = options.limit ?? 64;
    this.#remembered = options.remembered ?? 1000;
    this.#log = options.log;
    this.#dataDir = options.dataDir;
    this.#locked = options.locked ?? false;
    if (options.dataDir !== undefined)
      this.#journal = new Journal(path.join(options.dataDir, 'inbox.jsonl'), options.openFile);
  }

  get length(): number {
    return this.#queue.length;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Outcomes that nobody was told, oldest first. */
  get untold(): Untold[] {
    return [...this.#untold.values()];
  }

  /**
   * Takes the folder for this process, reads the journal of the last one and compacts it.
   * @throws TokonomaError `data-in-use`, `journal-failed`
   */
  async open(): Promise<Recovered> {
    if (this.#journal === undefined) return { waiting: [], interrupted: [] };
    if (!this.#locked) this.#unlock = lockFolder(this.#dataDir!);
    try {
      this.#replayAll(await this.#journal.read());
      const interrupted = [...this.#running].flatMap((id) => this.#open.get(id) ?? []);
      for (const command of this.#open.values()) if (!this.#running.has(command.id)) this.#queue.push(command);
      await this.#compact();
      return { waiting: [...this.#queue], interrupted };
    } catch (error) {
      this.#unlock?.();
      throw error;
    }
  }

  /** Resolves when the command is on the disk and may be acknowledged. Throws `journal-failed`. */
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
    if (this.#journal !== undefined) {
      this.#arriving.add(command.id);
      try {
        await this.#journal.append({ t: 'in', command });
      } catch (error) {
        this.#forget(command);
        throw error;
      } finally {
        this.#arriving.delete(command.id);
      }
    }
    this.#wake?.();
    return { status: 'queued' };
  }

  /** The packet that brought the command was acknowledged. */
  acknowledged(delivery: Delivery): void {
    const packet = this.#packets.get(delivery.key);
    if (packet === undefined || packet.acked) return;
    this.#remember(delivery.key, packet.id, true);
    this.#note({ t: 'packet', key: delivery.key, id: packet.id, acked: true });
  }

  /**
   * The broker has no session of ours: it delivers nothing again, and uses its packet identifiers anew (MQTT-4.4.0-1).
   */
  sessionLost(): void {
    if (this.#packets.size === 0) return;
    this.#packets.clear();
    this.#note({ t: 'session' });
  }

  /** Resolves when a command waits. Rejects with the signal's reason. */
  async waiting(signal: AbortSignal): Promise<void> {
    while (this.#first() === undefined) {
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
    return this.#first() === undefined ? undefined : this.#queue.shift();
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
    const reply = this.#open.get(response.id)?.reply;
    this.#settle(response, reply);
    await this.#journal?.append({ t: 'out', response, ...(reply === undefined ? {} : { reply }) });
    if (this.#journal === undefined || this.#journal.size < 2 * this.#compacted + SLACK_BYTES) return;
    // The outcome is on the disk already: a journal that stays long is no failure of the command.
    await this.#compact().catch((error: unknown) => {
      this.#compacted = this.#journal!.size;
      this.#log.warn({ error: messageOf(error) }, 'inbox journal not compacted');
    });
  }

  /** Whoever wanted to know this outcome was told. */
  told(id: string): void {
    if (this.#untold.delete(id)) this.#note({ t: 'told', id });
  }

  /** Empties the queue; the caller answers what was in it. */
  drain(): Command[] {
    return this.#queue.splice(0);
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    this.#unlock?.();
  }

  #first(): Command | undefined {
    const first = this.#queue[0];
    return first === undefined || this.#arriving.has(first.id) ? undefined : first;
  }

  /** Not waited for: lost, it costs no more than something said twice. */
  #note(record: InboxRecord): void {
    void this.#journal
      ?.append(record)
      .catch((error: unknown) => this.#log.warn({ error: messageOf(error) }, 'inbox journal'));
  }

  #replayAll({ records, gaps, damaged }: ReadLines<InboxRecord>): void {
    if (damaged > 0) this.#log.warn({ damaged }, 'inbox journal: torn or damaged lines left out');
    const missing = new Map(gaps.map((gap) => [gap.at, gap.missing]));
    for (const [at, record] of records.entries()) {
      if (missing.has(at)) this.#doubt(missing.get(at)!);
      if (isRecord(record)) this.#replay(record);
      else this.#log.warn({ record }, 'inbox journal: a record of another version left out');
    }
  }

  #replay(record: InboxRecord): void {
    switch (record.t) {
      case 'in':
        this.#open.set(record.command.id, record.command);
        if (record.command.delivery !== undefined)
          this.#remember(record.command.delivery.key, record.command.id, false);
        break;
      case 'packet':
        this.#remember(record.key, record.id, record.acked);
        break;
      case 'session':
        this.#packets.clear();
        break;
      case 'run':
        if (this.#open.has(record.id)) this.#running.add(record.id);
        break;
      case 'out':
        this.#settle(record.response, record.reply);
        break;
      case 'told':
        this.#untold.delete(record.id);
        break;
    }
  }

  /** Any command accepted before the gap may have begun in it: none of them is done again. */
  #doubt(missing: number): void {
    this.#log.error({ missing, code: 'journal-damaged' }, 'inbox journal: records are missing');
    for (const id of this.#open.keys()) this.#running.add(id);
  }

  #settle(response: Response, reply: ReplyAddress | undefined): void {
    const { id } = response;
    this.#open.delete(id);
    this.#running.delete(id);
    this.#done.delete(id);
    this.#done.set(id, response);
    this.#untold.set(id, { response, ...(reply === undefined ? {} : { reply }) });
    if (this.#done.size <= this.#remembered) return;
    const oldest = this.#done.keys().next().value!;
    this.#done.delete(oldest);
    if (this.#untold.delete(oldest)) this.#log.warn({ id: oldest }, 'an outcome was forgotten before it was told');
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

  async #compact(): Promise<void> {
    const records: InboxRecord[] = [];
    for (const response of this.#done.values()) {
      const untold = this.#untold.get(response.id);
      records.push({ t: 'out', response, ...(untold?.reply === undefined ? {} : { reply: untold.reply }) });
      if (untold === undefined) records.push({ t: 'told', id: response.id });
    }
    for (const command of this.#open.values()) {
      records.push({ t: 'in', command });
      if (this.#running.has(command.id)) records.push({ t: 'run', id: command.id });
    }
    // The packets that count are those below.
    records.push({ t: 'session' });
    for (const [key, packet] of this.#packets) records.push({ t: 'packet', key, ...packet });
    await this.#journal!.rewrite(records);
    this.#compacted = this.#journal!.size;
  }
}
