/** Checks of the machine itself: board, kernel, Node.js, processor, memory, clock. */
import { join } from 'node:path';
import { text } from '../gpio/sysfs.ts';
import { CATALOG } from '../hub/catalog.ts';
import { availableMemory } from '../hub/machine.ts';
import { needsOfCatalog } from '../hub/needs.ts';
import { variantsHere } from '../model/kernels.ts';
import { mib } from '../size.ts';
import { note, ok, problem, type Finding, type Machine } from './report.ts';

export function board({ root }: Machine): Finding {
  const model = text(join(root, 'proc/device-tree/model'));
  // Strings of the device tree end with a zero byte each: the last is the most general.
  const compatible = text(join(root, 'proc/device-tree/compatible'))?.split('\0');
  const soc = compatible?.at(-1)?.replace(/^brcm,/, '');
  if (model !== undefined) return ok('board', soc === undefined ? model : `${model}, ${soc}`);
  const machine = text(join(root, 'sys/class/dmi/id/product_name'));
  return ok('board', `${machine ?? 'unknown'}: no Raspberry Pi, so there may be no pins`);
}

export function kernel({ root }: Machine): Finding {
  const release = text(join(root, 'proc/sys/kernel/osrelease'));
  const [, name] = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text(join(root, 'etc/os-release')) ?? '') ?? [];
  if (release === undefined) return note('kernel', 'no Linux', 'pins and memory limits are known on Linux only');
  return ok('kernel', `Linux ${release}${name === undefined ? '' : `, ${name}`}`);
}

/** What package.json asks for. */
const SUPPORTED = '20.19, 22.12, or 24 and later';

export function node({ nodeVersion, arch }: Machine): Finding {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const found = `Node.js ${nodeVersion}, ${arch}`;
  const supported = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (!supported) return problem('node', found, `install Node.js ${SUPPORTED} (https://nodejs.org)`);
  if (arch === 'arm') return problem('node', found, 'install a 64-bit system: WebAssembly SIMD needs a 64-bit Node.js');
  if (major < 22) return note('node', found, 'Node.js 20 gets no more security fixes; take 22 or 24');
  return ok('node', found);
}

/** Features in /proc/cpuinfo that say how quick a processor will be. */
const FEATURES = ['asimd', 'asimddp', 'i8mm', 'fphp', 'avx2', 'avx512f', 'avx_vnni', 'sse4_1'];

export function processor({ root }: Machine): Finding {
  const info = text(join(root, 'proc/cpuinfo')) ?? '';
  const cores = info.match(/^processor\s*:/gm)?.length ?? 0;
  const flags = new Set(/^(?:Features|flags)\s*:\s*(.*)$/m.exec(info)?.[1]?.split(/\s+/));
  const has = FEATURES.filter((feature) => flags.has(feature)).join(' ');
  return ok(
    'processor',
    `${cores} core${cores === 1 ? '' : 's'}, ${has || 'no known features'}; kernels: ${variantsHere().join(', ')}`,
  );
}

export function memory({ root }: Machine): Finding {
  const left = availableMemory(root);
  if (left === undefined) return note('memory', 'unknown', 'say how much with --memory');
  const fits = CATALOG.filter((file) => needsOfCatalog(file, left.bytes).fits !== undefined).map(({ name }) => name);
  const models = ['seedling', ...fits].join(', ');
  const found = `${mib(left.bytes)} available${left.by === 'cgroup' ? ' in this cgroup' : ''}; fits ${models}`;
  const swap = Number(/^SwapTotal:\s+(\d+)/m.exec(text(join(root, 'proc/meminfo')) ?? '')?.[1] ?? 0);
  if (left.bytes >= 150 * 2 ** 20) return ok('memory', found);
  const more = swap === 0 ? 'close other programs, or add swap (sudo dphys-swapfile setup)' : 'close other programs';
  return problem('memory', found, more);
}

/** systemd-timesyncd leaves this file when the clock has been set; chrony and ntpd do not, but they run. */
const SYNCHRONIZED = 'run/systemd/timesync/synchronized';
/** Before this the clock has not been set since the board was made: it has no battery. */
const BUILT = Date.UTC(2025, 0, 1);

export function time({ root }: Machine, now: number): Finding {
  const at = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
  const daemons = ['run/chrony/chronyd.pid', 'run/ntpd.pid', SYNCHRONIZED];
  if (now < BUILT) {
    return problem(
      'time',
      `${at} UTC: the clock is not set`,
      'connect to a network, or fit a clock (dtoverlay=i2c-rtc)',
    );
  }
  if (daemons.some((file) => text(join(root, file)) !== undefined)) return ok('time', `${at} UTC, kept in step`);
  return note(
    'time',
    `${at} UTC, nothing seen that keeps it in step`,
    'sudo timedatectl set-ntp true; alarms and "at seven" follow the clock',
  );
}
