/** The home as it is declared now, the things that are driven, and how another home takes the place of this one. */
import type { Thing, ThingState } from '../../devices/thing.ts';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Runs } from './acting/runs.ts';
import { makeSafe, startSafely } from './acting/safety.ts';
import { changeOf, type Change } from './change.ts';
import { Home, type Declared, type HomeParts } from './home.ts';

export interface HomesParts extends HomeParts {
  readonly runs: Runs;
  readonly log: Logger;
  readonly onState: (thing: Thing, state: ThingState) => void;
  readonly onDeclared: (change: Change) => void;
}

export class Homes {
  readonly #parts: HomesParts;
  #current: Home;
  /** All whose drivers are alive: those of the home, and those that are coming or going. */
  #driven: readonly Thing[];
  /** With which something may be done: neither coming nor going. */
  #usable: ReadonlySet<Thing>;
  /** By thing: ends hearing of its states. */
  readonly #unsubscribe = new Map<Thing, () => void>();

  /** Sensors and signals know of `declared` already. */
  constructor(declared: Declared, parts: HomesParts) {
    this.#parts = parts;
    this.#current = new Home(declared, parts);
    this.#driven = declared.things;
    this.#usable = new Set(declared.things);
  }

  get current(): Home {
    return this.#current;
  }

  get driven(): readonly Thing[] {
    return this.#driven;
  }

  isUsable(thing: Thing): boolean {
    return this.#usable.has(thing);
  }

  /** From now on the states of the things are told. */
  listen(): void {
    const { things } = this.#current;
    for (const thing of [...this.#unsubscribe.keys()]) if (!things.includes(thing)) this.#unlisten(thing);
    for (const thing of things) if (!this.#unsubscribe.has(thing)) this.#listen(thing);
  }

  /** As `Agent.declare`, while nothing is begun. */
  async exchange(next: Declared, again: (thing: Thing) => Thing): Promise<Change> {
    const { clock, log } = this.#parts;
    const change = changeOf(this.#current.things, next.things);
    const { added, removed } = change;
    const kept = this.#current.things.filter((thing) => !removed.includes(thing));
    this.#usable = new Set(kept);
    const why = new TokonomaError('redeclared', 'what this is about was changed in the configuration');
    this.#parts.runs.abort(why, (run) => removed.some(({ description }) => run.involves(description.id)));
    await this.#retire(removed);
    this.#driven = [...kept, ...added];
    try {
      await startSafely(added, clock, log);
    } catch (error) {
      await this.#retire(added);
      await this.#restore(removed, removed.map(again));
      throw error;
    }
    await this.#settle(next, change);
    return change;
  }

  /** As it was, with fresh drivers for those that had gone. */
  async #restore(removed: readonly Thing[], restored: readonly Thing[]): Promise<void> {
    const { clock, log } = this.#parts;
    const things = this.#current.things.map((thing) => restored[removed.indexOf(thing)] ?? thing);
    this.#driven = things;
    await startSafely(restored, clock, log).catch((error: unknown) => {
      log.error({ code: codeOf(error), error: messageOf(error) }, 'not as it was before');
    });
    await this.#settle({ ...this.#current.declared, things }, { added: restored, removed, described: [] });
  }

  /** Made safe, then closed; nothing can be done with them any more. */
  async #retire(things: readonly Thing[]): Promise<void> {
    const { clock, log } = this.#parts;
    await makeSafe(things, clock, log);
    this.#driven = this.#driven.filter((thing) => !things.includes(thing));
    for (const thing of things) {
      this.#unlisten(thing);
      await thing.driver.close().catch((error: unknown) => {
        log.error({ device: thing.description.id, error: messageOf(error) }, 'not closed');
      });
    }
  }

  /** The home as it is from now on: what was asked and what was spoken of belonged to the one before. */
  async #settle(declared: Declared, change: Change): Promise<void> {
    const { sensors, signals, policy, rules, dialogue, context, onDeclared } = this.#parts;
    const { things } = declared;
    sensors.declare(declared.sensors ?? [], things);
    signals.declare(things);
    policy.configure(declared.policy ?? {});
    this.#current = new Home(declared, this.#parts);
    this.#driven = things;
    this.#usable = new Set(things);
    dialogue.clear();
    context.clear();
    this.listen();
    for (const { description, driver } of change.added) signals.thingChanged(description.id, driver.state());
    await rules.redeclared();
    onDeclared(change);
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.values()) unsubscribe();
    for (const thing of this.#driven) await thing.driver.close();
  }

  #listen(thing: Thing): void {
    const { signals, onState } = this.#parts;
    const unsubscribe = thing.driver.onState((state) => {
      signals.thingChanged(thing.description.id, state);
      onState(thing, state);
    });
    this.#unsubscribe.set(thing, unsubscribe);
  }

  #unlisten(thing: Thing): void {
    this.#unsubscribe.get(thing)?.();
    this.#unsubscribe.delete(thing);
  }
}
