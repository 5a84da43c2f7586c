/** An agent of a program on MQTT, with the topics of docs/mqtt.md. */
import type { Agent } from '../agent/agent.ts';
import { Health } from '../agent/health.ts';
import { systemClock } from '../clock.ts';
import { createLogger, type Logger } from '../log.ts';
import { MqttBridge, willOf } from '../mqtt/bridge.ts';
import { Broker } from '../mqtt/broker.ts';
import { Connection } from '../mqtt/connection.ts';

/** Where an agent is to be reached. */
export interface MqttOptions {
  /** A broker: mqtt, mqtts, ws or wss. Default: one in this process, on loopback. */
  readonly url?: string;
  /** Of the broker in this process; 0: any free one. Default: 1883, or the next free one. */
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  /** Name of this node, [a-z0-9_-]. Default: `home`. */
  readonly node?: string;
  /** Topics begin with it. Default: `tokonoma/<node>`. */
  readonly base?: string;
  /** Default: JSON lines on stderr, from warn up. */
  readonly log?: Logger;
}

/** An agent that can be reached. */
export interface MqttService {
  /** Of the broker, without user and password. */
  readonly url: string;
  readonly base: string;
  /** Says farewell on the broker and ends the one in this process; the agent lives on. */
  close(): Promise<void>;
}

/**
 * Puts a started agent on MQTT. Resolves when commands are taken on `<base>/command`.
 * @throws TokonomaError `port-taken`, `mqtt-refused`, `mqtt-certificate`
 */
export async function serveMqtt(agent: Agent, options: MqttOptions = {}): Promise<MqttService> {
  const { port = 1883, username, password, node = 'home', base = `tokonoma/${node}` } = options;
  const log = options.log ?? createLogger(undefined, { secrets: password === undefined ? [] : [password] });
  const clock = systemClock;
  const broker = options.url === undefined ? await Broker.start({ host: '127.0.0.1', port, log }) : undefined;
  const link = {
    url: broker?.url ?? options.url!,
    username,
    password,
    // The broker in this process speaks 3.1.1.
    ...(broker === undefined ? {} : { protocolVersion: 4 as const }),
    clock,
    log,
  };
  const clientId = `tokonoma-${node}`;
  const connection = new Connection({ ...link, clientId, will: willOf(base) });
  const commands = new Connection({ ...link, clientId: `${clientId}-commands` });
  const bridge = new MqttBridge({
    agent,
    health: Health.of(agent, { clock }),
    connection,
    commands,
    clock,
    log,
    node,
    base,
  });
  const close = async (): Promise<void> => {
    await bridge.close();
    await broker?.close();
  };
  try {
    await bridge.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url: connection.address, base, close };
}
