/** A way to drive things over MQTT: what a dialect has to say, and the rest, which is the same for all. */
import { TokonomaError } from '../../src/errors.ts';
import type { DriverKeys, DriverType } from '../drivers.ts';
import type { ThingDeclaration } from '../kind.ts';
import type { ThingDescription } from '../thing.ts';
import { MqttDriver } from './driver.ts';
import { narrowed, safeWish, wishOf, type Able } from './wishes.ts';
import type { Values, Wiring } from './wiring.ts';

/** Kinds whose actions all have channels. */
export const MQTT_KINDS = ['light', 'plug', 'fan', 'cover', 'lock', 'thermostat', 'speaker'] as const;

export interface Dialect<Options> {
  readonly name: string;
  readonly summary: string;
  readonly kinds: readonly string[];
  readonly options: (kind: string) => DriverKeys;
  /** Throws a TokonomaError for what the schema could not see. */
  readonly wire: (declaration: ThingDeclaration, options: Options) => Wiring;
}

/** A device that is on has this long to say so; the executor gives up a little later. Milliseconds. */
const PATIENCE_MS = 12_000;
/** A cover may take this long for its way, unless `travel_s` says something else. */
const TRAVEL_MS = 80_000;
/** The executor waits 5 s for a safe state. */
const SAFE_MS = 4500;

export function mqttType<Options>(dialect: Dialect<Options>): DriverType {
  const wire = (declaration: ThingDeclaration): Wiring =>
    dialect.wire(declaration, (declaration.driverOptions ?? {}) as Options);
  return {
    name: dialect.name,
    summary: dialect.summary,
    kinds: dialect.kinds,
    options: dialect.options,
    describe: (declaration, description) => narrowed(description, settable(wire(declaration))),
    create(declaration, description, { clock, log, bus }) {
      if (bus === undefined) {
        throw new TokonomaError(
          'not-connected',
          `${declaration.name}: the driver ${dialect.name} needs a connection to a broker`,
        );
      }
      const wiring = wire(declaration);
      const able = abilities(declaration, description, wiring);
      const safe = safeWish(declaration.kind, declaration.options ?? {}, able);
      return new MqttDriver({
        title: declaration.name,
        wiring,
        bus,
        clock,
        log,
        properties: Object.keys(description.properties),
        wish: (action, args, state) => wishOf(action, args, state, able),
        safe,
        patience: (wanted) => patience(wanted, safe, declaration, description),
      });
    },
  };
}

function settable({ channels }: Wiring): ReadonlySet<string> {
  return new Set(Object.keys(channels).filter((name) => channels[name]!.set !== undefined));
}

function abilities(declaration: ThingDeclaration, description: ThingDescription, wiring: Wiring): Able {
  const channels = settable(wiring);
  const options = (declaration.options ?? {}) as { levels?: number };
  const { minimum = -Infinity, maximum = Infinity } = description.properties['target_temperature'] ?? {};
  const modes = description.properties['mode']?.enum;
  return {
    title: declaration.name,
    has: (channel) => channels.has(channel),
    levels: options.levels,
    range: [minimum, maximum],
    modes: modes?.map(String),
  };
}

function patience(
  wanted: Values,
  safe: Values | undefined,
  { kind, options }: ThingDeclaration,
  { actions }: ThingDescription,
): number {
  if (wanted === safe) return SAFE_MS;
  const declared = Object.values(actions).map((action) => action['tk:ack'] ?? 0);
  const { travel_s: travel } = (options ?? {}) as { travel_s?: number };
  const needed = kind !== 'cover' ? PATIENCE_MS : travel === undefined ? TRAVEL_MS : travel * 2000 + PATIENCE_MS;
  return Math.max(needed, ...declared);
}
