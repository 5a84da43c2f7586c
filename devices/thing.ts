/**
 * What a device is to the runtime: a W3C Thing Description (https://www.w3.org/TR/wot-thing-description11/) that says
 * what it can do, and a driver that does it. The description is the one manifest: grammar, validation and prompts are
 * made from it, so an action it does not declare cannot be decoded, let alone executed.
 */
import type { Args } from '../src/grammar/actions.ts';
import type { Condition } from './condition.ts';
import type { ArgMatch } from './match.ts';

/** The subset of JSON Schema that a TD's data schemas use. */
export interface DataSchema {
  type?: 'object' | 'string' | 'number' | 'integer' | 'boolean' | 'array';
  title?: string;
  description?: string;
  enum?: readonly (string | number | boolean)[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  /** Taken when the argument is absent; with `tk:with`, only when that sibling is there. */
  default?: string | number | boolean;
  /** Unit of a number, e.g. `percent`, `celsius`, `m`, `degree`. */
  unit?: string;
  properties?: Readonly<Record<string, DataSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean;
  minProperties?: number;
  /** Declared values of a free text (places, objects, colours): the driver refuses others by name. */
  'tk:names'?: readonly string[];
  /** This argument makes sense only beside that sibling: `by` beside `step`. */
  'tk:with'?: string;
  /** What is said beyond minimum or maximum is brought to the limit instead of being refused. */
  'tk:clamp'?: boolean;
}

/** What an act can do at worst: annoy; cost something or bump into something; let somebody in or hurt. */
export type SafetyClass = 'low' | 'medium' | 'high';

/** How a value written to a property becomes an argument of an action. */
export interface PropertyWrite {
  action: string;
  arg: string;
  /** Written value → argument value; absent: the value is the argument. */
  values?: Readonly<Record<string, string | number | boolean>>;
}

export interface PropertyAffordance extends DataSchema {
  readOnly?: boolean;
  /** For `/set` with property values, as zigbee2mqtt's users write them: `{"state":"ON"}`. */
  'tk:writes'?: PropertyWrite;
}

export interface ActionAffordance {
  title?: string;
  /** Arguments of the call. For a canonical action: a narrowing of its arguments, `device` and `area` left out. */
  input?: DataSchema;
  /** TD hints. */
  safe?: boolean;
  idempotent?: boolean;
  /** Default `low`. */
  'tk:safety'?: SafetyClass;
  /** Said in words, it is done only after a "yes": always, or when one of these arguments has such a value. */
  'tk:confirm'?: ArgMatch;
  /**
   * It only ends something of this thing: always, or when one of these arguments has such a value. Done beside what
   * is running instead of after it, and whatever guards the beginning of things.
   */
  'tk:stops'?: ArgMatch;
  /** Seconds between two of these. */
  'tk:cooldown_s'?: number;
  /** How many of these in any 60 seconds. */
  'tk:per_minute'?: number;
  /** Milliseconds within which the device acknowledges (for a movement: has done it). Default: by the action. */
  'tk:ack'?: number;
}

/** What keeps a thing still: while `when` holds, or while `unless` does not. Not known counts as dangerous. */
export interface Interlock {
  /** Text as in condition.ts, or what it means; several must hold together. */
  readonly when?: string | Condition | readonly Condition[];
  readonly unless?: string | Condition | readonly Condition[];
  /** The actions it is about. Default: all that are not harmless. */
  readonly actions?: readonly string[];
  /** Told to who asked: "the lid is open". */
  readonly reason?: string;
}

/** What a thing is and can do. */
export interface ThingDescription {
  /** Slug [a-z0-9_-]+: the thing's topic below the base. */
  id: string;
  /** The declared name, as people say it: "kitchen light". */
  title: string;
  /** Kind, e.g. `light`; the file in devices/ it came from. */
  '@type': string;
  properties: Readonly<Record<string, PropertyAffordance>>;
  /** Keyed by canonical action name (`light.set`) or, for what has none, any other name (reachable by /set). */
  actions: Readonly<Record<string, ActionAffordance>>;
  /** Where it is: "kitchen". */
  'tk:area'?: string;
  /** Other names of this very thing. */
  'tk:synonyms'?: readonly string[];
  /** Common nouns for its kind, singular: "light", "lamp". */
  'tk:nouns'?: readonly string[];
  /** What the safe state of this thing is, in words. */
  'tk:safe'?: string;
  'tk:interlocks'?: readonly Interlock[];
  /** Names of groups it belongs to: "downstairs lights". */
  'tk:groups'?: readonly string[];
  /** Where its properties x and y are, for who draws it. */
  'tk:floor'?: Floor;
  /** False: Home Assistant knows it from somebody else and is not told of it. Default true. */
  'tk:homeassistant'?: boolean;
  /** The safe state is also taken when the broker is lost for long, not only by what is being done then. */
  'tk:safe_offline'?: boolean;
}

/** A floor that something moves on, in metres: x to the east, y to the north (REP-103). */
export interface Floor {
  /** South-west and north-east corner. */
  readonly bounds: readonly [readonly [x: number, y: number], readonly [x: number, y: number]];
  readonly places: Readonly<Record<string, readonly [x: number, y: number]>>;
}

/** Property values by property name; published as `<base>/<id>`. */
export type ThingState = Record<string, string | number | boolean | null>;

/**
 * Drives one device. The pattern of every driver, simulated or GPIO: construct with options, `start`, `invoke`,
 * `safe`, `close`.
 */
export interface Driver {
  start(): Promise<void>;
  /** The last known state; never waits. */
  state(): ThingState;
  /** Whether the device can be reached, where something tells; its change is told as a change of state. */
  readonly online?: boolean | undefined;
  /**
   * Does what the arguments ask, already validated against the action's input and converted to its units. Resolves
   * when the device has acknowledged (for a movement: when it is done); rejects with a TokonomaError when it did not.
   * Aborting the signal leaves the device in its safe state.
   */
  invoke(action: string, args: Args, signal: AbortSignal): Promise<void>;
  /** Puts the device into its safe state at once, ending what it is doing. Never throws for an already safe device. */
  safe(): Promise<void>;
  /**
   * As `safe`, but done when it returns: for a process that exits, where no promise is heeded any more. Absent where
   * that cannot be.
   */
  safeNow?(): void;
  close(): Promise<void>;
  /** Calls back after every change of state. Returns the unsubscribe function. */
  onState(listener: (state: ThingState) => void): () => void;
}

/** A device: what it can do, and what does it. */
export interface Thing {
  readonly description: ThingDescription;
  readonly driver: Driver;
}
