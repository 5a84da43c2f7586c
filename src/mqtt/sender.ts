/**
 * What one client sends: no more unacknowledged packets than the broker takes (MQTT-3.3.4-7), the others wait their turn
 * in order. When the connection goes, all of them are rejected: nothing is sent long after it was meant.
 */
import type { IClientPublishOptions, MqttClient } from 'mqtt';
import { TokonomaError, messageOf } from '../errors.ts';

/** Unacknowledged at most where the broker says nothing; mosquitto's default. */
const IN_FLIGHT = 20;
/** Waiting at most: a broker this slow is as good as none. */
const WAITING = 4000;

interface Waiting {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly options: IClientPublishOptions;
  readonly resolve: () => void;
  readonly reject: (error: TokonomaError) => void;
}

export class Sender {
  readonly #client: MqttClient;
  readonly #limit: number;
  readonly #inFlight = new Set<Waiting>();
  readonly #waiting: Waiting[] = [];
  #ended = false;

  /** @param receiveMaximum what the broker's CONNACK says */
  constructor(client: MqttClient, receiveMaximum: number | undefined) {
    this.#client = client;
    this.#limit = Math.min(receiveMaximum ?? IN_FLIGHT, IN_FLIGHT);
  }

  /**
   * Resolves when the broker has it (QoS 1) or it was sent (QoS 0). Rejects with `not-connected`, `not-published` (the broker
   * refuses it), `queue-full`.
   */
  publish(topic: string, payload: string | Buffer, options: IClientPublishOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(notConnected(topic));
      if (this.#waiting.length >= WAITING) {
        return reject(new TokonomaError('queue-full', `${topic}: ${WAITING} messages are waiting to be sent`));
      }
      this.#waiting.push({ topic, payload, options, resolve, reject });
      this.#next();
    });
  }

  /** The connection is gone. */
  end(): void {
    this.#ended = true;
    for (const one of [...this.#inFlight, ...this.#waiting.splice(0)]) one.reject(notConnected(one.topic));
    this.#inFlight.clear();
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#inFlight.size < this.#limit) {
      const one = this.#waiting.shift()!;
      this.#inFlight.add(one);
      this.#client.publish(one.topic, one.payload, one.options, (error) => {
        if (!this.#inFlight.delete(one)) return;
        if (!error) one.resolve();
        else one.reject(isRefusal(error) ? refused(one.topic, error) : notConnected(one.topic));
        this.#next();
      });
    }
  }
}

/** A reason code of the broker (MQTT 5, 3.4.2.1); whatever else goes wrong is the connection's end. */
function isRefusal(error: Error & { code?: unknown }): boolean {
  return typeof error.code === 'number' && error.code >= 0x80;
}

function refused(topic: string, error: Error): TokonomaError {
  return new TokonomaError('not-published', `${topic}: ${messageOf(error)}`, { cause: error });
}

export function notConnected(topic: string): TokonomaError {
  return new TokonomaError('not-connected', `${topic}: there is no connection to the broker`);
}
