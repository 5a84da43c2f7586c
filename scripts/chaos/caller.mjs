// The one who gives the commands, over MQTT 5: repeats each with the same id until its outcome is seen. Every other
// command is known by its correlation data only.
import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';

const ANSWERS = 'chaos/answers';
/** Without an outcome a command is said again after this long, then after twice as long, and so on, milliseconds. */
const PATIENCE_MS = 3000;
const LONGEST_PATIENCE_MS = 12_000;

export class Caller {
  #url;
  #client;
  #closed = false;
  #base;
  #ledger;
  #source;
  #count = 0;
  #pending = new Map();

  constructor({ url, base, ledger, source }) {
    this.#base = base;
    this.#ledger = ledger;
    this.#source = source;
    this.#url = url;
    this.#connect();
  }

  /**
   * A new client for every connection: the old one would send again what the broker had not acknowledged, with the
   * message expiry that was right when it was said first.
   */
  #connect() {
    const client = mqtt.connect(this.#url, { protocolVersion: 5, reconnectPeriod: 0, queueQoSZero: false });
    this.#client = client;
    client.on('error', () => undefined);
    client.on('connect', () =>
      client.subscribe([`${this.#base}/response`, ANSWERS, `${this.#base}/bridge/response/#`]),
    );
    client.on('message', (topic, payload, packet) => this.#hear(topic, payload, packet));
    client.once('close', () => {
      client.end(true);
      if (!this.#closed) setTimeout(() => this.#closed || this.#connect(), 200);
    });
  }

  /** The next command, for the first time. */
  next() {
    const id = this.#count++ % 2 === 0 ? `json-${randomUUID()}` : `data-${randomUUID()}`;
    this.#say(this.#ledger.add(id, this.#source.next().value, Date.now()));
  }

  /** Whatever had no outcome for a while is said again. */
  repeat() {
    const now = Date.now();
    for (const entry of this.#ledger.open) {
      const patience = Math.min(PATIENCE_MS * 2 ** (entry.said - 1), LONGEST_PATIENCE_MS);
      if (now - entry.sentAt > patience) this.#say(entry);
    }
  }

  /** Has the inference worker ended; false when nobody confirmed it. */
  async endWorker() {
    const transaction = randomUUID();
    const confirmed = new Promise((resolve) => this.#pending.set(transaction, resolve));
    if (!this.#client.connected) return false;
    this.#client.publish(`${this.#base}/bridge/request/restart-engine`, JSON.stringify({ transaction }));
    const late = new Promise((resolve) => setTimeout(() => resolve(false), 5000).unref());
    const done = await Promise.race([confirmed, late]);
    this.#pending.delete(transaction);
    return done;
  }

  close() {
    this.#closed = true;
    return this.#client.endAsync(true);
  }

  #say(entry) {
    if (!this.#client.connected) return;
    entry.sentAt = Date.now();
    entry.said++;
    const left = entry.deadline === undefined ? undefined : (entry.deadline - Date.now()) / 1000;
    const byData = entry.id.startsWith('data-');
    const payload = {
      text: entry.text,
      ...(byData ? {} : { id: entry.id }),
      // A broker that was killed forgets how old a message is; the moment does not depend on it.
      ...(entry.deadline === undefined ? {} : { expires_at: entry.deadline }),
    };
    this.#client.publish(`${this.#base}/command`, JSON.stringify(payload), {
      qos: 1,
      properties: {
        responseTopic: ANSWERS,
        ...(byData ? { correlationData: Buffer.from(entry.id) } : {}),
        ...(left === undefined || left < 1 ? {} : { messageExpiryInterval: Math.floor(left) }),
      },
    });
  }

  #hear(topic, payload, { properties }) {
    const message = JSON.parse(payload.toString());
    if (topic.startsWith(`${this.#base}/bridge/response/`)) {
      this.#pending.get(message.transaction)?.(message.status === 'ok');
      return;
    }
    const data = properties?.correlationData?.toString();
    const id = topic === ANSWERS && data !== undefined ? data : message.id;
    this.#ledger.answer(id, message);
  }
}
