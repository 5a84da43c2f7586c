/** Which models a running node can choose from, and the exchange of one for another (`bridge/request/model`). */
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import { HubCache } from '../../hub/cache.ts';
import { findByName } from '../../hub/catalog.ts';
import { parametersWithin } from '../../hub/choose.ts';
import { installedModels, type InstalledModel } from '../../hub/installed.ts';
import { memoryBudget } from '../../hub/machine.ts';
import type { Logger } from '../../log.ts';
import { openEngine, type EngineOptions } from '../../model/engine.ts';
import type { EngineSlot } from '../../model/slot.ts';
import type { Engine } from '../../model/types.ts';
import { field } from '../../mqtt/ops.ts';

export interface ModelsOptions {
  readonly slot: EngineSlot;
  /** Those that the process was started with; a model that is chosen later is opened with the same. */
  readonly engine: EngineOptions;
  readonly log: Logger;
  readonly installed?: () => readonly InstalledModel[];
  readonly open?: (options: EngineOptions) => Promise<Engine>;
}

/** On bridge/info. */
export interface ModelChoice {
  /** One of `installed`. */
  readonly chosen: string;
  /** Names that may be chosen. */
  readonly installed: readonly string[];
}

type Candidate = Pick<InstalledModel, 'name' | 'path'>;

export class Models {
  readonly #options: ModelsOptions;
  /** That of the start: it may be a file that is not installed. */
  readonly #first: Candidate;
  #chosen: Candidate;

  constructor(options: ModelsOptions) {
    this.#options = options;
    const { path } = options.slot.info;
    this.#chosen = this.#first = { name: basename(path), path };
  }

  get choice(): ModelChoice {
    const candidates = this.#candidates();
    return { chosen: this.#chosenOf(candidates).name, installed: candidates.map(({ name }) => name) };
  }

  /**
   * The operation `model`: `{"model": name}` or the bare name; without one, the answer says which it is.
   * @throws TokonomaError `bad-argument`, and what `choose` throws
   */
  async asked(data: unknown): Promise<ModelChoice> {
    const name = field(data, 'model');
    if (name !== undefined && typeof name !== 'string') {
      throw new TokonomaError('bad-argument', 'model is a name; without it, the answer says which ones there are');
    }
    if (name !== undefined) await this.choose(name);
    return this.choice;
  }

  /**
   * Exchanges the model; resolves when the new one answers. Whatever goes wrong, the old one answers on.
   * @throws TokonomaError `model-unknown`, `model-not-installed`, `memory-budget`, `model-switching`, and what openEngine
   * throws
   */
  async choose(name: string): Promise<void> {
    const { slot, engine, log, open = openEngine } = this.#options;
    const candidates = this.#candidates();
    const wanted = candidates.find((candidate) => candidate.name === name);
    if (wanted === undefined) throw notInstalled(name, candidates);
    const before = this.#chosenOf(candidates);
    if (before === wanted) return;
    const bytes = memoryBudget(engine.memory ?? 'auto');
    try {
      this.#refuseTooLarge(wanted, bytes);
      await slot.exchange(async () => {
        const opened = await open({ ...engine, model: wanted.path, memory: String(bytes) });
        // Before anybody is told of it.
        this.#chosen = wanted;
        return opened;
      });
    } catch (error) {
      log.warn({ model: name, code: codeOf(error), error: messageOf(error) }, `the model stays ${before.name}`);
      throw error;
    }
    log.info({ model: name, before: before.name }, 'another model answers');
  }

  /** By its header, with the old model's memory given back: whether it really fits is known when it is loaded. */
  #refuseTooLarge({ path }: Candidate, bytes: number): void {
    const { slot, engine } = this.#options;
    const { weights = 0, kv = 0, scratch = 0 } = slot.info.memory ?? {};
    const used = Math.max(0, process.memoryUsage.rss() - weights - kv - scratch);
    parametersWithin(path, { bytes, used, ...(engine.context !== undefined && { context: engine.context }) });
  }

  /** One of each name, the current upload before older ones. */
  #candidates(): Candidate[] {
    const { installed = () => installedModels(HubCache.fromEnvironment(process.env)) } = this.#options;
    const models = [...installed()].sort((a, b) => Number(a.note !== null) - Number(b.note !== null));
    const byName = new Map<string, Candidate>();
    for (const model of models) if (!byName.has(model.name)) byName.set(model.name, model);
    for (const own of [this.#first, this.#chosen]) {
      if (![...byName.values()].some(({ path }) => isSame(path, own.path))) byName.set(own.name, own);
    }
    return [...byName.values()];
  }

  #chosenOf(candidates: readonly Candidate[]): Candidate {
    return candidates.find(({ path }) => isSame(path, this.#chosen.path))!;
  }
}

/** Only what is installed, never a path: names come from whoever may publish on the broker. */
function notInstalled(name: string, candidates: readonly Candidate[]): TokonomaError {
  const installed = `installed are ${candidates.map((candidate) => candidate.name).join(', ')}`;
  if (findByName(name) === undefined) {
    return new TokonomaError('model-unknown', `there is no model "${name}"; ${installed}`);
  }
  return new TokonomaError('model-not-installed', `${name} is not installed: tokonoma pull ${name}; ${installed}`);
}

/** A file of the cache is a link, and may be reached by several. */
function isSame(a: string, b: string): boolean {
  return a === b || real(a) === real(b);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
