/**
 * The ways to drive a declared thing. A thing in tokonoma.yaml says `driver: NAME`, and the driver's keys stand beside
 * those of its kind. To add a way: a file that makes a `DriverType`, and its line in DRIVERS.
 */
import type { Clock } from '../src/clock.ts';
import type { Logger } from '../src/log.ts';
import type { Gpio } from '../src/gpio/gpio.ts';
import type { Bus } from './bus.ts';
import { gpio } from './gpio/type.ts';
import type { ThingDeclaration } from './kind.ts';
import { kindOf } from './kinds.ts';
import { homie } from './mqtt/homie.ts';
import { plain } from './mqtt/plain.ts';
import { shelly } from './mqtt/shelly.ts';
import { tasmota } from './mqtt/tasmota.ts';
import { mqttTwist } from './mqtt/twist.ts';
import { zigbee2mqtt } from './mqtt/zigbee2mqtt.ts';
import { rosbridge } from './ros/type.ts';
import type { Driver, Thing, ThingDescription } from './thing.ts';

/** What a driver gets of the process it runs in. */
export interface DriverContext {
  readonly clock: Clock;
  readonly log?: Logger;
  /** The connection to the broker, for things that are reached over MQTT. */
  readonly bus?: Bus;
  /** The pins of this machine. */
  readonly gpio?: Gpio;
  /** Movements take no time: for `ask` and tests. */
  readonly instant?: boolean;
}

/** The keys of a driver in a declaration, as JSON Schema (draft 2020-12). */
export interface DriverKeys {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

export interface DriverType {
  readonly name: string;
  /** One line for documentation and error messages. */
  readonly summary: string;
  /** The kinds it can drive. */
  readonly kinds: readonly string[] | 'every';
  /** Its own keys for a thing of this kind; no name may be one of the kind's. */
  options(kind: string): DriverKeys;
  /** The description without what this driver cannot do for this thing; absent: it can do all that the kind can. */
  describe?(declaration: ThingDeclaration, description: ThingDescription): ThingDescription;
  /**
   * A driver that is not started yet. `declaration.driverOptions` is valid by `options`.
   * Throws a TokonomaError for what the schema could not see.
   */
  create(declaration: ThingDeclaration, description: ThingDescription, context: DriverContext): Driver;
}

const simulated: DriverType = {
  name: 'simulated',
  summary: 'nothing real: the thing lives in this process',
  kinds: 'every',
  options: () => ({ properties: {} }),
  create: (declaration, _description, context) => kindOf(declaration.kind)!.simulate(declaration, context),
};

/** The first is the one that drives a thing that names none. */
export const DRIVERS: readonly DriverType[] = [
  simulated,
  gpio,
  zigbee2mqtt,
  tasmota,
  shelly,
  homie,
  plain,
  rosbridge,
  mqttTwist,
];

export const DEFAULT_DRIVER = simulated.name;

export function driverOf(name: string): DriverType | undefined {
  return DRIVERS.find((driver) => driver.name === name);
}

/** The drivers that can drive a thing of this kind. */
export function driversFor(kind: string): readonly DriverType[] {
  return DRIVERS.filter(({ kinds }) => kinds === 'every' || kinds.includes(kind));
}

/** What a declared thing can do: what its kind can, as far as its driver can. Kind and driver are known ones. */
export function describedThing(declaration: ThingDeclaration): ThingDescription {
  const description = kindOf(declaration.kind)!.describe(declaration);
  return driverOf(declaration.driver ?? DEFAULT_DRIVER)!.describe?.(declaration, description) ?? description;
}

/** A thing with the driver it declares, not yet started. */
export function drivenThing(declaration: ThingDeclaration, context: DriverContext): Thing {
  const description = describedThing(declaration);
  const driver = driverOf(declaration.driver ?? DEFAULT_DRIVER)!;
  return { description, driver: driver.create(declaration, description, context) };
}
