/** The agent on MQTT: topics in, topics out. */
import type { IClientPublishOptions, IPublishPacket } from 'mqtt';
import { sensorDescription, thingDescription } from '../../devices/td.ts';
import type { Thing } from '../../devices/thing.ts';
import type { Agent, AgentEvents } from '../agent/agent.ts';
import type { Change } from '../agent/change.ts';
import type { Health } from '../agent/health.ts';
import type { ReplyAddress } from '../agent/types.ts';
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { REASON, type Connection, type ConnectionOptions, type Reason, type Receiver } from './connection.ts';
import { onArmed } from './handlers/armed.ts';
import { onCommand } from './handlers/command.ts';
import { onGet } from './handlers/get.ts';
import { deliveryOf, type Context, type Handler } from './handlers/handler.ts';
import { onRequest } from './handlers/request.ts';
import { onSensor } from './handlers/sensor.ts';
import { onSet } from './handlers/set.ts';
import { onStop } from './handlers/stop.ts';
import { bridgeOps } from './ops.ts';
import type { OpResponse, Ops } from './requests.ts';
import { Teller } from './teller.ts';
import { Topics, type Route } from './topics.ts';

export interface BridgeOptions {
  readonly agent: Agent;
  /** Of this agent; for bridge/health. */
  readonly health: Health;
  readonly clock: Clock;
  readonly log: Logger;
  /** Made with `willOf(base)`; the bridge starts and closes it. */
  readonly connection: Connection;
  /**
   * Brings the commands, one after the other at the pace of the journal's disk: nothing waits behind them. Without a
   * connection of their own, they come by `connection`, and a stop waits for those that were sent before it.
   */
  readonly commands?: Connection;
  readonly node: string;
  readonly base: string;
  /** Published on bridge/info besides what the bridge knows itself. */
  readonly info?: () => Readonly<Record<string, unknown>>;
  /** Operations on bridge/request besides the bridge's own. */
  readonly ops?: Ops;
}

const HANDLERS: { readonly [Kind in Route['kind']]: Handler<Kind> } = {
  command: onCommand,
  set: onSet,
  get: onGet,
  sensor: onSensor,
  stop: onStop,
  armed: onArmed,
  request: onRequest,
};

const KEPT: IClientPublishOptions = { qos: 1, retain: true };
const ONLINE = JSON.stringify({ state: 'online' });
const OFFLINE = JSON.stringify({ state: 'offline' });
/** bridge/health is published this often, milliseconds. */
const HEALTH_MS = 30_000;
/** Sensors that announce themselves are described together, this long after the first, milliseconds. */
const GATHER_MS = 1000;
/** The broker has this long to take what we say when we go, milliseconds. */
const FAREWELL_MS = 2000;

/** What the broker says when it loses a node of this base. */
export function willOf(base: string): NonNullable<ConnectionOptions['will']> {
  return { topic: new Topics(base).bridgeState, payload: OFFLINE };
}

export class MqttBridge {
  readonly topics: Topics;
  readonly #options: BridgeOptions;
  readonly #connection: Connection;
  readonly #context: Context;
  readonly #teller: Teller;
  readonly #life = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  readonly #sending = new Set<Promise<void>>();
  /** What was last said of whether a thing can be reached, by its id. */
  readonly #availability = new Map<string, string>();
  #isGathering = false;

