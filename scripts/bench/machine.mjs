// What the figures were measured on.
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

export function describeMachine() {
  return {
    cpu: cpuName(),
    arch: process.arch,
    cores: availableParallelism(),
    caches: caches(),
    memory_bytes: totalmem(),
    system: `${platform()} ${release()}`,
    load_average: loadavg().map((load) => Number(load.toFixed(2))),
  };
}

/** A board's own name where the processor has none. */
function cpuName() {
  const board = read('/proc/device-tree/model')?.replace(/\0/g, '');
  const [{ model } = {}] = cpus();
  return [board, model === 'unknown' ? undefined : model?.trim()].filter(Boolean).join(', ') || 'unknown';
}

/** Of the first core: `L1d 48K`, `L2 2048K`, `L3 266240K` (Linux only). */
function caches() {
  const folder = '/sys/devices/system/cpu/cpu0/cache';
  let names;
  try {
    names = readdirSync(folder).filter((name) => name.startsWith('index'));
  } catch {
    return [];
  }
  return names.map((name) => {
    const [level, type, size] = ['level', 'type', 'size'].map((file) => read(`${folder}/${name}/${file}`)?.trim());
    return `L${level}${type === 'Data' ? 'd' : type === 'Instruction' ? 'i' : ''} ${size}`;
  });
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
