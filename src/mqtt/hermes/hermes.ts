/**
 * Hermes, the protocol of Snips and Rhasspy, on the broker: this node understands and carries out what satellites hear.
 *
 * Sessions are run by somebody else (`external`: Rhasspy's dialogue manager, which sends what was said as hermes/nlu/query
 * and waits for endSession or continueSession) or by this node (`own`: it takes hermes/asr/textCaptured itself). So the
 * same words act once, whichever messages they come in: a query acts only in the first case, and captured text only in
 * the second.
 */
import type { Bus } from '../../../devices/bus.ts';
import type { Agent } from '../../agent/agent.ts';
import { wordsOnly } from '../../agent/inbox/command.ts';
import { aloud } from '../../agent/turn/aloud.ts';
import type { Clock } from '../../clock.ts';
import type { HermesConfig } from '../../config/voice.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { DialogueManager, type Reply } from './dialogue-manager.ts';
import * as read from './messages.ts';
import { Nlu, isAboutWords, type Words } from './nlu.ts';
import { Outbox } from './outbox.ts';
import { Recent } from './recent.ts';

export interface HermesOptions extends HermesConfig {
  readonly agent: Agent;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
}

type Reader<T> = (fields: ReturnType<typeof read.fieldsOf>) => T;
type Take<T> = (message: T, topic: string) => void;

export class Hermes {
  readonly #options: HermesOptions;
  readonly #outbox: Outbox;
  readonly #nlu: Nlu;
  readonly #manager: DialogueManager | undefined;
  readonly #unsubscribe: (() => void)[] = [];
  /** Sites whose intents nobody shall carry out. */
  readonly #off = new Set<string>();
  /** External sessions that a question of ours keeps open. */
  readonly #asking = new Recent(256);

