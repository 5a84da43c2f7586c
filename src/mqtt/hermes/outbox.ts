/** What goes out on Hermes' topics. */
import { randomUUID } from 'node:crypto';
import type { Bus } from '../../../devices/bus.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';

export interface OutboxParts {
  readonly bus: Bus;
  readonly log: Logger;
}

export interface Where {
  readonly siteId: string;
  readonly sessionId: string | null;
}

export class Outbox {
  readonly #parts: OutboxParts;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** What is said is about now: without a broker it is said to nobody. */
  send(topic: string, message: object): void {
    const { bus, log } = this.#parts;
    bus.publish(topic, JSON.stringify(message), { qos: 1 }).catch((error: unknown) => {
      if (codeOf(error) !== 'not-connected') log.warn({ topic, error: messageOf(error) }, 'not published');
    });
  }

  /** @param component `nlu` or `dialogueManager` */
  error(component: string, error: unknown, { siteId, sessionId }: Where): void {
    const isOurs = codeOf(error) !== 'internal';
    if (!isOurs) this.#parts.log.error({ component, error: messageOf(error) }, 'hermes');
    this.send(`hermes/error/${component}`, {
      error: isOurs ? messageOf(error) : 'an internal error',
      context: codeOf(error),
      siteId,
      sessionId,
    });
  }

  /** Returns the id that comes back when it has been said. */
  say(text: string, siteId: string, sessionId: string, lang: string | null): string {
    const id = randomUUID();
    this.send('hermes/tts/say', { text, siteId, sessionId, id, lang });
    return id;
  }
}
