/** A satellite on the broker: it says what was heard, and listens to everything that Hermes says. */
import { connectAsync, type MqttClient } from 'mqtt';
import type { Test } from 'tap';
import type { Agent } from '../../../src/agent/agent.ts';
import { systemClock, type Clock } from '../../../src/clock.ts';
import type { HermesConfig } from '../../../src/config/voice.ts';
import { Broker } from '../../../src/mqtt/broker.ts';
import { Connection } from '../../../src/mqtt/connection.ts';
import { Hermes } from '../../../src/mqtt/hermes/hermes.ts';
import { silent } from '../../support/home.ts';
import { Mosquitto, skipWithoutMosquitto } from '../../support/mosquitto.ts';

export type Message = Readonly<Record<string, unknown>>;

/** An agent's Hermes on a broker, gone with the test. */
export async function hermesOn(
  t: Pick<Test, 'teardown'>,
  url: string,
  options: HermesConfig & { readonly agent: Agent; readonly clock?: Clock },
): Promise<Hermes> {
  const bus = new Connection({ url, clientId: `hermes-${Math.random()}`, log: silent });
  const hermes = new Hermes({ clock: systemClock, ...options, bus, log: silent });
  hermes.start();
  await bus.start();
  t.teardown(async () => {
    hermes.close();
    await bus.close();
  });
  return hermes;
}

/** The same stories on the embedded broker and on mosquitto. */
export function onBothBrokers(t: Test, stories: (t: Test, url: string) => Promise<void>): void {
  t.test('on the embedded broker', async (t) => {
    const broker = await Broker.start({ host: '127.0.0.1', port: 0, log: silent });
    t.teardown(() => broker.close());
    await stories(t, broker.url);
  });
  t.test('on mosquitto', { skip: skipWithoutMosquitto }, async (t) => {
    await stories(t, (await Mosquitto.start(t)).url);
  });
}

/** What is no JSON was sent by the test itself. */
function parsed(payload: Buffer): Message {
  try {
    return JSON.parse(payload.toString()) as Message;
  } catch {
    return {};
  }
}

export class Satellite {
  readonly client: MqttClient;
  readonly heard: { readonly topic: string; readonly message: Message }[] = [];
  /** Whether its synthesizer says when it is done. */
  speaks = true;
  readonly #listeners = new Set<() => void>();
  /** Messages before it have been waited for. */
  #at = 0;

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, payload) => {
      const message = parsed(payload);
      this.heard.push({ topic, message });
      if (topic === 'hermes/tts/say' && this.speaks) {
        const { id, siteId, sessionId } = message;
        void this.send('tts/sayFinished', { id, siteId, sessionId });
      }
      for (const listener of this.#listeners) listener();
    });
  }

  static async on(t: Pick<Test, 'teardown'>, url: string): Promise<Satellite> {
    const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
    (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    t.teardown(() => client.endAsync(true));
    await client.subscribeAsync(['hermes/#', 'rhasspy/#'], { qos: 1 });
    return new Satellite(client);
  }

  /** @param topic below hermes/ */
  async send(topic: string, message: object | string, retain = false): Promise<void> {
    const payload = typeof message === 'string' ? message : JSON.stringify(message);
    const full = topic.startsWith('rhasspy/') ? topic : `hermes/${topic}`;
    await this.client.publishAsync(full, payload, { qos: 1, retain });
  }

  /** The next message on the topic, or one of the topics, that passes the test, after those that were waited for before. */
  async next(topic: string | readonly string[], test: (message: Message) => boolean = () => true): Promise<Message> {
    const topics = new Set([topic].flat().map((one) => `hermes/${one}`));
    for (;;) {
      for (; this.#at < this.heard.length; this.#at++) {
        const { topic: at, message } = this.heard[this.#at]!;
        if (!topics.has(at) || !test(message)) continue;
        this.#at++;
        return message;
      }
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  /** Everything on a topic so far. */
  all(topic: string, test: (message: Message) => boolean = () => true): Message[] {
    return this.heard
      .filter((one) => one.topic === `hermes/${topic}` && test(one.message))
      .map(({ message }) => message);
  }

  /** Resolves once everything that was sent before has come back, and what it caused at once. */
  async settled(): Promise<void> {
    const id = `settled-${Math.random()}`;
    await this.send('nlu/query', { input: 'stop', id, siteId: 'default' });
    const isIt = (message: Message): boolean => message['id'] === id;
    while (this.all('intent/stop', isIt).length === 0) {
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }
}
