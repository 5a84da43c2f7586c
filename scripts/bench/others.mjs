// What the rest of the machine did while an engine had its turn: processors' time that was neither idle nor the
// engine's (Linux only). It counts engines that do not sleep between their turns, and time the hypervisor took.
import { readFileSync, readdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** Linux counts in hundredths of a second. */
const TICK_S = 0.01;
/** More of a core than this in the hands of others, and the figures are theirs as well. */
const MOST_CORES = 0.1;
const LOOK_MS = 300;

/** Begins to watch; the returned function says how many cores others had since, undefined where nobody can tell. */
export function watchOthers(pids) {
  const start = sample(pids);
  const begun = performance.now();
  return () => {
    const end = sample(pids);
    if (!start || !end) return undefined;
    const seconds = (performance.now() - begun) / 1000;
    return Math.max(0, ((end.busy - start.busy - (end.own - start.own)) * TICK_S) / seconds);
  };
}

/** Waits until nobody else works, and at most so long. */
export async function quiet(seconds) {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    const others = watchOthers([]);
    await setTimeout(LOOK_MS);
    if (!(others() > MOST_CORES)) return;
  }
}

/** Why a run is not clean, in words; none: it is. @param cores of others, one number for each turn */
export function doubts(loadBefore, cores) {
  const found = [];
  if (loadBefore > 0.5) found.push(`the load average was ${loadBefore} before anything was measured`);
  const disturbed = cores.filter((others) => others > MOST_CORES);
  if (disturbed.length > 0) {
    const most = Math.max(...disturbed).toFixed(2);
    found.push(`other processes had up to ${most} cores, in ${disturbed.length} of ${cores.length} turns`);
  }
  return found;
}

export function loadNow() {
  return loadavg()[0];
}

function sample(pids) {
  try {
    // user nice system idle iowait irq softirq steal: proc(5)
    const [user, nice, system, , , irq, softirq, steal] = /^cpu +(.*)$/m
      .exec(readFileSync('/proc/stat', 'utf8'))[1]
      .split(' ')
      .map(Number);
    return { busy: user + nice + system + irq + softirq + steal, own: ownTicks(pids) };
  } catch {
    return undefined;
  }
}

/** Time of a process and of its children that live: a browser is many. */
function ownTicks(pids) {
  const parents = new Map();
  const ticks = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    let stat;
    try {
      stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
    } catch {
      continue; // It has ended.
    }
    // After the name, which may hold anything: state ppid … utime is the 12th, stime the 13th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(Number(entry), Number(fields[1]));
    ticks.set(Number(entry), Number(fields[11]) + Number(fields[12]));
  }
  let sum = 0;
  for (const [id, time] of ticks) {
    let ancestor = id;
    while (ancestor > 1 && !pids.includes(ancestor)) ancestor = parents.get(ancestor) ?? 0;
    if (pids.includes(ancestor)) sum += time;
  }
  return sum;
}
