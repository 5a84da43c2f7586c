/**
 * Hardware that follows a model: the kind's simulated driver decides what the state is, and this one brings the outputs
 * there. A state is told only when the outputs have it, and an action is done only when its last state is.
 */
import type { Args } from '../../src/grammar/actions.ts';
import type { Driver, ThingState } from '../thing.ts';
import type { Signals } from '../helpers/signals.ts';

/** Brings the outputs to a state. */
export type Follow = (state: ThingState) => Promise<void>;

export class FollowingDriver implements Driver {
  readonly #model: Driver;
  readonly #signals: Signals;
  readonly #open: (signals: Signals) => Promise<Follow>;
  readonly #properties: ReadonlySet<string>;
  readonly #listeners = new Set<(state: ThingState) => void>();
  #follow: Follow | undefined;
  #state: ThingState;
  /** One state after the other. */
  #writes: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  /** Ends what the model is doing when an output fails. */
  #running: AbortController | undefined;

  /** @param properties what of the model's state this hardware has */
  constructor(
    model: Driver,
    signals: Signals,
    open: (signals: Signals) => Promise<Follow>,
    properties: readonly string[],
  ) {
    this.#model = model;
    this.#properties = new Set(properties);
    this.#signals = signals;
    this.#open = open;
    this.#state = this.#shown(model.state());
  }

  async start(): Promise<void> {
    this.#follow = await this.#open(this.#signals);
    await this.#model.start();
    this.#model.onState((state) => this.#bring(state));
  }

  state(): ThingState {
    return this.#state;
  }

  async invoke(action: string, args: Args, signal: AbortSignal): Promise<void> {
    this.#failure = undefined;
    const running = new AbortController();
    this.#running = running;
    try {
      await this.#model.invoke(action, args, AbortSignal.any([signal, running.signal]));
    } finally {
      await this.#settled();
    }
  }

  async safe(): Promise<void> {
    this.#failure = undefined;
    await this.#model.safe();
    // Also when the model was safe all the time: the outputs may not be.
    this.#bring(this.#model.state());
    await this.#settled();
  }

  async close(): Promise<void> {
    await this.#model.close();
    await this.#writes;
    await this.#signals.close();
    this.#listeners.clear();
  }

  onState(listener: (state: ThingState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #bring(state: ThingState): void {
    this.#writes = this.#writes.then(async () => {
      try {
        await this.#follow?.(state);
      } catch (error) {
        this.#failure ??= { error };
        this.#running?.abort(error);
        return;
      }
      this.#state = this.#shown(state);
      for (const listener of this.#listeners) listener(this.#state);
    });
  }

  #shown(state: ThingState): ThingState {
    return Object.fromEntries(Object.entries(state).filter(([name]) => this.#properties.has(name)));
  }

  async #settled(): Promise<void> {
    await this.#writes;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error as Error;
  }
}
