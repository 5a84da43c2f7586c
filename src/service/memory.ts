/** What a service may use before the kernel ends it: the memory plan, and what a control group counts besides. */
import type { Config } from '../config/types.ts';
import { TokonomaError } from '../errors.ts';
import { openGguf } from '../gguf/reader.ts';
import { HubCache } from '../hub/cache.ts';
import { chooseModels } from '../hub/choose.ts';
import { installedModels } from '../hub/installed.ts';
import { RUNTIME_BYTES } from '../hub/needs.ts';
import { resolveModel } from '../hub/resolve.ts';
import { readConfig } from '../model/config.ts';
import { planMemory } from '../model/plan.ts';
import { defaultThreads, weightBytes } from '../model/threads.ts';
import { mib } from '../size.ts';

/**
 * The plan is of what is resident in our process before it serves anybody: with broker, HTTP server and commands it is
 * 6 MiB more (measured with the demo; their connections are bounded). A control group counts page tables (2 MiB) and
 * buffers of sockets as well, and systemd-notify and the tools of libgpiod while they run, some MiB each.
 */
const BESIDE_PLAN = 64 << 20;

export interface ServiceMemory {
  /** For MemoryMax, bytes. */
  readonly limit: number;
  /** How it came about, in one line. */
  readonly reason: string;
  /** The model file that was looked at. */
  readonly model: string;
}

export type MemorySettings = Pick<Config, 'model' | 'memory' | 'context' | 'threads'>;

/**
 * By the plan that `run` makes of the file, with an estimate of what Node and the tokenizer take.
 * @param available bytes that `model: auto` and `memory: auto` may count with
 * @throws TokonomaError `memory-budget`, `model-none-fits`, and what is wrong with the model
 */
export function serviceMemory(
  { model = 'seedling', memory, context, threads }: MemorySettings,
  available: number,
  env: Readonly<Record<string, string | undefined>>,
): ServiceMemory {
  const budget = memory === 'auto' ? available : memory;
  const path = model === 'auto' ? largest({ bytes: budget ?? available, context }, env) : resolveModel(model, { env });
  const file = openGguf(path);
  try {
    const { plan } = planMemory(file, readConfig(file), RUNTIME_BYTES, {
      threads: threads ?? defaultThreads(weightBytes(file)),
      fewerThreads: threads === undefined,
      ...(budget !== undefined && { budget }),
      ...(context !== undefined && { context }),
    });
    const ours = typeof memory === 'number' ? memory : plan.total;
    const what = typeof memory === 'number' ? '"memory" of the configuration' : `the plan for ${plan.context} tokens`;
    const limit = Math.ceil((ours + BESIDE_PLAN) / 2 ** 20) * 2 ** 20;
    return { limit, reason: `${mib(ours)}: ${what}; ${mib(BESIDE_PLAN)} beside it`, model: path };
  } finally {
    file.close();
  }
}

function largest(
  { bytes, context }: { bytes: number; context: number | undefined },
  env: Readonly<Record<string, string | undefined>>,
): string {
  const models = installedModels(HubCache.fromEnvironment(env));
  const { fitting } = chooseModels(models, {
    bytes,
    used: process.memoryUsage.rss(),
    ...(context !== undefined && { context }),
  });
  const [first] = fitting;
  if (first !== undefined) return first.path;
  throw new TokonomaError('model-none-fits', `no installed model fits into ${mib(bytes)}; tokonoma models lists them`);
}
