/**
 * What a device is to the runtime: a W3C Thing Description (https://www.w3.org/TR/wot-thing-description11/) that says
 * what it can do, and a driver that does it. The description is the one manifest: grammar, validation and prompts are
 * made from it, so an action it does not declare cannot be decoded, let alone executed.
 */
import type { Args } from '../src/grammar/actions.ts';

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
}

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
  /** Is done only after a yes: always, or where an argument has one of these values. */
  'tk:confirm'?: true | Readonly<Record<string, string | number | boolean>>;
}

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
  /**
   * Does what the arguments ask, already validated against the action's input and converted to its units. Resolves
   * when the device has acknowledged (for a movement: when it is done); rejects with a TokonomaError when it did not.
   * Aborting the signal leaves the device in its safe state.
   */
  invoke(action: string, args: Args, signal: AbortSignal): Promise<void>;
  /** Puts the device into its safe state at once, ending what it is doing. Never throws for an already safe device. */
  safe(): Promise<void>;
  close(): Promise<void>;
  /** Calls back after every change of state. Returns the unsubscribe function. */
  onState(listener: (state: ThingState) => void): () => void;
}

export interface Thing {
  readonly description: ThingDescription;
  readonly driver: Driver;
}
