/** A broker in memory: retained messages, wildcards, and a connection that a test can cut. */
import { matches, type Bus, type OnMessage, type PublishOptions } from '../../devices/bus.ts';
import { TokonomaError } from '../../src/errors.ts';

export interface Published {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

interface Subscription {
  readonly filter: string;
  readonly listener: OnMessage;
}

export class MemoryBus implements Bus {
  /** What drivers published, in order; what `deliver` brought is not among it. */
  readonly published: Published[] = [];
  readonly #kept = new Map<string, Uint8Array>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #listeners = new Set<(connected: boolean) => void>();
  #connected = true;

  get connected(): boolean {
    return this.#connected;
  }

  /** Filters somebody listens to. */
  get filters(): string[] {
    return [...this.#subscriptions].map(({ filter }) => filter);
  }

  async publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    if (!this.#connected) throw new TokonomaError('not-connected', `${topic}: there is no connection to the broker`);
    const { qos = 0, retain = false } = options;
    this.published.push({ topic, payload: Buffer.from(payload).toString('utf8'), qos, retain });
    this.#arrive(topic, payload, retain);
  }

  subscribe(filter: string, listener: OnMessage): () => void {
    const subscription: Subscription = { filter, listener };
    this.#subscriptions.add(subscription);
    if (this.#connected) queueMicrotask(() => this.#replay(subscription));
    return () => this.#subscriptions.delete(subscription);
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A message from a device; an object is sent as JSON. */
  deliver(topic: string, payload: unknown, options: { readonly retain?: boolean } = {}): void {
    const plain = typeof payload === 'string' || payload instanceof Uint8Array;
    this.#arrive(topic, plain ? payload : JSON.stringify(payload), options.retain ?? false);
  }

  /** Cuts the connection or brings it back; subscriptions are made again, so that retained messages come again. */
  connect(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) for (const subscription of this.#subscriptions) this.#replay(subscription);
    for (const listener of this.#listeners) listener(connected);
  }

  #arrive(topic: string, payload: string | Uint8Array, retain: boolean): void {
    const bytes = new Uint8Array(Buffer.from(payload));
    if (retain && bytes.length === 0) this.#kept.delete(topic);
    else if (retain) this.#kept.set(topic, bytes);
    if (!this.#connected) return;
    const meant = [...this.#subscriptions].filter(({ filter }) => matches(filter, topic));
    // As on a socket: never within the call that published.
    queueMicrotask(() => {
      for (const one of meant) if (this.#subscriptions.has(one)) one.listener(topic, bytes, false);
    });
  }

  #replay(subscription: Subscription): void {
    if (!this.#subscriptions.has(subscription)) return;
    for (const [topic, bytes] of this.#kept) {
      if (matches(subscription.filter, topic)) subscription.listener(topic, bytes, true);
    }
  }
}
