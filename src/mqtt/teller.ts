/**
 * Tells outcomes: on the response topic, and where MQTT 5's request/response wants them. What the broker has not
 * acknowledged is told again at the next connect, in order; the agent keeps what belongs to a journaled command, also
 * over a restart.
 */
import type { IClientPublishOptions } from 'mqtt';
import type { Agent } from '../agent/agent.ts';
import type { ReplyAddress, Response } from '../agent/types.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Connection } from './connection.ts';
import type { Topics } from './topics.ts';

export interface TellerParts {
  readonly agent: Agent;
  readonly connection: Connection;
  readonly topics: Topics;
  readonly log: Logger;
}

interface Telling {
  readonly response: Response;
  readonly reply?: ReplyAddress | undefined;
}

/** Refusals and the like, which no journal holds, are kept for a broker that is away; no more than this. */
const KEPT = 100;

export class Teller {
  readonly #parts: TellerParts;
  /** What is on its way, and who waits for it. */
  readonly #telling = new Map<string, Promise<void>>();
  /** By the same keys as those on their way, oldest first. */
  readonly #kept = new Map<string, Telling>();

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** Resolves when it was told or put aside. Whoever asks again and again before it was is told once. */
  tell(response: Response, reply?: ReplyAddress): Promise<void> {
    const key = keyOf(response, reply);
    let telling = this.#telling.get(key);
    if (telling === undefined) {
      telling = this.#tell(key, { response, reply }).finally(() => this.#telling.delete(key));
      this.#telling.set(key, telling);
    }
    return telling;
  }

  /** Everything that was not told yet. */
  tellAll(): void {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const { response, reply } of [...this.#parts.agent.untold, ...kept]) void this.tell(response, reply);
  }

  async #tell(key: string, { response, reply }: Telling): Promise<void> {
    const { agent, connection, topics, log } = this.#parts;
    const { id } = response;
    try {
      const payload = JSON.stringify(response);
      const properties = propertiesOf(response);
      const sent = [connection.send(topics.response, payload, { qos: 1, properties })];
      if (reply !== undefined) {
        const correlation = reply.correlation === undefined ? {} : { correlationData: decoded(reply.correlation) };
        sent.push(connection.send(reply.topic, payload, { qos: 1, properties: { ...properties, ...correlation } }));
      }
      const failed = (await Promise.allSettled(sent)).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason as Error;
      agent.told(id);
    } catch (error) {
      if (codeOf(error) !== 'not-published') return this.#keep(key, { response, reply });
      // A broker that refuses an outcome will not take it at the next connect either.
      log.warn({ id, error: messageOf(error) }, 'outcome not published');
      agent.told(id);
    }
  }

  #keep(key: string, telling: Telling): void {
    if (this.#parts.agent.untold.some(({ response }) => response === telling.response)) return;
    this.#kept.set(key, telling);
    if (this.#kept.size <= KEPT) return;
    const [lost] = this.#kept.keys();
    this.#kept.delete(lost!);
    this.#parts.log.warn({ lost }, 'outcome not published: too many wait for the broker');
  }
}

const keyOf = ({ id }: Response, reply?: ReplyAddress): string =>
  reply === undefined ? id : JSON.stringify([id, reply.topic, reply.correlation]);

/** For MQTT 5; left out where 3.1.1 is spoken. */
function propertiesOf({ id, outcome, code }: Response): NonNullable<IClientPublishOptions['properties']> {
  const said = Object.entries({ id, outcome, code }).filter((entry): entry is [string, string] => isText(entry[1]));
  return {
    contentType: 'application/json',
    payloadFormatIndicator: true,
    userProperties: Object.fromEntries(said),
  };
}

/** A broker closes the connection over anything else (MQTT-1.5.4-1, MQTT-1.5.4-2). */
function isText(value: string | undefined): boolean {
  return value !== undefined && !/[\p{Cc}\p{Surrogate}]/u.test(value);
}

const decoded = (base64: string): Buffer => Buffer.from(base64, 'base64');