  constructor(options: BridgeOptions) {
    const { agent, health, connection, clock, log, base } = options;
    this.#options = options;
    this.#connection = connection;
    this.topics = new Topics(base, agent.sensors.topics);
    this.#teller = new Teller({ agent, connection, topics: this.topics, log });
    this.#context = {
      agent,
      topics: this.topics,
      clock,
      log,
      ops: {
        ...bridgeOps({ agent, health, info: () => this.#info(), devices: () => this.#devices() }),
        ...options.agent.requests,
        ...options.ops,
      },
      publishState: (thing) => this.#publishState(thing),
      answerRequest: (op, response, reply) => this.#answerRequest(op, response, reply),
    };
  }

  /** Resolves when the broker has us. Rejects with `mqtt-refused`, `mqtt-certificate`. */
  async start(): Promise<void> {
    const { agent } = this.#options;
    this.#listen('response', (response, command) => this.#track(this.#teller.tell(response, command.reply)));
    this.#listen('action', (action) => this.#publishJson(this.topics.action, action, { qos: 1 }));
    this.#listen('state', (thing) => this.#publishState(thing));
    this.#listen('declared', (change) => this.#redeclare(change));
    this.#listen('armed', (armed) => this.#publish(this.topics.armed, String(armed), KEPT));
    agent.sensors.onAnnounced(() => void this.#gather());
    this.#unsubscribe.push(this.#connection.onConnection((connected) => agent.contact(connected)));
    await this.#connect();
    void this.#beat();
  }

  /** Other things and sensors: their topics come and go, and what the broker had kept of those that went is cleared. */
  #redeclare({ added, removed, described }: Change): void {
    const { agent } = this.#options;
    this.topics.declare(agent.sensors.topics);
    const { [this.topics.command]: command, ...others } = this.topics.subscriptions;
    const own = this.#options.commands === undefined ? { [this.topics.command]: command!, ...others } : others;
    this.#connection.resubscribe(own);
    for (const { description } of removed) {
      const { id } = description;
      this.#availability.delete(id);
      if (agent.thing(id) !== undefined) continue;
      for (const topic of [this.topics.state(id), this.topics.availability(id)]) this.#publish(topic, '', KEPT);
    }
    for (const thing of [...added, ...described]) this.#publishState(thing);
    this.#publishDevices();
    this.publishInfo();
  }

  async #gather(): Promise<void> {
    const { signal } = this.#life;
    if (this.#isGathering || signal.aborted) return;
    this.#isGathering = true;
    await this.#options.clock.sleep(GATHER_MS, signal).catch(() => undefined);
    this.#isGathering = false;
    // Without a connection: everything is told at the next one.
    if (!signal.aborted && this.#connection.connected) this.#publishDevices();
  }

  /** Says again on bridge/info what may have changed. */
  publishInfo(): void {
    this.#publishJson(this.topics.bridgeInfo, this.#info(), KEPT);
  }

  /** Says on bridge/health how it is, without waiting for the next time. */
  publishHealth(): void {
    this.#publishJson(this.topics.bridgeHealth, this.#options.health.report(), KEPT);
  }

  /** Tells on `bridge/response/<op>` what came of an operation that nobody asked for by topic. */
  tell(op: string, response: OpResponse): void {
    this.#answerRequest(op, response, undefined);
  }

  /** Commands have a session, which the broker keeps while we are away; all else is about now. */
  async #connect(): Promise<void> {
    const { agent, commands } = this.#options;
    const { [this.topics.command]: command, ...others } = this.topics.subscriptions;
    const receiver: Receiver = {
      subscriptions: this.topics.subscriptions,
      onPacket: (packet) => this.#onPacket(packet),
      onAcknowledged: (packet) => this.#onAcknowledged(packet),
      onSession: (resumed) => {
        if (!resumed) agent.sessionLost();
      },
      onConnect: () => this.#announce(),
    };
    if (commands === undefined) return this.#connection.start(receiver);
    await Promise.all([
      this.#connection.start({ ...receiver, subscriptions: others, onSession: () => undefined }),
      commands.start({ ...receiver, subscriptions: { [this.topics.command]: command! }, onConnect: () => undefined }),
    ]);
  }

  /** Says that we are gone, then goes. */
  async close(): Promise<void> {
    this.#life.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const { description } of this.#options.agent.things) {
      this.#publish(this.topics.availability(description.id), OFFLINE, KEPT);
    }
    this.#publish(this.topics.bridgeState, OFFLINE, KEPT);
    const farewell = new AbortController();
    const late = this.#options.clock.sleep(FAREWELL_MS, farewell.signal).catch(() => undefined);
    await Promise.race([Promise.all(this.#sending), late]);
    farewell.abort();
    await this.#options.commands?.close();
    await this.#connection.close();
  }

  async #onPacket(packet: IPublishPacket): Promise<Reason> {
    const route = this.topics.route(packet.topic);
    if (route === undefined) return REASON.success;
    const handler = HANDLERS[route.kind] as Handler;
    return (await handler(this.#context, packet, route)) ?? REASON.success;
  }

  #onAcknowledged(packet: IPublishPacket): void {
    if (packet.topic !== this.topics.command) return;
    const delivery = deliveryOf(packet);
    if (delivery !== undefined) this.#options.agent.acknowledged(delivery);
  }

  /** After every connect: a broker without persistence has forgotten what was retained. */
  #announce(): void {
    const { agent } = this.#options;
    this.#availability.clear();
    for (const thing of agent.things) this.#publishState(thing);
    this.#publishDevices();
    this.publishInfo();
    this.#publish(this.topics.armed, String(agent.armed), KEPT);
    this.publishHealth();
    this.#publish(this.topics.bridgeState, ONLINE, KEPT);
    this.#teller.tellAll();
  }

  #publishDevices(): void {
    this.#publishJson(this.topics.bridgeDevices, this.#devices(), KEPT);
  }

  /** Things, then sensors. */
  #devices(): unknown[] {
    const { agent, node, base } = this.#options;
    const published = { node, base, broker: this.#connection.address };
    return [
      ...agent.things.map((thing) => thingDescription(thing.description, published)),
      ...agent.sensors.descriptions.map((sensor) => sensorDescription(sensor, published)),
    ];
  }

  #info(): Record<string, unknown> {
    const { node, base, info } = this.#options;
    return { ...info?.(), node, base, mqtt: this.#connection.protocolVersion };
  }

  #publishState({ description: { id }, driver }: Thing): void {
    this.#publishJson(this.topics.state(id), driver.state(), KEPT);
    const availability = driver.online === false ? OFFLINE : ONLINE;
    if (this.#availability.get(id) === availability) return;
    this.#availability.set(id, availability);
    this.#publish(this.topics.availability(id), availability, KEPT);
  }

  async #beat(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      await this.#options.clock.sleep(HEALTH_MS, signal).catch(() => undefined);
      if (!signal.aborted && this.#connection.connected) this.publishHealth();
    }
  }

