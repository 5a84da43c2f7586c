/**
 * One connection to a broker: MQTT 5, or 3.1.1 where the broker speaks no 5; comes back by itself. Drivers use it as
 * their bus. Packets for the runtime go to one receiver and are acknowledged when it says so.
 *
 * Every attempt has a client of its own. What a client had not got acknowledged dies with it, instead of being sent
 * whenever the broker is back: whoever published it is told, and knows whether it is still wanted.
 */
import { createRequire } from 'node:module';
import type * as Mqtt from 'mqtt';
import type { IClientOptions, IClientPublishOptions, IConnackPacket, IPublishPacket, MqttClient } from 'mqtt';
import type { Bus, OnMessage, PublishOptions } from '../../devices/bus.ts';
import { systemClock, type Clock } from '../clock.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Backoff } from './backoff.ts';
import { Sender, notConnected } from './sender.ts';
import { Subscriptions } from './subscriptions.ts';
import { isWrongCertificate, type TlsOptions } from './tls.ts';

// To import a CommonJS package, Node parses all its files for names to export: 100 ms and 9 MB that require does without.
const { connect } = createRequire(import.meta.url)('mqtt') as typeof Mqtt;

export interface ConnectionOptions {
  /** mqtt, mqtts, ws or wss. */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: TlsOptions | undefined;
  /** First version to try. Default 5. */
  readonly protocolVersion?: 4 | 5;
  /** A broker keeps commands while we are away for this long, seconds (MQTT 5). Default 300. */
  readonly sessionExpiryS?: number | undefined;
  /** Published by the broker when this connection is lost. */
  readonly will?: { readonly topic: string; readonly payload: string } | undefined;
  readonly log: Logger;
  readonly clock?: Clock;
  /** For the jitter of the back-off. */
  readonly random?: () => number;
}

/** MQTT 5 reason codes of a PUBACK, as far as we send them (3.4.2.1); 3.1.1 knows none. */
export const REASON = { success: 0, implementation: 0x83, quota: 0x97 } as const;
export type Reason = (typeof REASON)[keyof typeof REASON];

/** Whoever takes the packets that are no driver's. */
export interface Receiver {
  /** Filters to subscribe to, before `onConnect`. */
  readonly subscriptions: Readonly<Record<string, { readonly qos: 0 | 1 }>>;
  /** Resolves when the packet may be acknowledged; rejects when the broker shall deliver it again. */
  onPacket(packet: IPublishPacket): Promise<Reason>;
  /** Called when the packet was acknowledged on the connection it came by. */
  onAcknowledged(packet: IPublishPacket): void;
  /** The broker has us; `resumed`: it had kept our session, and may deliver what was not acknowledged again. */
  onSession(resumed: boolean): void;
  /** After every connect, first or not, subscriptions made. */
  onConnect(): void;
}

/** CONNACK codes for "unacceptable protocol version": MQTT 3.1.1 table 3.1, MQTT 5 3.2.2.2. */
const WRONG_VERSION: ReadonlySet<unknown> = new Set([1, 132]);
/** CONNACK codes that no repetition will change: bad user or password, not authorized. */
const REFUSED: ReadonlySet<unknown> = new Set([4, 5, 134, 135]);
/** DISCONNECT: somebody else connected with our client id (MQTT 5, 3.14.2.1). */
const TAKEN_OVER = 0x8e;
/** Some brokers close a connection of a version they do not know without a word. */
const SILENT_CLOSES = 2;
/**
 * Unacknowledged packets that the broker may send us at a time. Few: they are journaled one after the other, and while
 * they wait for that nobody counts down their message expiry any more, as the broker does with what it still has.
 */
const RECEIVE_MAXIMUM = 8;
/** A connection that held this long ends the back-off: two clients of one id would else throw each other out for ever. */
const STABLE_MS = 5000;
const CONNECT_TIMEOUT_MS = 10_000;
/** The broker has this long to acknowledge our last words. */
const CLOSE_MS = 2000;
/** A broker that is silent for one and a half of it is lost. */
const KEEPALIVE_S = 20;

