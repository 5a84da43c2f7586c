/** The page's end of the feed: connects, notices silence, comes back by itself. */
import type { AnswerMessage, FeedMessage, FeedRequest } from '../../server/feed/messages.ts';

export type Link = { readonly state: 'connecting' } | { readonly state: 'live' } | { readonly state: 'lost' };

export interface ConnectionEvents {
  readonly onMessage: (message: FeedMessage) => void;
  readonly onLink: (link: Link) => void;
}

/** Without a word for so long, milliseconds, the other end is gone: it tells its health every second. */
const SILENCE_MS = 5000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** A device may need a minute to acknowledge, a big model as long to understand. */
const ANSWER_MS = 180_000;

/** A request without its id. */
export type Asked = FeedRequest extends infer Each ? (Each extends FeedRequest ? Omit<Each, 'id'> : never) : never;

interface Waiting {
  readonly resolve: (answer: AnswerMessage) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class Connection {
  readonly #url: string;
  readonly #events: ConnectionEvents;
  readonly #waiting = new Map<string, Waiting>();
  #socket: WebSocket | undefined;
  #retryMs = FIRST_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;

  constructor(url: string, events: ConnectionEvents) {
    this.#url = url;
    this.#events = events;
  }

  start(): void {
    this.#open();
    // Not in a second: now.
    addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.retryNow();
    });
  }

  retryNow(): void {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  /** Resolves to the answer; to an error of its own when there is no connection or it ends first. */
  ask(request: Asked, id = freshId()): Promise<AnswerMessage> {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.resolve(lost(id));
    this.#socket.send(JSON.stringify({ ...request, id }));
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answer(lost(id)), ANSWER_MS);
      this.#waiting.set(id, { resolve, timer });
    });
  }

  #open(): void {
    this.#retry = undefined;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    clearInterval(this.#watch);
    this.#watch = setInterval(() => {
      if (Date.now() - this.#heardAt > SILENCE_MS) this.#lose(socket);
    }, 1000);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (socket === this.#socket) this.#heard(JSON.parse(data) as FeedMessage);
    };
    socket.onclose = () => this.#lose(socket);
  }

  #heard(message: FeedMessage): void {
    this.#heardAt = Date.now();
    if (message.type === 'answer') this.#answer(message);
    else this.#events.onMessage(message);
    if (message.type !== 'state') return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#events.onLink({ state: 'live' });
  }

  #answer(answer: AnswerMessage): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(answer.id);
    waiting.resolve(answer);
  }

  /** A socket that is silent may take minutes to close: it is not waited for. */
  #lose(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    clearInterval(this.#watch);
    socket.onmessage = socket.onclose = null;
    socket.close();
    for (const id of [...this.#waiting.keys()]) this.#answer(lost(id));
    this.#events.onLink({ state: 'lost' });
    // Not all pages at once after a restart.
    const wait = this.#retryMs * (0.75 + Math.random() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    this.#retry = setTimeout(() => this.#open(), wait);
  }
}

/** `crypto.randomUUID` exists on secure origins only, and a board in the house is none. */
export function freshId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function lost(id: string): AnswerMessage {
  return { type: 'answer', id, error: { code: 'not-connected', message: 'there is no connection to the runtime' } };
}
