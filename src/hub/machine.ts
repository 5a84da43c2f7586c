/** How much memory this machine can give to one more process: MemAvailable, and the cgroup that we are in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TokonomaError } from '../errors.ts';
import { parseSize } from '../size.ts';

export interface AvailableMemory {
  readonly bytes: number;
  /** What sets the bound. */
  readonly by: 'machine' | 'cgroup';
}

/**
 * Undefined where nobody knows (no Linux). `root` stands for `/`.
 * A cgroup's page cache counts as available: it is dropped before anything is killed.
 */
export function availableMemory(root = '/'): AvailableMemory | undefined {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(join(root, path), 'utf8');
    } catch {
      return undefined;
    }
  };
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(read('proc/meminfo') ?? '')?.[1];
  const machine = kibibytes === undefined ? Infinity : Number(kibibytes) * 1024;
  const cgroup = Math.min(...cgroupFolders(read('proc/self/cgroup') ?? '').map((folder) => room(folder, read)));
  if (machine === Infinity && cgroup === Infinity) return undefined;
  return machine <= cgroup ? { bytes: machine, by: 'machine' } : { bytes: cgroup, by: 'cgroup' };
}

/** Of what is left: the rest is for what others come to need. */
const SHARE = 0.9;

/**
 * Bytes that the whole process may have, as `--memory` says it: a size, or `auto` for what it has already and nine tenths
 * of what is left.
 * @throws TokonomaError `bad-size`
 */
export function memoryBudget(memory: string, available: () => AvailableMemory | undefined = availableMemory): number {
  if (memory !== 'auto') return parseSize(memory);
  const left = available();
  if (left === undefined) {
    throw new TokonomaError('bad-size', '--memory auto needs /proc/meminfo (Linux); say how much, for example 400M');
  }
  return Math.floor(process.memoryUsage.rss() + SHARE * left.bytes);
}

/** Folders of our memory cgroup and of all above it, v2 and v1: each may have a limit (cgroups(7), /proc/pid/cgroup). */
function cgroupFolders(text: string): string[] {
  const folders: string[] = [];
  for (const line of text.split('\n')) {
    const [hierarchy, controllers, path] = line.split(':');
    if (path === undefined) continue;
    const isV2 = hierarchy === '0' && controllers === '';
    if (!isV2 && !controllers!.split(',').includes('memory')) continue;
    const mount = isV2 ? 'sys/fs/cgroup' : 'sys/fs/cgroup/memory';
    const parts = path.split('/').filter((part) => part !== '' && part !== '..');
    // In a container the path is the host's, but the limits are at the root of what is mounted: both are looked at.
    for (let depth = parts.length; depth >= 0; depth--) folders.push(join(mount, ...parts.slice(0, depth)));
  }
  return folders;
}

function room(folder: string, read: (path: string) => string | undefined): number {
  const value = (...names: string[]): number | undefined => {
    for (const name of names) {
      const text = read(join(folder, name))?.trim();
      if (text !== undefined && /^\d+$/.test(text)) return Number(text);
    }
    return undefined;
  };
  // No limit reads "max" in v2 and about 2^63 in v1.
  const limit = value('memory.max', 'memory.limit_in_bytes');
  if (limit === undefined || limit > 2 ** 60) return Infinity;
  const used = value('memory.current', 'memory.usage_in_bytes') ?? 0;
  const stat = read(join(folder, 'memory.stat')) ?? '';
  const cache = ['inactive_file', 'active_file'].map((name) =>
    Number(new RegExp(`^(?:total_)?${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0),
  );
  return Math.max(0, limit - used + cache[0]! + cache[1]!);
}
