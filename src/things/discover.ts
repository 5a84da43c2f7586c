/** Listens for a while to what announces itself on a broker. */
import type { Bus } from '../../devices/bus.ts';
import { parsePayload } from '../../devices/mqtt/payload.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Found, FoundThing, Scanner } from './found.ts';
import { homeAssistantScanner } from './scanners/home-assistant.ts';
import { homieScanner } from './scanners/homie.ts';
import { shellyScanner } from './scanners/shelly.ts';
import { tasmotaScanner } from './scanners/tasmota.ts';
import { zigbee2mqttScanner } from './scanners/zigbee2mqtt.ts';

export interface DiscoverOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long to listen: most announcements are retained and come at once. */
  readonly ms: number;
  readonly signal?: AbortSignal;
}

/** The announcements of one search are taken up to this many bytes in all: they are kept until it ends. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Native announcements first: what is announced twice is taken from the first that has it. */
export const scanners = (): Scanner[] => [
  zigbee2mqttScanner(),
  tasmotaScanner(),
  shellyScanner(),
  homieScanner(),
  homeAssistantScanner(),
];

/** Devices that announced themselves, by source and name; each thing once. */
export async function discover({ bus, clock, log, ms, signal }: DiscoverOptions): Promise<Found[]> {
  const all = scanners();
  let bytes = 0;
  const unsubscribe = all.flatMap((scanner) =>
    scanner.filters.map((filter) =>
      bus.subscribe(filter, (topic, payload) => {
        bytes += payload.length;
        if (payload.length > scanner.limit || bytes > MAX_BYTES) return;
        for (const { topic: at, payload: question } of scanner.receive(topic, parsePayload(payload, scanner.limit))) {
          bus
            .publish(at, question)
            .catch((error: unknown) => log.debug({ topic: at, error: messageOf(error) }, 'not asked'));
        }
      }),
    ),
  );
  try {
    await clock.sleep(ms, signal);
  } finally {
    for (const stop of unsubscribe) stop();
  }
  return withoutDoubles(all.flatMap((scanner) => scanner.found().sort(byName)));
}

function byName(a: Found, b: Found): number {
  return a.name.localeCompare(b.name, 'en');
}

/** zigbee2mqtt and others announce themselves to Home Assistant too: what is reached by the same topic is the same. */
function withoutDoubles(found: readonly Found[]): Found[] {
  const seen = new Set<string>();
  const ids = new Set<string>();
  const fresh = (key: string): boolean => !seen.has(key) && seen.add(key) !== undefined;
  return found.flatMap((device) => {
    const things = device.things.filter((thing) => !commandTopics(thing).some((topic) => seen.has(topic)));
    for (const topic of things.flatMap(commandTopics)) seen.add(topic);
    const sensors = device.sensors.filter(({ topic, path }) => fresh(`${topic} ${path ?? ''}`));
    const nothing = things.length + sensors.length === 0;
    if ((nothing && device.things.length + device.sensors.length > 0) || ids.has(device.id)) return [];
    ids.add(device.id);
    return [{ ...device, things, sensors }];
  });
}

/** Where its commands go; of the native drivers, what an announcement to Home Assistant would say. */
function commandTopics(thing: FoundThing): string[] {
  if (thing.driver !== 'mqtt') {
    const channel = JSON.stringify([thing['relay'], thing['component'], thing['shutter'], thing['attributes']]);
    const own = `${thing.driver} ${String(thing['topic'])} ${thing.kind} ${channel} ${JSON.stringify(thing['properties'])}`;
    return thing.driver === 'zigbee2mqtt' ? [own, `${String(thing['topic'])}/set`] : [own];
  }
  const topics = Object.values(thing['topics'] as Record<string, { set?: string }>);
  return topics.flatMap(({ set }) => set ?? []);
}
