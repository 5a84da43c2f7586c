/** Options that mean the same in every command: which things, which model, how much of the machine, what is logged. */
import { demoConfig, loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { PRECISIONS } from '../config/schema.ts';
import { TokonomaError } from '../errors.ts';
import { CATALOG } from '../hub/catalog.ts';
import { LEVELS } from '../levels.ts';
import type { EngineOptions, Precision } from '../model/engine.ts';
import type { OptionTable } from './command.ts';

export const CONFIG_OPTIONS = {
  config: {
    type: 'string',
    value: 'FILE',
    help: 'configuration; default: the simulated home and robot of the demo',
    offers: { files: true },
  },
} as const satisfies OptionTable;

export const ENGINE_OPTIONS = {
  model: {
    type: 'string',
    value: 'FILE|NAME',
    help: 'GGUF file or name of a model, or auto: the largest installed one that fits; default: seedling',
    offers: { words: ['auto', 'seedling', ...CATALOG.map(({ name }) => name)], files: true },
  },
  memory: {
    type: 'string',
    value: 'SIZE',
    help: 'what the whole process may have, such as 400M, or auto; default: what the model needs',
    offers: { words: ['auto'] },
  },
  context: { type: 'string', value: 'N', help: 'positions of the KV cache; default: what the plan has memory for' },
  threads: { type: 'string', value: 'N', help: 'threads of the engine; default: by the number of cores' },
  precision: {
    type: 'string',
    value: 'P',
    help: 'of generated text: exact, fast, or auto; default: auto',
    offers: { words: PRECISIONS },
  },
} as const satisfies OptionTable;

export const LOG_OPTIONS = {
  'log-level': {
    type: 'string',
    value: 'LEVEL',
    help: `what is logged, on stderr: ${LEVELS.join(', ')}; default: LOG_LEVEL, else the configuration, else warn`,
    offers: { words: LEVELS },
  },
} as const satisfies OptionTable;

/** Of commands that read a configuration. */
export const CONFIG_ENVIRONMENT = {
  'names in the configuration': 'secrets, where it says password_env or token_env',
} as const;

/** Of commands that look for a model. */
export const HUB_ENVIRONMENT = {
  'HF_HOME, HF_HUB_CACHE': 'where models are kept, as for the tools of Hugging Face',
} as const;

export type EngineSettings = Pick<EngineOptions, 'model' | 'memory' | 'context' | 'threads' | 'precision'>;

type EngineValues = { readonly [Name in keyof typeof ENGINE_OPTIONS]?: string | undefined };

/** The command line wins over the configuration. */
export function engineSettings(values: EngineValues, config?: Config): EngineSettings {
  const model = values.model ?? config?.model;
  const memory = values.memory ?? config?.memory;
  const context = values.context === undefined ? config?.context : count('--context', values.context);
  const threads = values.threads === undefined ? config?.threads : count('--threads', values.threads);
  const precision = values.precision === undefined ? config?.precision : precisionOf(values.precision);
  return {
    ...(model === undefined ? {} : { model }),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    ...(context === undefined ? {} : { context }),
    ...(threads === undefined ? {} : { threads }),
    ...(precision === undefined ? {} : { precision }),
  };
}

/** The things of the file; the demo's without one. */
export function configOf(file: string | undefined): Config {
  return file === undefined ? demoConfig() : loadConfig(file);
}

/**
 * What is to be logged: the command line wins over the environment, and that over the configuration.
 * @throws TokonomaError `bad-usage`
 */
export function levelOf(
  values: { readonly 'log-level'?: string },
  config: Config | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const said = values['log-level'];
  if (said !== undefined && !LEVELS.includes(said)) {
    throw new TokonomaError('bad-usage', `--log-level must be one of ${LEVELS.join(', ')}, not "${said}"`);
  }
  return said ?? env['LOG_LEVEL'] ?? config?.log?.level;
}

function precisionOf(text: string): Precision {
  const precision = PRECISIONS.find((known) => known === text);
  if (precision !== undefined) return precision;
  throw new TokonomaError('bad-usage', `--precision must be one of ${PRECISIONS.join(', ')}, not "${text}"`);
}

/** @throws TokonomaError `bad-usage` */
export function count(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new TokonomaError('bad-usage', `${option} must be a whole number from ${least} up, not "${text}"`);
}

/** @throws TokonomaError `bad-usage` */
export function measure(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new TokonomaError('bad-usage', `${option} must be a number from ${least} to ${most}, not "${text}"`);
}
