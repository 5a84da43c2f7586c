/** What the handlers of incoming messages share. */
import { createHash } from 'node:crypto';
import type { IPublishPacket } from 'mqtt';
import type { Thing } from '../../../devices/thing.ts';
import type { Agent } from '../../agent/agent.ts';
import type { Arrival } from '../../agent/inbox/command.ts';
import type { Delivery, ReplyAddress } from '../../agent/types.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Reason } from '../connection.ts';
import type { OpResponse, Ops } from '../requests.ts';
import type { Route, Topics } from '../topics.ts';

export interface Context {
  readonly agent: Agent;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of bridge/request. */
  readonly ops: Ops;
  publishState(thing: Thing): void;
  answerRequest(op: string, response: OpResponse, reply: ReplyAddress | undefined): void;
}

/** Resolves when the packet may be acknowledged, with the reason code if it is not success; rejects when the broker shall keep it. */
export type Handler<Kind extends Route['kind'] = Route['kind']> = (
  context: Context,
  packet: IPublishPacket,
  route: Extract<Route, { kind: Kind }>,
) => Promise<Reason | void>;

export function payloadOf(packet: IPublishPacket): Uint8Array {
  return typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
}

/** What the packet says besides its payload: request/response and message expiry of MQTT 5, identity of the delivery. */
export function arrivalOf({ clock, topics, log }: Context, packet: IPublishPacket): Arrival {
  const receivedAt = clock.now();
  const { responseTopic, correlationData, messageExpiryInterval } = packet.properties ?? {};
  const allowed = responseTopic !== undefined && topics.allowsReply(responseTopic);
  if (responseTopic !== undefined && !allowed) log.warn({ responseTopic }, 'no answer to this response topic');
  return {
    receivedAt,
    ...(correlationData === undefined ? {} : { id: digest(responseTopic ?? '', correlationData) }),
    // Seconds that are left, as the broker counts them down (MQTT-3.3.2-6)
    ...(messageExpiryInterval === undefined ? {} : { expiresAt: receivedAt + messageExpiryInterval * 1000 }),
    ...(allowed ? { reply: { topic: responseTopic, ...correlation(correlationData) } } : {}),
    ...withDelivery(deliveryOf(packet)),
  };
}

/** Undefined for QoS 0, which is never delivered again. */
export function deliveryOf(packet: IPublishPacket): Delivery | undefined {
  if (packet.qos === 0 || packet.messageId === undefined) return undefined;
  return { key: `${packet.messageId}:${digest('', payloadOf(packet))}`, again: packet.dup };
}

const withDelivery = (delivery: Delivery | undefined): { delivery?: Delivery } =>
  delivery === undefined ? {} : { delivery };

const correlation = (data: Buffer | undefined): { correlation?: string } =>
  data === undefined ? {} : { correlation: data.toString('base64') };

/** Correlation data mean something to one requester only, whom the response topic tells from the others. */
function digest(prefix: string, data: Uint8Array): string {
  return createHash('sha256').update(prefix).update('\0').update(data).digest('hex').slice(0, 32);
}
