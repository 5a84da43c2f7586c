/** The view over time, and what the page can ask for. Listeners are called once a frame, however much has come. */
import type { Response } from '../../agent/types.ts';
import type { AnswerMessage, FeedMessage } from '../../server/feed/messages.ts';
import { History } from '../health/history.ts';
import { Connection, freshId } from './connection.ts';
import { applied, viewOf, withEntry, type View } from './view.ts';

export interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

const NOTICE_MS = 6000;

export class Store {
  /** Undefined until the first state has come. */
  view: View | undefined;
  notice: Notice | undefined;
  readonly history = new History();
  readonly site: string;
  readonly #connection: Connection;
  readonly #listeners = new Set<() => void>();
  #isDue = false;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(origin: string, site: string) {
    this.site = site;
    this.#connection = new Connection(`${origin.replace(/^http/, 'ws')}/feed`, {
      onMessage: (message) => this.#heard(message),
      onLink: ({ state }) => {
        if (this.view !== undefined) this.#become({ ...this.view, link: state });
      },
    });
  }

  start(): void {
    this.#connection.start();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  async say(text: string): Promise<void> {
    if (this.view === undefined) return;
    const entry = { id: freshId(), text, at: Date.now(), mine: true, source: 'http' } as const;
    this.#become({ ...this.view, entries: withEntry(this.view.entries, entry) });
    const { error } = await this.#connection.ask({ type: 'command', text, site: this.site }, entry.id);
    // The outcome itself comes to every page.
    if (error === undefined) return;
    const lost =
      error.code === 'not-connected' ? 'the connection was lost; nobody knows what became of it' : error.message;
    this.#become({ ...this.view, entries: withEntry(this.view.entries, { ...entry, lost }) });
  }

  /** Direct control; what was not executed is told. */
  async set(thing: string, payload: unknown): Promise<void> {
    const { result, error } = await this.#connection.ask({ type: 'set', thing, payload });
    const { outcome, reason, code } = (result ?? {}) as Partial<Response>;
    if (error !== undefined) this.tell(error.message, true);
    else if (outcome !== 'executed') this.tell(`${reason ?? outcome}${code === undefined ? '' : ` (${code})`}`, true);
  }

  async arm(): Promise<void> {
    this.#told(await this.#connection.ask({ type: 'arm', armed: true }));
  }

  async request(op: string, data: unknown): Promise<void> {
    this.#told(await this.#connection.ask({ type: 'request', op, data }));
  }

  /**
   * Both ways at once: a connection that has just died looks open, and a stop twice is a stop.
   */
  async stop(): Promise<void> {
    const posted = fetch('/api/stop', { method: 'POST', keepalive: true }).then(
      ({ ok }) => ok,
      () => false,
    );
    const answered = this.#connection.ask({ type: 'stop' }).then(({ error }) => error === undefined);
    const arrived = (await Promise.race([posted, answered])) || (await posted) || (await answered);
    if (arrived) this.tell('Stopped. Everything is in its safe state.', false);
    else this.tell('The stop did not arrive: there is no connection to the runtime.', true);
  }

  tell(text: string, isError: boolean): void {
    clearTimeout(this.#noticeTimer);
    this.notice = { text, isError };
    this.#changed();
    this.#noticeTimer = setTimeout(() => {
      this.notice = undefined;
      this.#changed();
    }, NOTICE_MS);
  }

  #told({ error }: AnswerMessage): void {
    if (error !== undefined) this.tell(error.message, true);
  }

  #heard(message: FeedMessage): void {
    const now = Date.now();
    if (message.type === 'state' || message.type === 'health') this.history.add(message.health, now);
    if (message.type === 'state') this.#become(viewOf(message, this.site, this.view, now));
    else if (this.view !== undefined) this.#become(applied(this.view, message, this.site, now));
  }

  #become(view: View): void {
    this.view = view;
    this.#changed();
  }

  /** A hidden page has no frames: it listens, and draws when it is looked at. */
  #changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
