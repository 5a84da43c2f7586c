/**
 * A kind of device is data: traits (what it can do), options (what a declaration may say of it) and a simulated
 * driver. One file per kind; devices/kinds.ts lists them.
 */
import type { Clock } from '../src/clock.ts';
import { guarded, type Guards } from './guards.ts';
import type {
  ActionAffordance,
  DataSchema,
  Driver,
  Floor,
  PropertyAffordance,
  Thing,
  ThingDescription,
} from './thing.ts';

/** One ability, as the helpers in devices/helpers/ make them; a kind is the sum of its traits. */
export interface Trait {
  readonly properties?: Readonly<Record<string, PropertyAffordance>>;
  readonly actions?: Readonly<Record<string, ActionAffordance>>;
}

/** A thing as the configuration declares it. */
export interface ThingDeclaration {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly area?: string;
  readonly synonyms?: readonly string[];
  /** Replaces the nouns of the kind. */
  readonly nouns?: readonly string[];
  readonly groups?: readonly string[];
  /** False: Home Assistant is not told of it. Default true. */
  readonly homeassistant?: boolean;
  readonly guards?: Guards;
  /** Options of the kind, valid by its schema. */
  readonly options?: object;
  /** Name of what drives it (devices/drivers.ts). Default `simulated`. */
  readonly driver?: string;
  /** The driver's own keys, valid by its schema for this kind. */
  readonly driverOptions?: object;
}

export interface DriverOptions {
  readonly clock: Clock;
  /** Movements take no time: for `ask` and tests. */
  readonly instant?: boolean;
}

export interface Kind {
  readonly name: string;
  readonly summary: string;
  /** JSON Schema (draft 2020-12) of each option; none is required, so `{}` is always a valid thing. */
  readonly options: Readonly<Record<string, object>>;
  describe(declaration: ThingDeclaration): ThingDescription;
  simulate(declaration: ThingDeclaration, options: DriverOptions): Driver;
}

export interface KindDefinition<Options extends object> {
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<keyof Options & string, object>>;
  /** Common nouns, singular. */
  nouns(options: Options): readonly string[];
  traits(options: Options): readonly Trait[];
  /** The safe state in words; published as `tk:safe`. */
  safe(options: Options): string;
  /** The floor it moves on; published as `tk:floor`. */
  floor?(options: Options): Floor;
  /** Whether the safe state is taken when the broker is lost, too; published as `tk:safe_offline`. Default false. */
  readonly safeOffline?: boolean;
  simulated(title: string, options: Options, driver: DriverOptions): Driver;
}

/** Makes a kind of its definition. Options reach it validated by `options`, hence the one cast. */
export function defineKind<Options extends object>(definition: KindDefinition<Options>): Kind {
  const optionsOf = (declaration: ThingDeclaration): Options => (declaration.options ?? {}) as Options;
  return {
    name: definition.name,
    summary: definition.summary,
    options: definition.options,
    describe(declaration) {
      const options = optionsOf(declaration);
      const description = {
        id: declaration.id,
        title: declaration.name,
        '@type': definition.name,
        ...sumOf(definition.traits(options)),
        ...(declaration.area === undefined ? {} : { 'tk:area': declaration.area }),
        ...(declaration.synonyms === undefined ? {} : { 'tk:synonyms': declaration.synonyms }),
        'tk:nouns': declaration.nouns ?? definition.nouns(options),
        ...(declaration.groups === undefined ? {} : { 'tk:groups': declaration.groups }),
        ...(declaration.homeassistant === undefined ? {} : { 'tk:homeassistant': declaration.homeassistant }),
        'tk:safe': definition.safe(options),
        ...(definition.floor === undefined ? {} : { 'tk:floor': definition.floor(options) }),
        ...(definition.safeOffline === true ? { 'tk:safe_offline': true } : {}),
      };
      return declaration.guards === undefined ? description : guarded(description, declaration.guards);
    },
    simulate: (declaration, driver) => definition.simulated(declaration.name, optionsOf(declaration), driver),
  };
}

/** A simulated thing of this kind. */
export function simulatedThing(kind: Kind, declaration: ThingDeclaration, options: DriverOptions): Thing {
  return { description: kind.describe(declaration), driver: kind.simulate(declaration, options) };
}

/** Traits may share an action (`light.set` is made of on/off, brightness, colour): their arguments are united. */
function sumOf(traits: readonly Trait[]): Pick<ThingDescription, 'properties' | 'actions'> {
  const properties: Record<string, PropertyAffordance> = {};
  const actions: Record<string, ActionAffordance> = {};
  for (const trait of traits) {
    Object.assign(properties, trait.properties);
    for (const [name, affordance] of Object.entries(trait.actions ?? {})) {
      const before = actions[name];
      actions[name] = before === undefined ? affordance : united(before, affordance);
    }
  }
  for (const [name, affordance] of Object.entries(actions)) actions[name] = closed(affordance);
  return { properties, actions };
}

function united(a: ActionAffordance, b: ActionAffordance): ActionAffordance {
  const required = [...(a.input?.required ?? []), ...(b.input?.required ?? [])];
  const input: DataSchema = {
    type: 'object',
    properties: { ...a.input?.properties, ...b.input?.properties },
    ...(required.length > 0 ? { required } : {}),
  };
  return {
    ...a,
    ...b,
    input,
    safe: a.safe === true && b.safe === true,
    idempotent: a.idempotent === true && b.idempotent === true,
  };
}

/** Nothing undeclared gets in, and a call that could do something must say what. */
function closed(affordance: ActionAffordance): ActionAffordance {
  const properties = affordance.input?.properties ?? {};
  const optional = affordance.input?.required === undefined && Object.keys(properties).length > 0;
  return {
    ...affordance,
    input: {
      ...affordance.input,
      type: 'object',
      properties,
      additionalProperties: false,
      ...(optional ? { minProperties: 1 } : {}),
    },
  };
}
