/** Options that mean the same in every command: which things, which model, how much of the machine. */
import { parseArgs } from 'node:util';
import { demoConfig, loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { PRECISIONS } from '../config/schema.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import type { EngineOptions, Precision } from '../model/engine.ts';

type OptionTable = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

type ValuesOf<Options extends OptionTable> = {
  readonly [Name in keyof Options]?: Options[Name]['type'] extends 'boolean' ? boolean : string;
} & { readonly help?: boolean };

export const CONFIG_OPTIONS = { config: { type: 'string' } } as const satisfies OptionTable;

export const ENGINE_OPTIONS = {
  model: { type: 'string' },
  memory: { type: 'string' },
  context: { type: 'string' },
  threads: { type: 'string' },
  precision: { type: 'string' },
} as const satisfies OptionTable;

export const ENGINE_HELP = `  --model FILE|NAME  GGUF file or name of a model, or auto: the largest installed one that fits; default: the seedling
  --memory SIZE      what the whole process may have, such as 400M, or auto
  --context N        positions of the KV cache
  --threads N        threads of the engine
  --precision P      of generated text: exact, fast, or auto
`;

export type EngineSettings = Pick<EngineOptions, 'model' | 'memory' | 'context' | 'threads' | 'precision'>;

type EngineValues = { readonly [Name in keyof typeof ENGINE_OPTIONS]?: string | undefined };

/** node:util's parseArgs, strict; what it does not like is `bad-usage` with the usage text. */
export function parse<Options extends OptionTable>(
  argv: readonly string[],
  options: Options,
  usage: string,
): { values: ValuesOf<Options>; positionals: string[] } {
  try {
    const table = { ...options, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ args: [...argv], options: table, allowPositionals: true });
    return { values: values, positionals };
  } catch (error) {
    // Node's own hint about `--` is of no help here.
    throw new TokonomaError('bad-usage', `${messageOf(error).split('. ')[0]!}\n\n${usage}`, { cause: error });
  }
}

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