  constructor(options: HermesOptions) {
    const { agent, dialogue, clock, log } = options;
    this.#options = options;
    this.#outbox = new Outbox(options);
    this.#nlu = new Nlu(agent, this.#outbox);
    if (dialogue === 'external') return;
    this.#manager = new DialogueManager({
      outbox: this.#outbox,
      clock,
      log,
      reply: (captured, session, allows) =>
        this.#reply({ ...captured, siteId: session.siteId, sessionId: session.id, allows }, session.customData),
      halts: ({ text, siteId }) => this.#halts(text, siteId),
    });
  }

  /** Listens, from the next connect on where there is none yet. */
  start(): void {
    const manager = this.#manager;
    this.#on('hermes/nlu/query', 'nlu', read.readQuery, (query) => this.#query(query));
    if (manager === undefined) {
      this.#on('rhasspy/handle/toggleOff', 'nlu', read.readSite, ({ siteId }) => this.#toggle(siteId, true));
      this.#on('rhasspy/handle/toggleOn', 'nlu', read.readSite, ({ siteId }) => this.#toggle(siteId, false));
      this.#on('hermes/dialogueManager/sessionEnded', 'nlu', read.readSession, ({ sessionId }) =>
        this.#asking.delete(sessionId),
      );
      return;
    }
    const dialogue = <T extends object>(name: string, reader: Reader<T>, take: Take<T>): void =>
      this.#on(`hermes/${name}`, 'dialogueManager', reader, take);
    dialogue('asr/textCaptured', read.readTextCaptured, (captured) => manager.captured(captured));
    dialogue('hotword/+/detected', read.readDetected, (detected, topic) =>
      manager.detected(topic.split('/')[2]!, detected),
    );
    dialogue('tts/sayFinished', read.readSaid, ({ id }) => manager.said(id));
    dialogue('dialogueManager/startSession', read.readStartSession, (start) => manager.start(start));
    dialogue('dialogueManager/continueSession', read.readContinueSession, (on) => manager.continue(on));
    dialogue('dialogueManager/endSession', read.readEndSession, (end) => manager.endSession(end));
    dialogue('dialogueManager/configure', read.readConfigure, (configure) => manager.configure(configure));
    dialogue('dialogueManager/sessionStarted', read.readSession, ({ sessionId }) => manager.sessionStarted(sessionId));
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#manager?.close();
  }

  /** @param component whose error it is when the message is wrong */
  #on<T extends object>(filter: string, component: string, reader: Reader<T>, take: Take<T>): void {
    const { bus, log } = this.#options;
    this.#unsubscribe.push(
      bus.subscribe(filter, (topic, payload, retained) => {
        if (retained) {
          // Words of another day.
          log.warn({ topic }, 'hermes: a retained message is not heeded; clear it');
          return;
        }
        let fields: ReturnType<typeof read.fieldsOf> = {};
        try {
          fields = read.fieldsOf(payload);
          const message = reader(fields);
          if (!('siteId' in message) || this.#serves(message.siteId)) take(message, topic);
        } catch (error) {
          const where = read.whereabouts(fields);
          if (this.#serves(where.siteId)) this.#outbox.error(component, error, where);
        }
      }),
    );
  }

  #serves(siteId: unknown): boolean {
    const { sites } = this.#options;
    return sites === undefined || siteId === undefined || sites.includes(siteId as string);
  }

  #toggle(siteId: string, isOff: boolean): void {
    if (!isOff) this.#off.delete(siteId);
    else if (this.#off.size < 256) this.#off.add(siteId);
  }

  /** Of a session that somebody else runs: done, and told to its dialogue manager. Else it is only understood. */
  #query({ input, siteId, sessionId, intentFilter, echo }: read.Query): void {
    const allows = (intent: string): boolean => intentFilter?.includes(intent) ?? true;
    const words: Words = { text: input, siteId, sessionId: sessionId ?? null, echo, allows };
    const isDone = this.#manager === undefined && sessionId !== undefined && !this.#off.has(siteId);
    if (!isDone) {
      this.#nlu.tell(words).catch((error: unknown) => this.#outbox.error('nlu', error, words));
      return;
    }
    void this.#reply(words, undefined).then((reply) => this.#answer(sessionId, reply));
  }

  #answer(sessionId: string, { kind, text }: Reply): void {
    const wasAsked = this.#asking.delete(sessionId);
    if (kind === 'ask') {
      this.#asking.add(sessionId);
      this.#outbox.send('hermes/dialogueManager/continueSession', {
        sessionId,
        text,
        customData: null,
        intentFilter: null,
        // Else the session would end in silence when the answer is not understood.
        sendIntentNotRecognized: true,
        slot: null,
        lang: null,
      });
      return;
    }
    // The dialogue manager ends what was not recognized itself, unless it was told not to.
    if (kind === 'not-recognized' && !wasAsked) return;
    this.#outbox.send('hermes/dialogueManager/endSession', { sessionId, text, customData: null });
  }

  /** Understood, told, done. @param customData of the session, where the words bring none */
  async #reply(words: Words, customData: unknown): Promise<Reply> {
    const { agent } = this.#options;
    const { text, siteId: site, echo } = words;
    const arrival = { source: 'hermes', site } as const;
    try {
      const told = await this.#nlu.tell({
        ...words,
        echo: { ...echo, customData: echo.customData ?? customData ?? null },
      });
      if (told === 'filtered' || text.trim() === '') return { kind: 'not-recognized', text: '' };
      const response = await agent.handle(wordsOnly(text), arrival);
      const { text: said } = aloud(response);
      const asks = response.outcome === 'needs-confirmation' || response.outcome === 'ambiguous';
      if (asks && agent.asks(arrival)) return { kind: 'ask', text: said };
      return { kind: told === 'recognized' ? 'done' : 'not-recognized', text: said };
    } catch (error) {
      this.#outbox.error('nlu', error, words);
      return { kind: 'done', text: isAboutWords(error) ? `Not done: ${messageOf(error)}.` : 'That failed.' };
    }
  }

  #halts(text: string, site: string): boolean {
    try {
      return this.#options.agent.halts(text, { source: 'hermes', site });
    } catch {
      // Too long or empty: no words that stop.
      return false;
    }
  }
}
