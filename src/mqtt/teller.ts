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
  /** Ids of commands whose outcome is on its way. */
  readonly #telling = new Set<string>();
  readonly #kept: Telling[] = [];

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** Resolves when it was told or put aside. */
  async tell(response: Response, reply?: ReplyAddress): Promise<void> {
    const { agent, connection, topics, log } = this.#parts;
    const { id } = response;
    this.#telling.add(id);
    try {
      const payload = JSON.stringify(response);
      const properties = propertiesOf(response);
      const sent = [connection.send(topics.response, payload, { qos: 1, properties })];
      if (reply !== undefined) {
        const correlation = reply.correlation === undefined ? {} : { correlationData: decoded(reply.correlation) };
        sent.push(connection.send(reply.topic, payload, { qos: 1, properties: { ...properties, ...correlation } }));
      }
      await Promise.all(sent);
      agent.told(id);
    } catch (error) {
      if (codeOf(error) !== 'not-published') this.#keep({ response, reply });
      else {
        // A broker that refuses an outcome will not take it at the next connect either.
        log.warn({ id, error: messageOf(error) }, 'outcome not published');
        agent.told(id);
      }
    } finally {
      this.#telling.delete(id);
    }
  }

  /** Everything that was not told yet. */
  tellAll(): void {
    const stored = this.#parts.agent.untold.filter(({ response }) => !this.#telling.has(response.id));
    for (const { response, reply } of [...stored, ...this.#kept.splice(0)]) void this.tell(response, reply);
  }

  #keep(telling: Telling): void {
    const stored = this.#parts.agent.untold.some(({ response }) => response === telling.response);
    if (stored) return;
    if (this.#kept.push(telling) <= KEPT) return;
    const [lost] = this.#kept.splice(0, 1);
    this.#parts.log.warn({ id: lost!.response.id }, 'outcome not published: too many wait for the broker');
  }
}

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
