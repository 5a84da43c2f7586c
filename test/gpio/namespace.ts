/**
 * GPIO without hardware, for the real onoff with its real epoll add-on: a private mount and UTS namespace in which a
 * folder lies over /sys/class. Outputs are plain files; an input has to raise EPOLLPRI when it changes, which
 * /proc/sys/kernel/hostname and domainname do. Needs root.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the header begins: a Raspberry Pi 4 with kernel 6.6. */
export const BASE = 512;

/** The two inputs, by BCM number. */
const EDGES = { 17: '/proc/sys/kernel/hostname', 22: '/proc/sys/kernel/domainname' } as const;

export type Edge = keyof typeof EDGES;

export class Namespace {
  readonly #folder: string;
  readonly #keeper: ChildProcess;

  /** @returns why there is none, instead of a namespace. @param outputs BCM numbers */
  static async open(outputs: readonly number[]): Promise<Namespace | string> {
    if (process.getuid?.() !== 0) return 'needs root';
    const folder = mkdtempSync(join(tmpdir(), 'gpio-'));
    const gpio = join(folder, 'gpio');
    for (const bcm of [...outputs, ...Object.keys(EDGES).map(Number)]) {
      const line = join(gpio, `gpio${BASE + bcm}`);
      mkdirSync(line, { recursive: true });
      for (const [name, value] of Object.entries({ direction: 'in', edge: 'none', active_low: '0', value: '0' }))
        writeFileSync(join(line, name), `${value}\n`);
    }
    mkdirSync(join(gpio, `gpiochip${BASE}`));
    for (const [name, value] of Object.entries({ label: 'pinctrl-bcm2711', base: BASE, ngpio: 58 }))
      writeFileSync(join(gpio, `gpiochip${BASE}`, name), `${value}\n`);
    for (const name of ['export', 'unexport']) writeFileSync(join(gpio, name), '');
    const binds = Object.entries(EDGES).map(
      ([bcm, file]) => `echo 0 > ${file} && mount --bind ${file} ${gpio}/gpio${BASE + Number(bcm)}/value`,
    );
    const setup = [...binds, `mount --rbind ${folder} /sys/class`, 'echo ready', 'exec sleep 1000000'].join(' && ');
    const keeper = spawn('unshare', ['-m', '-u', '--propagation', 'private', 'sh', '-c', setup], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    keeper.stderr.on('data', (chunk) => (said += String(chunk)));
    const ready = await Promise.race([
      once(keeper.stdout, 'data').then(() => true),
      once(keeper, 'exit').then(() => false),
      once(keeper, 'error').then(() => false),
    ]).catch(() => false);
    if (ready) return new Namespace(folder, keeper);
    rmSync(folder, { recursive: true });
    return `unshare does not work here: ${said.trim()}`;
  }

  private constructor(folder: string, keeper: ChildProcess) {
    this.#folder = folder;
    this.#keeper = keeper;
  }

  /** A process of the namespace. */
  spawn(args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
    return spawn('nsenter', ['-t', String(this.#keeper.pid), '-m', '-u', process.execPath, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Changes the level of an input; several levels are 10 ms apart, so that each is an edge of its own. */
  edge(bcm: Edge, ...levels: readonly (0 | 1)[]): void {
    const writes = levels.map((level) => `echo ${level} > ${EDGES[bcm]}`).join('; sleep 0.01; ');
    execFileSync('nsenter', ['-t', String(this.#keeper.pid), '-m', '-u', 'sh', '-c', writes]);
  }

  /** The level of an output. */
  level(bcm: number): string {
    return readFileSync(join(this.#folder, 'gpio', `gpio${BASE + bcm}`, 'value'), 'utf8').trim();
  }

  direction(bcm: number): string {
    return readFileSync(join(this.#folder, 'gpio', `gpio${BASE + bcm}`, 'direction'), 'utf8').trim();
  }

  async close(): Promise<void> {
    const gone = once(this.#keeper, 'exit');
    this.#keeper.kill('SIGKILL');
    await gone;
    rmSync(this.#folder, { recursive: true });
  }
}
