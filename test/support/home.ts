/** A home on a real embedded broker, and a client that tells and listens: topic in, topic out. */
import { connectAsync, type IClientPublishOptions, type MqttClient } from 'mqtt';
import { createAgent, type Agent } from '../../src/agent/agent.ts';
import { Health } from '../../src/agent/health.ts';
import type { Response } from '../../src/agent/types.ts';
import { systemClock, type Clock } from '../../src/clock.ts';
import { Live } from '../../src/cli/run/live.ts';
import { buildThings, configText, demoConfig, parseConfig } from '../../src/config/load.ts';
import type { Thing } from '../../devices/thing.ts';
import { createLogger } from '../../src/log.ts';
import { MqttBridge, willOf } from '../../src/mqtt/bridge.ts';
import { Broker } from '../../src/mqtt/broker.ts';
import { Connection } from '../../src/mqtt/connection.ts';
import { HomeAssistant, type HomeAssistantOptions } from '../../src/mqtt/homeassistant/homeassistant.ts';
import type { Board } from '../../src/board.ts';
import { FakeInterpreter, type Line } from './fake-interpreter.ts';

export const silent = createLogger('silent');

export interface HomeOptions {
  readonly script?: Readonly<Record<string, Line>>;
  /** tokonoma.yaml; default: the demo's. */
  readonly yaml?: string;
  /** A tokonoma.yaml that is read now and whenever it is written. */
  readonly file?: string;
  /** Instead of those of the configuration. */
  readonly things?: readonly Thing[];
  /** Movements take their time. Default: they take none. */
  readonly slow?: boolean;
  readonly armed?: boolean;
  readonly dataDir?: string;
  readonly queueLimit?: number;
  readonly timeoutMs?: number;
  readonly contactMs?: number;
  readonly clock?: Clock;
  /** Announces itself to Home Assistant; with what of it is to be otherwise. */
  readonly homeAssistant?: Partial<HomeAssistantOptions>;
  readonly board?: Pick<Board, 'temperature' | 'throttled'>;
  /** Instead of a broker of its own, which `close` ends. */
  readonly broker?: Broker;
}

interface Message {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

export class Home {
  readonly agent: Agent;
  readonly interpreter: FakeInterpreter;
  readonly broker: Broker;
  readonly client: MqttClient;
  readonly base: string;
  readonly messages: Message[] = [];
  readonly #bridge: MqttBridge;
  readonly #live: Live | undefined;
  readonly #homeAssistant: HomeAssistant | undefined;
  readonly #listeners = new Set<() => void>();
  #left: Promise<void> | undefined;

