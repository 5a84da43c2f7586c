/** Has words spoken at a site, and knows when they have been. */
import type { Clock } from '../../clock.ts';
import type { Outbox } from './outbox.ts';
import type { Session } from './session.ts';

/** Longest wait for words to be spoken: ten seconds, or this long a character. */
const SAY_MS = 10_000;
const SAY_MS_PER_CHARACTER = 100;

export class Speech {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  /** Who waits for something to have been said, by the id of the request. */
  readonly #waiting = new Map<string, () => void>();

  constructor(outbox: Outbox, clock: Clock) {
    this.#outbox = outbox;
    this.#clock = clock;
  }

  /** Resolves when it has been said, or would have been; at once when there is nothing to say or the signal is aborted. */
  async say(session: Session, text: string, signal: AbortSignal): Promise<void> {
    if (text === '') return;
    this.#toggle(session, false);
    const id = this.#outbox.say(text, session.siteId, session.id, session.lang);
    const said = new AbortController();
    this.#waiting.set(id, () => said.abort());
    session.isSpeaking = true;
    const ms = Math.max(SAY_MS, text.length * SAY_MS_PER_CHARACTER);
    await this.#clock.sleep(ms, AbortSignal.any([signal, said.signal])).catch(() => undefined);
    session.isSpeaking = false;
    this.#waiting.delete(id);
    this.#toggle(session, true);
  }

  /** hermes/tts/sayFinished */
  said(id: string | undefined): void {
    if (id !== undefined) this.#waiting.get(id)?.();
  }

  /** Nobody listens to our own words. */
  #toggle({ siteId }: Session, isOn: boolean): void {
    for (const component of ['hotword', 'asr']) {
      this.#outbox.send(`hermes/${component}/toggle${isOn ? 'On' : 'Off'}`, { siteId, reason: 'ttsSay' });
    }
  }
}
