/** The engine that a command line, a configuration or a program asks for; model `auto` is decided here. */
import { codeOf, messageOf, TokonomaError } from '../errors.ts';
import { HubCache } from './cache.ts';
import { chooseModels, type Choice, type PassedOver } from './choose.ts';
import { installedModels } from './installed.ts';
import { memoryBudget } from './machine.ts';
import { openEngine, type EngineOptions } from '../model/engine.ts';
import type { Engine } from '../model/types.ts';

/** What a test replaces. */
export interface OpenEnvironment {
  readonly open: (options: EngineOptions) => Promise<Engine>;
  /** Told which model was taken, and why larger ones were not: a line or more without a newline at the end. */
  readonly tell: (text: string) => void;
  readonly choose: (bytes: number, context: number | undefined) => Choice;
}

const ENVIRONMENT: OpenEnvironment = {
  open: openEngine,
  tell: (text) => process.stderr.write(`${text}\n`),
  choose: (bytes, context) =>
    chooseModels(installedModels(HubCache.fromEnvironment(process.env)), {
      bytes,
      used: process.memoryUsage.rss(),
      ...(context !== undefined && { context }),
    }),
};

/**
 * Opens the engine; with model `auto` the largest installed model that fits `memory`, or what the machine has where
 * that is not given.
 * @throws TokonomaError `model-none-fits`, `bad-size`, and what openEngine throws
 */
export async function openModel(options: EngineOptions, environment: Partial<OpenEnvironment> = {}): Promise<Engine> {
  const { open, tell, choose } = { ...ENVIRONMENT, ...environment };
  if (options.model !== 'auto') return open(options);
  // Decided once: each of them is measured by the same.
  const bytes = memoryBudget(options.memory ?? 'auto');
  const { fitting, passedOver } = choose(bytes, options.context);
  const passed = [...passedOver];
  for (const { name, path } of fitting) {
    try {
      const engine = await open({ ...options, model: path, memory: String(bytes) });
      tell([`--model auto takes ${name}`, ...passed.map(reason)].join('\n'));
      return engine;
    } catch (error) {
      // A header promises what a tokenizer or the exact memory plan need not keep.
      passed.push({ name, reason: `${messageOf(error)} [${codeOf(error)}]` });
    }
  }
  throw new TokonomaError('model-none-fits', ['no installed model can be had:', ...passed.map(reason)].join('\n'));
}

function reason({ name, reason }: PassedOver): string {
  return `  not ${name}: ${reason}`;
}
