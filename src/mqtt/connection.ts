/**
 * One connection to a broker: MQTT 5, or 3.1.1 where the broker speaks no 5; reconnects by itself. Every packet goes to
 * one handler and is acknowledged when that resolves.
 */
import { createRequire } from 'node:module';
import type * as Mqtt from 'mqtt';
import type { IClientOptions, IClientPublishOptions, IPublishPacket, MqttClient } from 'mqtt';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

// To import a CommonJS package, Node parses all its files for names to export: 100 ms and 9 MB that require does without.
const { connect } = createRequire(import.meta.url)('mqtt') as typeof Mqtt;

export interface ConnectionOptions {
  readonly url: string;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** First version to try. Default 5. */
  readonly protocolVersion?: 4 | 5;
  /** Published by the broker when this connection is lost. */
  readonly will: { readonly topic: string; readonly payload: string };
  /** Filters to subscribe to, before `onConnect`. */
  readonly subscriptions: Record<string, { qos: 0 | 1 }>;
  readonly log: Logger;
  /** Resolves when the packet may be acknowledged; rejects when the broker shall deliver it again. */
  readonly onPacket: (packet: IPublishPacket) => Promise<void>;
  /** Called when the packet was acknowledged on the connection it came by. */
  readonly onAcknowledged: (packet: IPublishPacket) => void;
  /** After every connect, first or not, subscriptions made. */
  readonly onConnect: () => void;
}

/** CONNACK codes for "unacceptable protocol version": MQTT 3.1.1 table 3.1, MQTT 5 3.2.2.2. */
const WRONG_VERSION: ReadonlySet<unknown> = new Set([1, 132]);
/** CONNACK codes that no repetition will change: bad user or password, not authorized. */
const REFUSED: ReadonlySet<unknown> = new Set([4, 5, 134, 135]);
/** Some brokers close a connection of a version they do not know without a word. */
const SILENT_CLOSES = 2;
/** A broker keeps what arrives while we are away for this long, seconds. */
const SESSION_EXPIRY_S = 300;

export class Connection {
  readonly #options: ConnectionOptions;
  #client: MqttClient | undefined;
  #version: 4 | 5;
  /** Counts connects: an acknowledgement belongs to the connection its packet came by. */
  #epoch = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#version = options.protocolVersion ?? 5;
  }

  get protocolVersion(): 4 | 5 {
    return this.#version;
  }

  get connected(): boolean {
    return this.#client?.connected ?? false;
  }

  /** Resolves when connected and subscribed for the first time; keeps trying until then. Rejects with `mqtt-refused`. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#open(resolve, reject));
  }

  /** Kept and sent later while there is no connection. */
  publish(topic: string, payload: string | Buffer, options: IClientPublishOptions = {}): void {
    this.#client?.publish(topic, payload, options, (error) => {
      if (error) this.#options.log.warn({ topic, error: messageOf(error) }, 'not published');
    });
  }

  /** Sends what is waiting, then disconnects. */
  async close(): Promise<void> {
    await this.#client?.endAsync(!this.connected);
  }

  #open(resolve: () => void, reject: (error: Error) => void): void {
    const { url, log } = this.#options;
    const client = connect(url, this.#clientOptions());
    this.#client = client;
    let ever = false;
    let failed = false;
    let silent = 0;
    const downgrade = (): void => {
      log.info({ url: withoutSecrets(url) }, 'the broker speaks no MQTT 5; going on with 3.1.1');
      client.removeAllListeners();
      client.on('error', () => undefined).end(true);
      this.#version = 4;
      this.#open(resolve, reject);
    };
    client.on('error', (error: Error & { code?: unknown }) => {
      failed = true;
      if (!ever && this.#version === 5 && WRONG_VERSION.has(error.code)) return downgrade();
      log.warn({ url: withoutSecrets(url), error: messageOf(error) }, 'mqtt');
      if (!ever && REFUSED.has(error.code)) {
        client.end(true);
        reject(new TokonomaError('mqtt-refused', `${withoutSecrets(url)}: ${error.message}; check user and password`));
      }
    });
    client.on('close', () => {
      if (!ever && !failed && this.#version === 5 && ++silent >= SILENT_CLOSES) downgrade();
      failed = false;
    });
    client.on('connect', () => {
      ever = true;
      this.#epoch++;
      // See the broker about Nagle; TLS and WebSocket streams have no such option here.
      (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
      client.subscribe(this.#options.subscriptions, (error) => {
        if (error) return log.error({ error: messageOf(error) }, 'not subscribed');
        this.#options.onConnect();
        resolve();
      });
    });
    // handleMessage, not the message event: its callback is what sends the PUBACK.
    client.handleMessage = (packet, done) => {
      const epoch = this.#epoch;
      this.#options.onPacket(packet).then(
        () => {
          const here = epoch === this.#epoch && client.connected;
          done();
          if (here) this.#options.onAcknowledged(packet);
        },
        (error: unknown) => {
          log.error({ topic: packet.topic, error: messageOf(error) }, 'packet not taken');
          done(error as Error);
        },
      );
    };
  }

  #clientOptions(): IClientOptions {
    const { clientId, username, password, will } = this.#options;
    return {
      protocolVersion: this.#version,
      clientId,
      clean: false,
      ...(this.#version === 5 ? { properties: { sessionExpiryInterval: SESSION_EXPIRY_S } } : {}),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
      reconnectPeriod: 1000,
      connectTimeout: 10_000,
      resubscribe: false,
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
