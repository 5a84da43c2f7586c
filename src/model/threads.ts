/** How many threads compute a model where nobody says. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { GgufFile } from '../gguf/reader.ts';

/** Below this many bytes of weights, passing work around costs more than doing it. */
const WORTH_SHARING = 32 << 20;

/** Threads for a model whose weights take `bytes`: one for each performance core that this process may use. */
export function defaultThreads(bytes: number, root = '/', available = availableParallelism()): number {
  return bytes < WORTH_SHARING ? 1 : Math.min(available, performanceCores(root) ?? available);
}

/** Of all tensors of a model, as they are in its file. */
export function weightBytes(file: GgufFile): number {
  let bytes = 0;
  for (const tensor of file.tensors.values()) bytes += tensor.byteLength;
  return bytes;
}

/**
 * Physical cores of the fastest kind: where the system says how fast cores are (Linux on ARM: cpu_capacity; on x86 the
 * highest frequency), those within a fifth of the fastest. Undefined where it does not say.
 */
function performanceCores(root: string): number | undefined {
  const folder = join(root, 'sys/devices/system/cpu');
  const cores = new Map<string, number>();
  for (const cpu of cpusIn(folder)) {
    const read = (name: string): string | undefined => {
      try {
        return readFileSync(join(folder, cpu, name), 'utf8').trim();
      } catch {
        return undefined;
      }
    };
    const siblings = read('topology/thread_siblings_list');
    // One that is offline is listed, but has no topology.
    if (siblings === undefined) continue;
    cores.set(siblings, Number(read('cpu_capacity') ?? read('cpufreq/cpuinfo_max_freq') ?? 1));
  }
  if (cores.size === 0) return undefined;
  const fastest = Math.max(...cores.values());
  return [...cores.values()].filter((speed) => speed >= 0.8 * fastest).length;
}

function cpusIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^cpu\d+$/.test(name));
  } catch {
    return [];
  }
}