  private constructor(
    parts: Pick<Home, 'agent' | 'interpreter' | 'broker' | 'client' | 'base'>,
    bridge: MqttBridge,
    live: Live | undefined,
    homeAssistant: HomeAssistant | undefined,
  ) {
    this.#live = live;
    this.agent = parts.agent;
    this.interpreter = parts.interpreter;
    this.broker = parts.broker;
    this.client = parts.client;
    this.base = parts.base;
    this.#bridge = bridge;
    this.#homeAssistant = homeAssistant;
    this.client.on('message', (topic, payload, packet) => {
      this.messages.push({ topic, text: payload.toString(), retain: packet.retain });
      for (const listener of this.#listeners) listener();
    });
  }

  static async start(options: HomeOptions = {}): Promise<Home> {
    const clock = options.clock ?? systemClock;
    const { file } = options;
    const text = file === undefined ? options.yaml : configText(file);
    const config = text === undefined ? demoConfig() : parseConfig(text, file ?? 'test.yaml');
    const broker = options.broker ?? (await Broker.start({ host: '127.0.0.1', port: 0, log: silent }));
    const interpreter = new FakeInterpreter(options.script ?? {});
    const { name: node, base } = config.node;
    const connection = connectionTo(broker.url, base, 4);
    const context = { clock, log: silent, bus: connection, instant: options.slow !== true };
    const agent = createAgent({
      things: options.things ?? buildThings(config, context),
      sensors: config.sensors,
      rules: config.rules,
      location: config.location,
      interpreter,
      clock,
      log: silent,
      armed: options.armed ?? true,
      dataDir: options.dataDir,
      policy: config.policy,
      ...(options.contactMs === undefined ? {} : { contactMs: options.contactMs }),
      ...(options.queueLimit === undefined ? {} : { queueLimit: options.queueLimit }),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    });
    const live =
      file === undefined
        ? undefined
        : new Live({ path: file, text: text!, config, agent, context, hardware: async () => undefined, log: silent });
    const health = Health.of(agent, { clock, board: options.board });
    const info = { version: '1.2.3' };
    const bridge = new MqttBridge({
      agent,
      health,
      connection,
      clock,
      log: silent,
      node,
      base,
      info: () => (live === undefined ? info : { ...info, config: live.state }),
      ...(live === undefined ? {} : { ops: { reload: () => live.reload() } }),
    });
    const own = {
      agent,
      health,
      bus: connection,
      topics: bridge.topics,
      models: () => ['seedling'],
      node,
      version: '1.2.3',
      clock,
      log: silent,
    };
    const homeAssistant =
      options.homeAssistant && new HomeAssistant({ ...config.homeassistant, ...own, ...options.homeAssistant });
    const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
    (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    const home = new Home({ agent, interpreter, broker, client, base }, bridge, live, homeAssistant);
    await client.subscribeAsync('#', { qos: 1 });
    await agent.start();
    homeAssistant?.start();
    await bridge.start();
    await live?.start(bridge);
    return home;
  }

  async publish(topic: string, payload: string | Buffer, options: IClientPublishOptions = {}): Promise<void> {
    await this.client.publishAsync(`${this.base}/${topic}`, payload, { qos: 1, ...options });
  }

  /** The message on a topic below the base that passes the test, gone or to come. */
  async message(topic: string, test: (text: string, retain: boolean) => boolean = () => true): Promise<string> {
    for (let seen = 0; ;) {
      for (; seen < this.messages.length; seen++) {
        const { topic: at, text, retain } = this.messages[seen]!;
        if (at === `${this.base}/${topic}` && test(text, retain)) return text;
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

  /** As `message`, parsed. */
  async json<T = Record<string, unknown>>(topic: string, test: (value: T) => boolean = () => true): Promise<T> {
    return JSON.parse(await this.message(topic, (text) => test(JSON.parse(text) as T))) as T;
  }

  /** Tells a command and waits for its response. */
  async say(text: string, id: string = `say-${this.messages.length}`): Promise<Response> {
    await this.publish('command', JSON.stringify({ text, id }));
    return this.json<Response>('response', (response) => response.id === id);
  }

  /** Messages so far on a topic below the base. */
  count(topic: string): number {
    return this.messages.filter((message) => message.topic === `${this.base}/${topic}`).length;
  }

  /** Agent and bridge end; broker and client stay, to see what they leave behind. */
  leave(): Promise<void> {
    this.#homeAssistant?.close();
    this.#left ??= (this.#live?.close() ?? Promise.resolve())
      .then(() => this.agent.close())
      .then(() => this.#bridge.close());
    return this.#left;
  }

  async close(): Promise<void> {
    await this.leave();
    await this.client.endAsync(true);
    await this.broker.close();
  }
}

/** An agent's connection to a broker. */
export function connectionTo(url: string, base: string, protocolVersion: 4 | 5 = 5): Connection {
  return new Connection({ url, clientId: 'tokonoma-test', protocolVersion, will: willOf(base), log: silent });
}

/** Resolves once everything published before it has come through broker and agent. */
export async function settled(home: Home): Promise<void> {
  const before = home.messages.filter((message) => message.topic.endsWith('/timer')).length;
  await home.publish('timer/get', '');
  let seen = 0;
  await home.message('timer', () => ++seen > before);
}
