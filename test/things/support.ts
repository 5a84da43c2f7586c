/** A search over a broker in memory. */
import { setImmediate as turn } from 'node:timers/promises';
import { discover } from '../../src/things/discover.ts';
import type { Found } from '../../src/things/found.ts';
import { adopt, type Adopting, type Adoption } from '../../src/things/adopt.ts';
import { silent } from '../support/home.ts';
import { MemoryBus } from '../support/memory-bus.ts';
import { FakeClock } from '../devices/fake-clock.ts';

/** A topic and what is on it: bytes, text, or what becomes JSON. */
export type Message = readonly [topic: string, payload: unknown];

/** What a search finds that hears these messages, in this order. */
export async function search(messages: readonly Message[], bus = new MemoryBus()): Promise<Found[]> {
  const clock = new FakeClock();
  const searching = discover({ bus, clock, log: silent, ms: 1000 });
  for (const [topic, payload] of messages) {
    bus.deliver(topic, payload);
    await turn();
  }
  await clock.advance(1000);
  return searching;
}

/** The configuration with everything that was found. */
export function adopted(found: readonly Found[], text = 'version: 1\n', how: Partial<Adopting> = {}): Adoption {
  return adopt(text, found, { date: '2026-11-22', ...how });
}

/** `kind name` of things, `kind topic path` of sensors. */
export function brief({ things, sensors }: Found): string[] {
  return [
    ...things.map(({ kind, name }) => `${kind} ${name}`),
    ...sensors.map(({ kind, topic, path }) => [kind, topic, path].filter((one) => one !== undefined).join(' ')),
  ];
}
