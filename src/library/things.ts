/** Things made in code: a kind's description with a driver of one's own. */
import { checkActions } from '../../devices/convert.ts';
import type { ThingDeclaration } from '../../devices/kind.ts';
import { kindOf, KINDS } from '../../devices/kinds.ts';
import type { Driver, Thing, ThingState } from '../../devices/thing.ts';
import { parseConfig } from '../config/load.ts';
import { slug } from '../config/slug.ts';
import type { Config } from '../config/types.ts';
import { TokonomaError } from '../errors.ts';
import type { Args } from '../grammar/actions.ts';

/** A thing as code declares it: a kind of docs/devices.md, its name, and where it is. */
export interface ThingOptions extends Omit<ThingDeclaration, 'id' | 'driver' | 'driverOptions'> {
  /** Its topic below the base. Default: made of the name. */
  readonly id?: string;
}

/** What a driver of one's own has to know; the rest is done for it. */
export interface DriverHandlers {
  /** The state before anything happens, as the kind's properties have it: `{ state: 'OFF' }`. */
  readonly state: ThingState;
  /**
   * Does one action; its arguments are validated already. Resolves, when the device has it, to what of the state is
   * new. Throws when it did not. Ends early when the signal is aborted.
   */
  readonly invoke: (action: string, args: Args, signal: AbortSignal) => Promise<ThingState> | ThingState;
  /** Puts the device into its safe state and says what of the state is new. Default: it is safe as it is. */
  readonly safe?: () => Promise<ThingState> | ThingState;
  /** Lets the device go. */
  readonly close?: () => Promise<void> | void;
}

/**
 * A thing of this kind, driven by these handlers.
 * @throws TokonomaError `thing-kind` when there is no such kind, `thing-id` when no topic can be made of the name
 */
export function createThing(options: ThingOptions, handlers: DriverHandlers): Thing {
  const { id = slug(options.name), ...rest } = options;
  const kind = kindOf(options.kind);
  if (kind === undefined) {
    const known = KINDS.map(({ name }) => name).join(', ');
    throw new TokonomaError('thing-kind', `"${options.kind}" is no kind of thing; kinds are ${known}`);
  }
  if (!/^[a-z0-9_-]+$/.test(id)) {
    throw new TokonomaError('thing-id', `"${id}" of "${options.name}" is no id; give one of [a-z0-9_-]`);
  }
  const thing = { description: kind.describe({ id, ...rest }), driver: new HandledDriver(handlers) };
  checkActions(thing.description);
  return thing;
}

/**
 * A configuration as code has it: what tokonoma.yaml says, as an object.
 * @throws TokonomaError `config-invalid` with the path of what is wrong
 */
export function configFrom(object: object): Config {
  // JSON is YAML: one way through schema, checks and defaults.
  return parseConfig(JSON.stringify(object), '(object)');
}

/** Keeps the state and tells it. */
class HandledDriver implements Driver {
  readonly #handlers: DriverHandlers;
  readonly #listeners = new Set<(state: ThingState) => void>();
  #state: ThingState;

  constructor(handlers: DriverHandlers) {
    this.#handlers = handlers;
    this.#state = { ...handlers.state };
  }

  async start(): Promise<void> {}

  state(): ThingState {
    return { ...this.#state };
  }

  async invoke(action: string, args: Args, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#changed(await this.#handlers.invoke(action, args, signal));
  }

  async safe(): Promise<void> {
    if (this.#handlers.safe !== undefined) this.#changed(await this.#handlers.safe());
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#handlers.close?.();
  }

  onState(listener: (state: ThingState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(news: ThingState): void {
    this.#state = { ...this.#state, ...news };
    for (const listener of this.#listeners) listener(this.state());
  }
}
