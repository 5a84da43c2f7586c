/** Who listens to which topics: what the connection subscribes to for drivers, and whom a message reaches. */
import { matches, type OnMessage } from '../../devices/bus.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

export class Subscriptions {
  readonly #log: Logger;
  /** By filter. Most filters are plain topics, which a message finds without being compared with all of them. */
  readonly #plain = new Map<string, Set<OnMessage>>();
  readonly #wild = new Map<string, Set<OnMessage>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  get filters(): string[] {
    return [...this.#plain.keys(), ...this.#wild.keys()];
  }

  add(filter: string, listener: OnMessage): void {
    const filters = this.#of(filter);
    const listeners = filters.get(filter);
    if (listeners === undefined) filters.set(filter, new Set([listener]));
    else listeners.add(listener);
  }

  /** True when nobody listens to this filter any more. */
  remove(filter: string, listener: OnMessage): boolean {
    const filters = this.#of(filter);
    const listeners = filters.get(filter);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return false;
    return filters.delete(filter);
  }

  /** Tells everybody whose filter means the topic; what one of them throws is logged and stops nobody else. */
  deliver(topic: string, payload: Uint8Array, retained: boolean): void {
    for (const listener of this.#plain.get(topic) ?? []) this.#tell(listener, topic, payload, retained);
    for (const [filter, listeners] of this.#wild) {
      if (!matches(filter, topic)) continue;
      for (const listener of listeners) this.#tell(listener, topic, payload, retained);
    }
  }

  #of(filter: string): Map<string, Set<OnMessage>> {
    return /[+#]/.test(filter) ? this.#wild : this.#plain;
  }

  #tell(listener: OnMessage, topic: string, payload: Uint8Array, retained: boolean): void {
    try {
      listener(topic, payload, retained);
    } catch (error) {
      this.#log.error({ topic, error: messageOf(error) }, 'a listener failed');
    }
  }
}