export class Connection implements Bus {
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #subscriptions: Subscriptions;
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #life = new AbortController();
  #receiver: Receiver | undefined;
  #version: 4 | 5;
  #client: MqttClient | undefined;
  /** Of the client that the broker has greeted. */
  #sender: Sender | undefined;
  /** Subscriptions are made. */
  #connected = false;
  /** Closes without a CONNACK or an error before them, in a row. */
  #silent = 0;
  #ever = false;
  #starting: Promise<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#backoff = new Backoff(options.random);
    this.#subscriptions = new Subscriptions(options.log);
    this.#version = options.protocolVersion ?? 5;
  }

  get protocolVersion(): 4 | 5 {
    return this.#version;
  }

  /** The broker's address without user and password. */
  get address(): string {
    return withoutSecrets(this.#options.url);
  }

  get connected(): boolean {
    return this.#connected;
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    return this.send(topic, payload, options);
  }

  /** As `publish`, with whatever MQTT.js knows (properties of MQTT 5 are left out for 3.1.1). */
  async send(topic: string, payload: string | Uint8Array, options: IClientPublishOptions = {}): Promise<void> {
    if (this.#sender === undefined) throw notConnected(topic);
    await this.#sender.publish(topic, typeof payload === 'string' ? payload : Buffer.from(payload), options);
  }

  subscribe(filter: string, listener: OnMessage): () => void {
    // One of its own for every call: a listener may listen twice.
    const one: OnMessage = (topic, payload, retained) => listener(topic, payload, retained);
    this.#subscriptions.add(filter, one);
    // Where somebody listens already, too: the retained messages come again, for the newcomer.
    const own = this.#receiver?.subscriptions[filter];
    if (this.connected) this.#subscribe({ [filter]: own ?? { qos: 0 } });
    return () => {
      const last = this.#subscriptions.remove(filter, one);
      // The receiver's own subscription must not go with it.
      if (last && this.connected && own === undefined) this.#client?.unsubscribe(filter);
    };
  }

  /**
   * Connects and goes on connecting. Resolves when connected and subscribed for the first time. Rejects with
   * `mqtt-refused` or `mqtt-certificate` when the first answer is one that no repetition will change. Things need the
   * broker before there is anybody to take packets: the receiver may come with a second call, to the same end.
   */
  start(receiver?: Receiver): Promise<void> {
    if (this.#starting === undefined) {
      this.#receiver = receiver;
      this.#starting = this.#start();
      return this.#starting;
    }
    return receiver === undefined ? this.#starting : this.#attach(receiver);
  }

  /** A receiver that comes late hears nothing of a session that the broker had kept. */
  async #attach(receiver: Receiver): Promise<void> {
    // Where the broker has not greeted us yet, its subscriptions go with the others.
    const isEarly = this.#sender === undefined;
    if (isEarly) this.#receiver = receiver;
    await this.#starting;
    this.#receiver = receiver;
    const client = this.#client;
    if (isEarly || client === undefined || !this.connected) return;
    await new Promise<void>((resolve) => {
      client.once('close', resolve);
      client.subscribe({ ...receiver.subscriptions }, (error) => {
        if (error) this.#options.log.error({ code: 'not-subscribed', error: messageOf(error) }, 'not subscribed');
        client.off('close', resolve);
        resolve();
      });
    });
    if (client === this.#client && this.connected) receiver.onConnect();
  }

  #start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.onConnection(() => {
        stop();
        resolve();
      });
      this.#running = this.#run().catch((error: Error) => {
        stop();
        reject(error);
      });
    });
  }

  /** Other filters for the receiver from now on: what is new is subscribed to, what is gone brings nothing any more. */
  resubscribe(subscriptions: Receiver['subscriptions']): void {
    const before = this.#receiver?.subscriptions ?? {};
    if (this.#receiver !== undefined) this.#receiver = { ...this.#receiver, subscriptions };
    if (!this.connected) return;
    const fresh = Object.entries(subscriptions).filter(([filter]) => before[filter] === undefined);
    const wanted = new Set([...this.#subscriptions.filters, ...Object.keys(subscriptions)]);
    const gone = Object.keys(before).filter((filter) => !wanted.has(filter));
    if (fresh.length > 0) this.#subscribe(Object.fromEntries(fresh));
    if (gone.length > 0) this.#client?.unsubscribe(gone);
  }

  /** Sends what was published before, then disconnects. */
  async close(): Promise<void> {
    this.#life.abort();
    const client = this.#client;
    if (client !== undefined) {
      const ended = new AbortController();
      // Unforced, the client waits for what the broker has not acknowledged: for ever when it is gone.
      const late = this.#clock.sleep(CLOSE_MS, ended.signal).catch(() => undefined);
      await Promise.race([client.endAsync(!this.connected).catch(() => undefined), late]);
      ended.abort();
      client.stream.destroy();
    }
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      const begun = this.#clock.monotonic();
      const again = await this.#attempt();
      if (signal.aborted || again) continue;
      if (this.#clock.monotonic() - begun > STABLE_MS) this.#backoff.reset();
      await this.#clock.sleep(this.#backoff.next(), signal).catch(() => undefined);
    }
  }

  /** One client from its connect to its close. True when the next may follow at once. */
  #attempt(): Promise<boolean> {
    const { url, log } = this.#options;
    return new Promise((resolve, reject) => {
      const client = connect(url, this.#clientOptions());
      this.#client = client;
      let heard = false;
      let wrongVersion = false;
      let fatal: TokonomaError | undefined;
      client.on('connect', (connack) => {
        heard = true;
        this.#silent = 0;
        this.#greeted(client, connack);
      });
      client.on('disconnect', ({ reasonCode }) => {
        if (reasonCode !== TAKEN_OVER) return;
        const { clientId } = this.#options;
        log.error(
          { code: 'session-taken', clientId },
          'somebody else connected with our client id; is the node twice?',
        );
      });
      client.on('error', (error: Error & { code?: unknown }) => {
        heard = true;
        if (!this.#ever && this.#version === 5 && WRONG_VERSION.has(error.code)) wrongVersion = true;
        else log.warn({ url: this.address, error: messageOf(error) }, 'mqtt');
        if (!this.#ever) fatal = this.#fatal(error);
        // A refused CONNECT closes by itself; anything else might not, and takes nothing more until it does.
        this.#lost(client);
        client.end(true);
      });
      client.once('close', () => {
        this.#lost(client);
        if (!heard && !this.#ever && this.#version === 5 && ++this.#silent >= SILENT_CLOSES) wrongVersion = true;
        if (wrongVersion) {
          log.info({ url: this.address }, 'the broker speaks no MQTT 5; going on with 3.1.1');
          this.#version = 4;
        }
        client.end(true);
        if (fatal !== undefined && !wrongVersion) reject(fatal);
        else resolve(wrongVersion);
      });
      this.#listen(client);
    });
  }

  #greeted(client: MqttClient, connack: IConnackPacket): void {
    const { log } = this.#options;
    this.#ever = true;
    // Before the subscriptions: what they bring at once is answered.
    this.#sender = new Sender(client, connack.properties?.receiveMaximum);
    this.#receiver?.onSession(connack.sessionPresent);
    // See the broker about Nagle; TLS and WebSocket streams have no such option here.
    (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    const filters = { ...qos0(this.#subscriptions.filters), ...this.#receiver?.subscriptions };
    const subscribed = (error?: Error | null): void => {
      if (client !== this.#client || !client.connected) return;
      if (error) log.error({ code: 'not-subscribed', error: messageOf(error) }, 'the broker refuses a subscription');
      this.#connected = true;
      for (const listener of this.#listeners) listener(true);
      this.#receiver?.onConnect();
    };
    if (Object.keys(filters).length === 0) subscribed();
    else client.subscribe(filters, subscribed);
  }

  #lost(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    this.#sender?.end();
    this.#sender = undefined;
    if (!this.#connected) return;
    this.#connected = false;
    for (const listener of this.#listeners) listener(false);
  }

  /**
   * Packets of QoS 1 pass customHandleAcks, whose callback decides about the reason code, then handleMessage, whose
   * callback sends the PUBACK; packets of QoS 0 pass handleMessage only. MQTT.js takes one packet at a time.
   */
  #listen(client: MqttClient): void {
    let failure: Error | undefined;
    client.options.customHandleAcks = (_topic, _message, packet: IPublishPacket, done) => {
      this.#take(packet).then(
        (reason) => {
          failure = undefined;
          done(reason);
        },
        (error: Error) => {
          failure = error;
          done(REASON.success);
        },
      );
    };
    client.handleMessage = (packet, done) => {
      if (packet.qos === 0) {
        // What QoS 0 brings is never delivered again, whatever became of it.
        this.#take(packet).then(
          () => done(),
          () => done(),
        );
        return;
      }
      const here = client.connected;
      done(failure);
      if (failure === undefined && here) this.#receiver?.onAcknowledged(packet);
    };
  }

  async #take(packet: IPublishPacket): Promise<Reason> {
    const { topic, payload, retain } = packet;
    this.#subscriptions.deliver(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, retain);
    try {
      return (await this.#receiver?.onPacket(packet)) ?? REASON.success;
    } catch (error) {
      this.#options.log.error({ topic, error: messageOf(error) }, 'packet not taken');
      throw error;
    }
  }

  #subscribe(filters: Record<string, { readonly qos: 0 | 1 }>): void {
    this.#client?.subscribe(filters, (error) => {
      if (error) this.#options.log.error({ code: 'not-subscribed', error: messageOf(error) }, 'not subscribed');
    });
  }

  #fatal(error: Error & { code?: unknown }): TokonomaError | undefined {
    const { address } = this;
    if (REFUSED.has(error.code)) {
      return new TokonomaError('mqtt-refused', `${address}: ${error.message}; check user and password`);
    }
    if (!isWrongCertificate(error.code)) return undefined;
    return new TokonomaError('mqtt-certificate', `${address}: ${error.message}; check mqtt.ca, cert, key, servername`);
  }

  #clientOptions(): IClientOptions {
    const { url, clientId, username, password, will, tls, sessionExpiryS = 300 } = this.#options;
    const five = {
      properties: {
        sessionExpiryInterval: sessionExpiryS,
        receiveMaximum: RECEIVE_MAXIMUM,
        requestProblemInformation: true,
      },
    };
    return {
      protocolVersion: this.#version,
      clientId,
      clean: false,
      keepalive: KEEPALIVE_S,
      ...(this.#version === 5 ? five : {}),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      // A websocket has its options in a place of their own.
      ...(tls === undefined ? {} : url.startsWith('wss') ? { wsOptions: tls } : tls),
      ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      resubscribe: false,
      queueQoSZero: false,
    };
  }
}

/** The broker's address without user and password. */
export function withoutSecrets(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href.replace(/\/$/, '');
}

/** States of devices arrive now, or retained at the next connect: a broker that kept them would bring what was. */
function qos0(filters: readonly string[]): Record<string, { qos: 0 }> {
  return Object.fromEntries(filters.map((filter) => [filter, { qos: 0 }]));
}
