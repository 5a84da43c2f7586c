/**
 * MQTT as a device driver sees it: devices know nothing of brokers, sessions and protocol versions. The runtime's
 * connection implements it; tests have one in memory (test/support/memory-bus.ts).
 */

export interface PublishOptions {
  /** Default 0: a command to a device arrives now or not at all. */
  readonly qos?: 0 | 1;
  /** Default false. */
  readonly retain?: boolean;
}

/** @param retained the broker had kept it: it was true once, and is no answer to what was just asked */
export type OnMessage = (topic: string, payload: Uint8Array, retained: boolean) => void;

export interface Bus {
  /**
   * Resolves when the broker has it (QoS 1) or it was sent (QoS 0). Never kept for later: what moves something must
   * not happen long after it was meant. Rejects with `not-connected`, or `not-published` when the broker refuses it.
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /**
   * Calls back for every message on topics that match the filter (`+` and `#` as in MQTT), retained ones first; the
   * subscription survives reconnects and is made again then. What the listener throws is logged and goes nowhere.
   * Returns the unsubscribe function.
   */
  subscribe(filter: string, listener: OnMessage): () => void;
  readonly connected: boolean;
  /** Calls back after every change of `connected`. Returns the unsubscribe function. */
  onConnection(listener: (connected: boolean) => void): () => void;
}

/** Whether a topic is one that the filter means (MQTT 5, 4.7; `$`-topics are not matched by a leading wildcard). */
export function matches(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [i, level] of wanted.entries()) {
    // "sport/#" means "sport" too (MQTT-4.7.1-2).
    if (level === '#') return i === wanted.length - 1 && levels.length >= i;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}
