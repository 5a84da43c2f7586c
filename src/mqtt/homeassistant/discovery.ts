/**
 * Keeps Home Assistant informed of what this node has: retained announcements, told again when Home Assistant or the
 * broker was restarted, and taken back for what is no longer there.
 */
import type { Bus } from '../../../devices/bus.ts';
import { isRecord } from '../../../devices/mqtt/payload.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { nodeId, nodeTopic, partTopic, type Devices } from './devices.ts';
import type { DevicePayload } from './entity.ts';

export interface DiscoveryOptions {
  readonly bus: Bus;
  readonly log: Logger;
  readonly prefix: string;
  readonly base: string;
  /** What there is now; nothing takes back whatever was announced before. */
  readonly devices: () => Devices;
}

/** Of an announcement that somebody left under our topics. */
const MAX_BYTES = 256 * 1024;
const MAX_COMPONENTS = 256;

export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #unsubscribe: (() => void)[] = [];
  #devices: Devices = new Map();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** Announces at every connect from now on. */
  start(): void {
    const { bus, prefix, base } = this.#options;
    const id = nodeId(base);
    // Before the connection: what is kept there comes first, and tells what was announced in an earlier life.
    for (const filter of [nodeTopic(prefix, id), partTopic(prefix, id, '+')]) {
      this.#unsubscribe.push(bus.subscribe(filter, (topic, payload, kept) => kept && this.#found(topic, payload)));
    }
    this.#unsubscribe.push(
      // A retained one is of a Home Assistant that knows us already, or finds what is retained.
      bus.subscribe(`${prefix}/status`, (_topic, payload, kept) => {
        if (!kept && Buffer.from(payload).toString('utf8', 0, 16) === 'online') this.announce();
      }),
      bus.onConnection((connected) => connected && this.announce()),
    );
    if (bus.connected) this.announce();
  }

  /** What is announced stays: that nobody is there is said by the availability. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
  }

  /** Says what there is, as it is now. */
  announce(): void {
    const before = this.#devices;
    this.#devices = this.#options.devices();
    for (const topic of before.keys()) if (!this.#devices.has(topic)) this.#publish(topic, '');
    for (const [topic, current] of this.#devices) {
      this.#takeBack(topic, current, before.get(topic)?.components ?? {});
      this.#publish(topic, JSON.stringify(current));
    }
  }

  /** An announcement that the broker has kept. */
  #found(topic: string, payload: Uint8Array): void {
    if (payload.length === 0) return;
    const current = this.#devices.get(topic);
    if (current === undefined) return this.#publish(topic, '');
    const before = payload.length <= MAX_BYTES ? componentsIn(payload) : {};
    if (this.#takeBack(topic, current, before)) this.#publish(topic, JSON.stringify(current));
  }

  /** Says which components are no more. True when there were any: then they need not be mentioned again. */
  #takeBack(topic: string, current: DevicePayload, before: Readonly<Record<string, unknown>>): boolean {
    const gone = goneFrom(before, current);
    if (Object.keys(gone).length === 0) return false;
    // A component with a platform and nothing else is removed.
    this.#publish(topic, JSON.stringify({ ...current, components: { ...current.components, ...gone } }));
    return true;
  }

  #publish(topic: string, payload: string): void {
    const { bus, log } = this.#options;
    bus.publish(topic, payload, { qos: 1, retain: true }).catch((error: unknown) => {
      // At the next connect everything is announced again.
      if (codeOf(error) !== 'not-connected') log.warn({ topic, error: messageOf(error) }, 'not announced');
    });
  }
}

/** Components that were announced and are no more, as what takes them back. */
function goneFrom(
  before: Readonly<Record<string, unknown>>,
  current: DevicePayload,
): Record<string, { platform: string }> {
  const gone: Record<string, { platform: string }> = {};
  for (const [key, component] of Object.entries(before).slice(0, MAX_COMPONENTS)) {
    if (Object.hasOwn(current.components, key) || !isRecord(component)) continue;
    const { platform } = component;
    if (typeof platform === 'string') gone[key] = { platform };
  }
  return gone;
}

function componentsIn(payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const json = JSON.parse(Buffer.from(payload).toString('utf8')) as unknown;
    return isRecord(json) && isRecord(json['components']) ? json['components'] : {};
  } catch {
    return {};
  }
}
