/** The agent on MQTT: topics in, topics out. */
import type { IClientPublishOptions, IPublishPacket } from 'mqtt';
import { thingDescription } from '../../devices/td.ts';
import type { Thing } from '../../devices/thing.ts';
import type { Agent, AgentEvents } from '../agent/agent.ts';
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { REASON, type Connection, type ConnectionOptions, type Reason } from './connection.ts';
import { onArmed } from './handlers/armed.ts';
import { onCommand } from './handlers/command.ts';
import { onGet } from './handlers/get.ts';
import { deliveryOf, type Context, type Handler } from './handlers/handler.ts';
import { onSensor } from './handlers/sensor.ts';
import { onSet } from './handlers/set.ts';
import { onStop } from './handlers/stop.ts';
import { Topics, type Route } from './topics.ts';

export interface BridgeOptions {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Logger;
  /** Made with `willOf(base)`; the bridge starts and closes it. */
  readonly connection: Connection;
  readonly node: string;
  readonly base: string;
  /** Published on bridge/info besides what the bridge knows itself. */
  readonly info?: Readonly<Record<string, unknown>>;
}

const HANDLERS: { readonly [Kind in Route['kind']]: Handler<Kind> } = {
  command: onCommand,
  set: onSet,
  get: onGet,
  sensor: onSensor,
  stop: onStop,
  armed: onArmed,
};

const KEPT: IClientPublishOptions = { qos: 1, retain: true };
const ONLINE = JSON.stringify({ state: 'online' });
const OFFLINE = JSON.stringify({ state: 'offline' });
/** The broker has this long to take what we say when we go, milliseconds. */
const FAREWELL_MS = 2000;

/** What the broker says when it loses a node of this base. */
export function willOf(base: string): ConnectionOptions['will'] {
  return { topic: new Topics(base).bridgeState, payload: OFFLINE };
}

export class MqttBridge {
  readonly topics: Topics;
  readonly #options: BridgeOptions;
  readonly #connection: Connection;
  readonly #context: Context;
  readonly #unsubscribe: (() => void)[] = [];
  readonly #sending = new Set<Promise<void>>();

  constructor(options: BridgeOptions) {
    const { agent, clock, log, base } = options;
    this.#options = options;
    this.topics = new Topics(base, agent.sensors.topics);
    this.#context = { agent, topics: this.topics, clock, log, publishState: (thing) => this.#publishState(thing) };
    this.#connection = options.connection;
  }

  /** Resolves when the broker has us. Rejects with `mqtt-refused`. */
  async start(): Promise<void> {
    this.#listen('response', (response, command) => {
      const payload = JSON.stringify(response);
      this.#publish(this.topics.response, payload, { qos: 1 });
      if (command.reply === undefined) return;
      const { topic, correlation } = command.reply;
      const correlationData = correlation === undefined ? undefined : Buffer.from(correlation, 'base64');
      const properties = correlationData === undefined ? {} : { properties: { correlationData } };
      this.#publish(topic, payload, { qos: 1, ...properties });
    });
    this.#listen('action', (action) => this.#publishJson(this.topics.action, action, { qos: 1 }));
    this.#listen('state', (thing) => this.#publishState(thing));
    this.#listen('armed', (armed) => this.#publish(this.topics.armed, String(armed), KEPT));
    await this.#connection.start({
      subscriptions: this.topics.subscriptions,
      onPacket: (packet) => this.#onPacket(packet),
      onAcknowledged: (packet) => this.#onAcknowledged(packet),
      onSession: () => undefined,
      onConnect: () => this.#announce(),
    });
  }

  /** Says that we are gone, then goes. */
  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const { description } of this.#options.agent.things) {
      this.#publish(this.topics.availability(description.id), OFFLINE, KEPT);
    }
    this.#publish(this.topics.bridgeState, OFFLINE, KEPT);
    const { clock } = this.#options;
    await Promise.race([Promise.all(this.#sending), clock.sleep(FAREWELL_MS)]);
    await this.#connection.close();
  }

  async #onPacket(packet: IPublishPacket): Promise<Reason> {
    const route = this.topics.route(packet.topic);
    if (route === undefined) return REASON.success;
    const handler = HANDLERS[route.kind] as Handler;
    await handler(this.#context, packet, route);
    return REASON.success;
  }

  #onAcknowledged(packet: IPublishPacket): void {
    if (packet.topic !== this.topics.command) return;
    const delivery = deliveryOf(packet);
    if (delivery !== undefined) this.#options.agent.acknowledged(delivery);
  }

  /** After every connect: a broker without persistence has forgotten what was retained. */
  #announce(): void {
    const { agent, node, base, info } = this.#options;
    const broker = this.#connection.address;
    for (const thing of agent.things) {
      this.#publishState(thing);
      this.#publish(this.topics.availability(thing.description.id), ONLINE, KEPT);
    }
    const devices = agent.things.map((thing) => thingDescription(thing.description, { node, base, broker }));
    this.#publishJson(this.topics.bridgeDevices, devices, KEPT);
    this.#publishJson(this.topics.bridgeInfo, { ...info, node, base, mqtt: this.#connection.protocolVersion }, KEPT);
    this.#publish(this.topics.armed, String(agent.armed), KEPT);
    this.#publish(this.topics.bridgeState, ONLINE, KEPT);
  }

  #publishState({ description, driver }: Thing): void {
    this.#publishJson(this.topics.state(description.id), driver.state(), KEPT);
  }

  #publish(topic: string, payload: string, options: IClientPublishOptions): void {
    const { log } = this.#options;
    const sent = this.#connection.send(topic, payload, options).catch((error: unknown) => {
      // At the next connect everything that is kept is published again.
      if (codeOf(error) !== 'not-connected') log.warn({ topic, error: messageOf(error) }, 'not published');
    });
    this.#sending.add(sent);
    void sent.finally(() => this.#sending.delete(sent));
  }

  #publishJson(topic: string, value: unknown, options: IClientPublishOptions): void {
    this.#publish(topic, JSON.stringify(value), options);
  }

  #listen<Name extends keyof AgentEvents>(name: Name, listener: (...args: AgentEvents[Name]) => void): void {
    const { agent } = this.#options;
    agent.on(name, listener as never);
    this.#unsubscribe.push(() => agent.off(name, listener as never));
  }
}
