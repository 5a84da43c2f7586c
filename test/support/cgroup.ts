/** A memory control group to run a child in (cgroups(7)), where this machine lets us make one. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../src/errors.ts';

export interface MemoryGroup {
  /** Begins a command line that is to run in the group. */
  readonly enter: readonly string[];
  /** How often something in it was refused memory and killed. */
  kills(): number;
  remove(): void;
}

interface Version {
  readonly mount: string;
  readonly limit: string;
  /** Files that keep the group from swapping, with what to write; not every kernel has them. */
  readonly noSwap: Readonly<Record<string, string>>;
  readonly events: string;
}

const V1: Version = {
  mount: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  noSwap: { 'memory.swappiness': '0' },
  events: 'memory.oom_control',
};
const V2: Version = {
  mount: '/sys/fs/cgroup',
  limit: 'memory.max',
  noSwap: { 'memory.swap.max': '0' },
  events: 'memory.events',
};

/** What is said to those who may not, or in whose group no controller is enabled. */
const PRIVILEGES = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EBUSY', 'ENOTSUP', 'EOPNOTSUPP']);

/** A group limited to `bytes`, without swap; or the reason why there is none. */
export function makeMemoryGroup(bytes: number): MemoryGroup | string {
  const reasons: string[] = [];
  for (const { version, parent } of parents()) {
    try {
      return makeIn(parent, version, bytes);
    } catch (error) {
      if (!PRIVILEGES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      reasons.push(messageOf(error));
    }
  }
  return `no memory cgroup can be made here: ${reasons.join('; ') || 'none is mounted'}`;
}

/** Our own group and those above it: in a container, only the root of what is mounted may be there. */
function parents(): { version: Version; parent: string }[] {
  if (!existsSync('/proc/self/cgroup')) return [];
  const found: { version: Version; parent: string }[] = [];
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')) {
    const [hierarchy, controllers = '', path = '/'] = line.split(':');
    const version = controllers.split(',').includes('memory') ? V1 : hierarchy === '0' ? V2 : undefined;
    if (version === undefined) continue;
    for (let folder = path; ; folder = dirname(folder)) {
      const parent = join(version.mount, folder);
      if (existsSync(join(parent, 'cgroup.procs'))) found.push({ version, parent });
      if (folder === '/') break;
    }
  }
  return found;
}

function makeIn(parent: string, { limit, noSwap, events }: Version, bytes: number): MemoryGroup {
  const group = join(parent, `tokonoma-test-${process.pid}`);
  mkdirSync(group);
  const remove = (): void => rmdirSync(group);
  try {
    writeFileSync(join(group, limit), String(Math.ceil(bytes)));
    for (const [file, value] of Object.entries(noSwap)) {
      if (existsSync(join(group, file))) writeFileSync(join(group, file), value);
    }
    const enter = ['/bin/sh', '-c', `echo $$ > '${join(group, 'cgroup.procs')}' && exec "$0" "$@"`];
    const trial = spawnSync(enter[0]!, [...enter.slice(1), '/bin/true'], { encoding: 'utf8' });
    if (trial.status !== 0) {
      const message = `${group} cannot be entered: ${trial.stderr.trim()}`;
      throw Object.assign(new Error(message), { code: 'EACCES' });
    }
    const kills = (): number => Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(group, events), 'utf8'))?.[1] ?? 0);
    return { enter, kills, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