  #answerRequest(op: string, response: OpResponse, reply: ReplyAddress | undefined): void {
    const payload = JSON.stringify(response);
    this.#publish(this.topics.bridgeResponse(op), payload, { qos: 1 });
    if (reply === undefined) return;
    const { topic, correlation } = reply;
    const properties = correlation === undefined ? {} : { correlationData: Buffer.from(correlation, 'base64') };
    this.#publish(topic, payload, { qos: 1, properties });
  }

  #publishJson(topic: string, value: unknown, options: IClientPublishOptions): void {
    this.#publish(topic, JSON.stringify(value), options);
  }

  #publish(topic: string, payload: string, options: IClientPublishOptions): void {
    const { log } = this.#options;
    const sent = this.#connection.send(topic, payload, options).catch((error: unknown) => {
      // At the next connect everything that is kept is published again.
      if (codeOf(error) !== 'not-connected') log.warn({ topic, error: messageOf(error) }, 'not published');
    });
    this.#track(sent);
  }

  #track(sent: Promise<void>): void {
    this.#sending.add(sent);
    void sent.finally(() => this.#sending.delete(sent));
  }

  #listen<Name extends keyof AgentEvents>(name: Name, listener: (...args: AgentEvents[Name]) => void): void {
    const { agent } = this.#options;
    agent.on(name, listener as never);
    this.#unsubscribe.push(() => agent.off(name, listener as never));
  }
}
