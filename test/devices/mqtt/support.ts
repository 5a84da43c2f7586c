/** Things on a broker in memory, made as a configuration makes them. */
import { toThingArgs } from '../../../devices/convert.ts';
import type { Thing, ThingState } from '../../../devices/thing.ts';
import { buildThings, parseConfig } from '../../../src/config/load.ts';
import type { Args } from '../../../src/grammar/actions.ts';
import { MemoryBus } from '../../support/memory-bus.ts';
import { FakeClock, settled } from '../fake-clock.ts';

export interface Wired {
  readonly thing: Thing;
  readonly bus: MemoryBus;
  readonly clock: FakeClock;
  readonly state: () => ThingState;
  /** Begins an action and lets it publish. */
  readonly tell: (action: string, args?: Args, signal?: AbortSignal) => Promise<Telling>;
  /** A message from the device, heard. */
  readonly hear: (topic: string, payload: unknown, retain?: boolean) => Promise<void>;
}

export interface Telling {
  /** What it ends with: `done`, or the code of the error. */
  readonly end: Promise<string>;
  /** Undefined while it goes on. */
  readonly ended: () => string | undefined;
  /** What was published since it began. */
  readonly sent: () => string[];
}

/** The thing called "it" that these keys declare, started. */
export async function wired(keys: object): Promise<Wired> {
  const bus = new MemoryBus();
  const clock = new FakeClock();
  const config = parseConfig(JSON.stringify({ version: 1, things: [{ name: 'it', ...keys }] }), 'test.yaml', {});
  const thing = buildThings(config, { clock, bus })[0]!;
  await thing.driver.start();
  await settled();
  const tell = async (action: string, args: Args = {}, signal = new AbortController().signal): Promise<Telling> => {
    const before = bus.published.length;
    let ended: string | undefined;
    const end = thing.driver
      .invoke(action, toThingArgs(thing.description, { action, args }), signal)
      .then(
        () => 'done',
        (error: unknown) => (error as { code?: string }).code ?? String(error),
      )
      .then((how) => (ended = how));
    await settled();
    const sent = (): string[] => bus.published.slice(before).map(({ topic, payload }) => `${topic} ${payload}`.trim());
    return { end, ended: () => ended, sent };
  };
  const hear = async (topic: string, payload: unknown, retain = false): Promise<void> => {
    bus.deliver(topic, payload, { retain });
    await settled();
  };
  return { thing, bus, clock, state: () => thing.driver.state(), tell, hear };
}
