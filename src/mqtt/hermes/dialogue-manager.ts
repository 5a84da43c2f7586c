/**
 * Hermes' dialogue manager, for satellites that have none: it opens a session when a wake word was heard, lets the
 * recognizer listen, hands over what was said, has the answer spoken, and goes on listening after a question. One session
 * at a time for each site; those of different sites know nothing of each other.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type {
  Configure,
  ContinueSession,
  Detected,
  EndSession,
  Listening,
  StartSession,
  TextCaptured,
} from './messages.ts';
import type { Outbox } from './outbox.ts';
import { Recent } from './recent.ts';
import { Speech } from './speech.ts';
import { Session, type Reason, type SessionStart } from './session.ts';
import { Switches } from './switches.ts';

/** What came of words. */
export interface Reply {
  readonly text: string;
  /** `ask`: it is a question, and its answer belongs to the same session. */
  readonly kind: 'done' | 'ask' | 'not-recognized';
}

export interface DialogueManagerParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Logger;
  /** Never rejects. */
  readonly reply: (captured: TextCaptured, session: Session, allows: (intent: string) => boolean) => Promise<Reply>;
  /** Words that are done at once, whatever the session is about. */
  readonly halts: (captured: TextCaptured) => boolean;
}

/** Nobody said anything. */
export const SESSION_MS = 30_000;
const MAX_SITES = 64;
/** Sessions that may wait for their turn at a site. */
const MAX_QUEUED = 8;
const ANYTHING: Listening = { intentFilter: undefined, sendIntentNotRecognized: false };

export class DialogueManager {
  readonly #parts: DialogueManagerParts;
  /** By site. */
  readonly #sessions = new Map<string, Session>();
  readonly #queues = new Map<string, Session[]>();
  /** Ids of sessions that are over: what still comes of them is too late. */
  readonly #ended = new Recent(256);
  /** Ids of sessions that somebody else runs. */
  readonly #foreign = new Recent(256);
  readonly #switches = new Switches();
  readonly #speech: Speech;

  constructor(parts: DialogueManagerParts) {
    this.#parts = parts;
    this.#speech = new Speech(parts.outbox, parts.clock);
  }

  /** Every session ends. */
  close(): void {
    this.#queues.clear();
    for (const session of [...this.#sessions.values()]) this.#end(session, 'error', 'the runtime was stopped');
  }

  /** A wake word ends what was going on at its site. */
  detected(wakewordId: string, { siteId, sessionId, lang }: Detected): void {
    const current = this.#sessions.get(siteId);
    if (current !== undefined) this.#over(current, 'abortedByUser');
    this.#begin({
      sessionId: sessionId ?? `${siteId}-${wakewordId}-${randomUUID()}`,
      siteId,
      customData: wakewordId,
      lang,
      wakewordId,
      text: '',
      listening: ANYTHING,
    });
  }

  start({ siteId, customData, lang, text, action }: StartSession): void {
    const start: SessionStart = {
      sessionId: randomUUID(),
      siteId,
      customData,
      lang,
      wakewordId: null,
      text,
      listening: action,
    };
    if (!this.#sessions.has(siteId)) return this.#begin(start);
    const session = new Session(start);
    const queue = this.#queues.get(siteId) ?? [];
    // A notification can wait; what asks for an answer says whether it can.
    if (action?.canBeEnqueued === false || queue.length >= MAX_QUEUED) {
      return this.#tellEnded(session, 'error', 'another session is open at this site');
    }
    this.#queues.set(siteId, [...queue, session]);
    this.#parts.outbox.send('hermes/dialogueManager/sessionQueued', session.head);
  }

  continue({ sessionId, text, customData, lang, ...listening }: ContinueSession): void {
    const session = this.#of(sessionId);
    if (session === undefined) return;
    if (customData !== undefined) session.customData = customData;
    if (lang !== undefined) session.lang = lang;
    this.#stopListening(session);
    void this.#ask(session, text, listening);
  }

  endSession({ sessionId, text, customData }: EndSession): void {
    const session = this.#of(sessionId);
    if (session === undefined) return;
    if (customData !== undefined) session.customData = customData;
    void this.#sayAndEnd(session, text, 'nominal', session.next());
  }

  configure(configure: Configure): void {
    this.#switches.configure(configure);
  }

  said(id: string | undefined): void {
    this.#speech.said(id);
  }

  /** Also of our own sessions: what is published comes back. */
  sessionStarted(sessionId: string): void {
    if (this.#isKnown(sessionId)) return;
    const isNews = this.#foreign.size === 0;
    this.#foreign.add(sessionId);
    if (!isNews) return;
    const hint = 'set hermes.dialogue to external, or switch the other one off';
    this.#parts.log.error({ code: 'two-dialogue-managers', sessionId }, `another dialogue manager runs here: ${hint}`);
  }

  /**
   * Words, once for each time a session listens: the same message brought twice finds it busy or over. Words outside of
   * any session open one, for a recognizer that listens by itself.
   */
  captured(captured: TextCaptured): void {
    const { siteId, sessionId, echo } = captured;
    const current = this.#sessions.get(siteId);
    if (current?.isListening === true && (sessionId === undefined || sessionId === current.id)) {
      return void this.#heard(current, captured);
    }
    const isKnown = sessionId !== undefined && this.#isKnown(sessionId);
    // Our own voice, and what came too late or is somebody else's; what stops is heard whenever it comes.
    const isNothing = isKnown || (sessionId === undefined && current?.isSpeaking === true);
    if (isNothing && !this.#parts.halts(captured)) return;
    if (current !== undefined) this.#over(current, 'abortedByUser');
    const session = this.#open({
      sessionId: isKnown || sessionId === undefined ? randomUUID() : sessionId,
      siteId,
      customData: echo.customData,
      lang: echo.lang,
      wakewordId: echo.wakewordId,
      text: '',
      listening: ANYTHING,
    });
    if (session !== undefined) void this.#heard(session, captured);
  }

  /** Open, over, or run by somebody else. */
  #isKnown(sessionId: string): boolean {
    return this.#of(sessionId) !== undefined || this.#ended.has(sessionId) || this.#foreign.has(sessionId);
  }

