/** A talk with one site, from a wake word or a startSession to its sessionEnded. */
import type { Listening } from './messages.ts';

export type Reason = 'nominal' | 'abortedByUser' | 'intentNotRecognized' | 'timeout' | 'error';

export interface SessionStart {
  readonly sessionId: string;
  readonly siteId: string;
  readonly customData: unknown;
  readonly lang: string | null;
  readonly wakewordId: string | null;
  /** Said at the beginning. */
  readonly text: string;
  /** Absent of a notification, which ends when it is said. */
  readonly listening: Listening | undefined;
}

export class Session {
  readonly id: string;
  readonly siteId: string;
  readonly wakewordId: string | null;
  readonly text: string;
  readonly isNotification: boolean;
  customData: unknown;
  lang: string | null;
  listening: Listening;
  /** Words are taken while it listens, and at no other time. */
  isListening = false;
  /** What is heard now may be our own voice. */
  isSpeaking = false;
  /** Of what goes on now; aborted by what comes next. */
  #step = new AbortController();

  constructor({ sessionId, siteId, customData, lang, wakewordId, text, listening }: SessionStart) {
    this.id = sessionId;
    this.siteId = siteId;
    this.customData = customData;
    this.lang = lang;
    this.wakewordId = wakewordId;
    this.text = text;
    this.isNotification = listening === undefined;
    this.listening = listening ?? { intentFilter: undefined, sendIntentNotRecognized: false };
  }

  /** Ends what goes on and begins the next: what the one before still has to say is not said. */
  next(): AbortSignal {
    this.#step.abort();
    this.#step = new AbortController();
    this.isListening = false;
    return this.#step.signal;
  }

  /** Nothing goes on any more. */
  end(): void {
    this.#step.abort();
    this.isListening = false;
  }

  /** What every message about it carries. */
  get head(): { readonly sessionId: string; readonly siteId: string; readonly customData: unknown } {
    return { sessionId: this.id, siteId: this.siteId, customData: this.customData };
  }
}
