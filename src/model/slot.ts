/**
 * The place of the one model that answers. It can be exchanged for another while everything else goes on: whoever asks
 * meanwhile waits. A prompt, its grammar and its answer are of one model, so they are made under one use of the place.
 */
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Engine, ModelInfo } from './types.ts';

/** What those who ask a model know of where it is. */
export interface ModelPlace {
  /** Of the model that is there now. */
  readonly info: ModelInfo;
  /** Whether another model is on its way. */
  readonly isChanging: boolean;
  /**
   * Lends the model: it is not exchanged before the work has ended. Not to be nested, for an exchange may wait between.
   * @param signal ends the waiting, with `cancelled`
   */
  use<T>(work: (engine: Engine) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Told when another model is there. Returns what ends it. */
  onExchanged(listener: () => void): () => void;
}

/** What is made of each model once, and forgotten with it. */
export function perModel<T>(make: (engine: Engine) => T): (engine: Engine) => T {
  const made = new WeakMap<Engine, { readonly value: T }>();
  return (engine) => {
    const known = made.get(engine) ?? { value: make(engine) };
    made.set(engine, known);
    return known.value;
  };
}

export class EngineSlot implements ModelPlace {
  #engine: Engine;
  #users = 0;
  /** Told when the last user has gone. */
  #onIdle: (() => void) | undefined;
  /** Never rejects. */
  #changing: Promise<void> | undefined;
  #closed = false;
  readonly #listeners = new Set<() => void>();

  /** @param engine closed with the slot, or when another has taken its place */
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get info(): ModelInfo {
    return this.#engine.info;
  }

  get isWell(): boolean {
    return this.#engine.isWell !== false;
  }

  get isChanging(): boolean {
    return this.#changing !== undefined;
  }

  async use<T>(work: (engine: Engine) => Promise<T>, signal?: AbortSignal): Promise<T> {
    while (this.#changing !== undefined) await unlessAborted(this.#changing, signal);
    this.#refuseClosed();
    this.#users++;
    try {
      return await work(this.#engine);
    } finally {
      if (--this.#users === 0) this.#onIdle?.();
    }
  }

  onExchanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Another model in the place of this one, when what this one is doing has ended. Both may not fit into memory: the
   * old one's worker ends before the new one is opened, and is started again where that fails.
   * @throws TokonomaError `model-switching` while another exchange is under way, `engine-closed`, and what `open` throws
   */
  async exchange(open: () => Promise<Engine>): Promise<void> {
    this.#refuseClosed();
    if (this.isChanging) throw new TokonomaError('model-switching', 'another model is being loaded; try again later');
    const exchanged = this.#exchange(open);
    const ended = (): void => {
      this.#changing = undefined;
    };
    this.#changing = exchanged.then(ended, ended);
    await this.#changing;
    await exchanged;
    for (const listener of this.#listeners) listener();
  }

  async #exchange(open: () => Promise<Engine>): Promise<void> {
    if (this.#users > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#onIdle = undefined;
    this.#refuseClosed();
    const before = this.#engine;
    await before.rest?.();
    try {
      this.#engine = await open();
    } catch (error) {
      await this.#wake(before, error);
      throw error;
    }
    await before.close();
    if (!this.#closed) return;
    await this.#engine.close();
    this.#refuseClosed();
  }

  /** @param reason why it is needed again */
  async #wake(engine: Engine, reason: unknown): Promise<void> {
    if (this.#closed) return;
    try {
      await engine.wake?.();
    } catch (error) {
      const both = `${messageOf(reason)}; and ${engine.info.name} could not be loaded again: ${messageOf(error)}`;
      throw new TokonomaError(codeOf(reason), both, { cause: error });
    }
  }

  /** Ends the worker, whatever it is doing; the next request finds a fresh one. */
  async restart(): Promise<void> {
    await this.#engine.restart?.();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#engine.close();
    await this.#changing;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new TokonomaError('engine-closed', 'the engine is closed');
  }
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new TokonomaError('cancelled', 'the request was cancelled'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