  async #heard(session: Session, captured: TextCaptured): Promise<void> {
    const { outbox, reply } = this.#parts;
    const signal = session.next();
    this.#stopListening(session);
    // While it thinks and acts, another wake word may end it.
    this.#toggleHotword(session, true, 'dialogueSession');
    const { kind, text } = await reply(captured, session, (intent) => this.#allows(session, intent));
    if (signal.aborted) return;
    if (kind === 'ask') return this.#ask(session, text, ANYTHING);
    if (kind === 'done') return this.#sayAndEnd(session, text, 'nominal', signal);
    if (!session.listening.sendIntentNotRecognized) {
      return this.#sayAndEnd(session, text, 'intentNotRecognized', signal);
    }
    // Whoever opened the session wants to go on by himself.
    outbox.send('hermes/dialogueManager/intentNotRecognized', { ...session.head, input: captured.text });
    await this.#timeout(session, signal);
  }

  #allows({ siteId, listening: { intentFilter } }: Session, intent: string): boolean {
    return this.#switches.isOn(siteId, intent) && (intentFilter?.includes(intent) ?? true);
  }

  #begin(start: SessionStart): void {
    const session = this.#open(start);
    if (session !== undefined) void this.#run(session);
  }

  /** Undefined where there is no room for another site. */
  #open(start: SessionStart): Session | undefined {
    const session = new Session(start);
    if (this.#sessions.size >= MAX_SITES) {
      this.#tellEnded(session, 'error', `${MAX_SITES} sites have sessions already`);
      return undefined;
    }
    return this.#opened(session);
  }

  #opened(session: Session): Session {
    this.#sessions.set(session.siteId, session);
    this.#parts.outbox.send('hermes/dialogueManager/sessionStarted', { ...session.head, lang: session.lang });
    return session;
  }

  async #run(session: Session): Promise<void> {
    if (!session.isNotification) return this.#ask(session, session.text, session.listening);
    await this.#sayAndEnd(session, session.text, 'nominal', session.next());
  }

  /** Says something, then listens. */
  async #ask(session: Session, text: string, listening: Listening): Promise<void> {
    const { outbox } = this.#parts;
    const signal = session.next();
    session.listening = listening;
    this.#toggleHotword(session, false, 'dialogueSession');
    await this.#speech.say(session, text, signal);
    if (signal.aborted) return;
    session.isListening = true;
    outbox.send('hermes/asr/startListening', {
      siteId: session.siteId,
      sessionId: session.id,
      lang: session.lang,
      stopOnSilence: true,
      sendAudioCaptured: false,
      wakewordId: session.wakewordId,
      intentFilter: listening.intentFilter ?? null,
    });
    await this.#timeout(session, signal);
  }

  async #timeout(session: Session, signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(SESSION_MS, signal).catch(() => undefined);
    if (!signal.aborted) this.#end(session, 'timeout');
  }

  async #sayAndEnd(session: Session, text: string, reason: Reason, signal: AbortSignal): Promise<void> {
    await this.#speech.say(session, text, signal);
    if (!signal.aborted) this.#end(session, reason);
  }

  #stopListening({ siteId, id: sessionId }: Session): void {
    this.#parts.outbox.send('hermes/asr/stopListening', { siteId, sessionId });
  }

  #toggleHotword({ siteId }: Session, isOn: boolean, reason: string): void {
    this.#parts.outbox.send(`hermes/hotword/toggle${isOn ? 'On' : 'Off'}`, { siteId, reason });
  }

  /** Ends it, and the one that has waited longest at its site begins. */
  #end(session: Session, reason: Reason, error?: string): void {
    this.#over(session, reason, error);
    const [next, ...later] = this.#queues.get(session.siteId) ?? [];
    if (later.length > 0) this.#queues.set(session.siteId, later);
    else this.#queues.delete(session.siteId);
    if (next === undefined) return this.#toggleHotword(session, true, 'dialogueSession');
    void this.#run(this.#opened(next));
  }

  /** Ends it for another one. */
  #over(session: Session, reason: Reason, error?: string): void {
    session.end();
    this.#sessions.delete(session.siteId);
    if (!session.isNotification) this.#stopListening(session);
    this.#tellEnded(session, reason, error);
  }

  #tellEnded(session: Session, reason: Reason, error?: string): void {
    this.#ended.add(session.id);
    const termination = { reason, ...(error === undefined ? {} : { error }) };
    this.#parts.outbox.send('hermes/dialogueManager/sessionEnded', { ...session.head, termination });
  }

  #of(sessionId: string): Session | undefined {
    return [...this.#sessions.values()].find(({ id }) => id === sessionId);
  }
}
