/** `--model auto`: the largest installed model that a memory budget can hold. */
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import { openGguf, type GgufFile } from '../gguf/reader.ts';
import { readConfig } from '../model/config.ts';
import { planMemory } from '../model/plan.ts';
import type { InstalledModel } from './installed.ts';

/** A model that was not taken. */
export interface PassedOver {
  readonly name: string;
  /** In the words of whoever refused it: the memory plan says the least that would do. */
  readonly reason: string;
}

export interface Choice {
  /** Largest first. Whether the first can be had is known when it is loaded: these are estimates. */
  readonly fitting: readonly InstalledModel[];
  /** Too large, or not to be run at all. */
  readonly passedOver: readonly PassedOver[];
}

export interface Budget {
  /** Bytes the whole process may have. */
  readonly bytes: number;
  /** Bytes it has already. */
  readonly used: number;
  /** Positions that were asked for. */
  readonly context?: number;
}

/** What the engine's thread takes before it has a model: measured, x86-64, Node 20. */
const THREAD_BYTES = 15 << 20;
/** Tables of the tokenizer per token of the vocabulary. */
const BYTES_PER_TOKEN = 110;
/** A model that is told what it may call is of no use with less. */
const TOLD_CONTEXT = 512;

export function chooseModels(models: readonly InstalledModel[], budget: Budget): Choice {
  const passedOver: PassedOver[] = [];
  const fitting = models
    .flatMap((model) => {
      try {
        return [{ model, parameters: parametersWithin(model.path, budget) }];
      } catch (error) {
        if (!(error instanceof TokonomaError)) throw error;
        passedOver.push({ name: model.name, reason: `${messageOf(error)} [${codeOf(error)}]` });
        return [];
      }
    })
    // Of as many weights, those with more bits.
    .sort((a, b) => b.parameters - a.parameters || b.model.bytes - a.model.bytes)
    .map(({ model }) => model);
  return { fitting, passedOver };
}

/** @throws TokonomaError why this model cannot be run within the budget */
export function parametersWithin(path: string, { bytes, used, context }: Budget): number {
  const file = openGguf(path);
  try {
    const config = readConfig(file);
    if (file.metadata.string('tokenizer.chat_template', '') === '') {
      throw new TokonomaError('model-config', `${path} has no chat template: it cannot be told anything`);
    }
    const runtime = used + THREAD_BYTES + BYTES_PER_TOKEN * config.vocabSize;
    const { plan } = planMemory(file, config, runtime, { budget: bytes, ...(context !== undefined && { context }) });
    // Asked for as much as it needs, the plan says what is missing.
    const least = context ?? Math.min(leastContext(file), config.contextLength);
    if (plan.context < least) planMemory(file, config, runtime, { budget: bytes, context: least });
    return parametersOf(file);
  } finally {
    file.close();
  }
}

function leastContext({ metadata }: GgufFile): number {
  return metadata.string('tokonoma.plan_format', 'hermes') === 'hermes' ? TOLD_CONTEXT : 0;
}

function parametersOf(file: GgufFile): number {
  let parameters = 0;
  for (const { shape } of file.tensors.values()) parameters += shape.reduce((a, b) => a * b, 1);
  return parameters;
}
