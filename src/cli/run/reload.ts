/**
 * Reads the configuration again while the agent works: all that is about things, sensors and their rules is taken over,
 * a file with a fault changes nothing, and what only a start reads is said.
 */
import { isDeepStrictEqual } from 'node:util';
import { drivenThing, type DriverContext } from '../../../devices/drivers.ts';
import type { Thing } from '../../../devices/thing.ts';
import type { Agent } from '../../agent/agent.ts';
import type { Change } from '../../agent/change.ts';
import { restartFor, thingsAgain } from '../../config/again.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config, SensorConfig } from '../../config/types.ts';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import type { Hardware } from '../../gpio/hardware.ts';
import type { Logger } from '../../log.ts';

export interface ReloaderOptions {
  readonly path: string;
  /** As it was read at the start. */
  readonly config: Config;
  readonly agent: Agent;
  /** For drivers that come; pins and sensors of this machine are opened when a configuration first has some. */
  readonly context: Omit<DriverContext, 'gpio'>;
  readonly hardware: (config: Config) => Promise<Hardware | undefined>;
  readonly log: Logger;
}

/** What came of it: ids of things, names of sensors, sections of the file. */
export interface Reloaded {
  readonly things: Difference;
  readonly sensors: Difference;
  /** Sections that differ and have to wait for the next start. */
  readonly restart: readonly string[];
}

export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Of the configuration, on bridge/info. */
export interface ReloadState {
  /** ISO 8601: when it was taken over. */
  readonly loaded: string;
  /** Sections that wait for the next start. */
  readonly restart: readonly string[];
  /** Why the file as it is now was not taken over. */
  readonly error?: string;
}

export class Reloader {
  readonly #options: ReloaderOptions;
  /** As it was read at the start: what needs a restart is compared with it. */
  readonly #first: Config;
  #config: Config;
  #reloading: Promise<unknown> = Promise.resolve();
  #state: ReloadState;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#first = options.config;
    this.#config = options.config;
    this.#state = { loaded: new Date(options.context.clock.now()).toISOString(), restart: [] };
  }

  get state(): ReloadState {
    return this.#state;
  }

  /** One after the other. Throws what is wrong with the file (`config-…`) or with a driver; nothing has changed then. */
  reload(): Promise<Reloaded> {
    const reloading = this.#reloading.catch(() => undefined).then(() => this.#reload());
    this.#reloading = reloading;
    return reloading;
  }

  async #reload(): Promise<Reloaded> {
    const { path, log } = this.#options;
    try {
      const reloaded = await this.#take(loadConfig(path));
      log.info({ file: path, ...reloaded }, 'the configuration was read again');
      if (reloaded.restart.length > 0) {
        log.warn({ sections: reloaded.restart }, 'these sections of the configuration need a restart');
      }
      this.#state = {
        loaded: new Date(this.#options.context.clock.now()).toISOString(),
        restart: reloaded.restart,
      };
      return reloaded;
    } catch (error) {
      log.error({ file: path, code: codeOf(error), error: messageOf(error) }, 'the configuration stays as it was');
      this.#state = { ...this.#state, error: messageOf(error) };
      throw error;
    }
  }

  async #take(next: Config): Promise<Reloaded> {
    const { agent } = this.#options;
    const before = this.#config;
    if (next.node.base !== this.#first.node.base) {
      const moved = `node: topics begin with ${this.#first.node.base} until a restart`;
      throw new TokonomaError('restart-needed', `${moved}; nothing was changed`);
    }
    const hardware = await this.#options.hardware(next);
    const context = { ...this.#options.context, ...(hardware === undefined ? {} : { gpio: hardware.gpio }) };
    const things = thingsAgain(before, agent.things, next, context);
    const { sensors, policy, rules, location } = next;
    const again = (thing: Thing): Thing =>
      drivenThing(
        before.things.find(({ id }) => id === thing.description.id)!,
        context,
      );
    let change: Change;
    try {
      // A pin may go from a sensor to a thing.
      await hardware?.release(sensors);
      change = await agent.declare({ things, sensors, policy, rules, location }, again);
    } catch (error) {
      await hardware?.declare(before.sensors, agent);
      throw error;
    }
    await hardware?.declare(sensors, agent);
    this.#config = next;
    const ids = (list: readonly { readonly description: { readonly id: string } }[]): string[] =>
      list.map(({ description }) => description.id);
    const [added, removed] = [ids(change.added), ids(change.removed)];
    return {
      things: {
        added: added.filter((id) => !removed.includes(id)),
        removed: removed.filter((id) => !added.includes(id)),
        changed: [...added.filter((id) => removed.includes(id)), ...ids(change.described)],
      },
      sensors: differenceOf(before.sensors, sensors),
      restart: restartFor(this.#first, next),
    };
  }
}

function differenceOf(before: readonly SensorConfig[], after: readonly SensorConfig[]): Difference {
  const old = new Map(before.map((sensor) => [sensor.name, sensor]));
  const names = new Set(after.map(({ name }) => name));
  const fresh = after.filter(({ name }) => !old.has(name));
  return {
    added: fresh.map(({ name }) => name),
    removed: before.map(({ name }) => name).filter((name) => !names.has(name)),
    changed: after
      .filter((sensor) => old.has(sensor.name) && !isDeepStrictEqual(old.get(sensor.name), sensor))
      .map(({ name }) => name),
  };
}
