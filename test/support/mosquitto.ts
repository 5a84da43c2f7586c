/** A mosquitto on loopback for a test: plain, with TLS, passwords or websockets; killed and started again. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';
import { systemClock } from '../../src/clock.ts';

const installed = (command: string, argument: string): boolean =>
  !(spawnSync(command, [argument]).error instanceof Error);

/** What a test without mosquitto skips with; on CI it fails instead. */
export const skipWithoutMosquitto =
  installed('mosquitto', '-h') || process.env['CI'] === 'true'
    ? false
    : 'mosquitto is not installed (apt install mosquitto)';

export const skipWithoutOpenssl =
  skipWithoutMosquitto === false && !installed('openssl', 'version') && process.env['CI'] !== 'true'
    ? 'openssl is not installed (apt install openssl)'
    : skipWithoutMosquitto;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Mosquitto {
  readonly port: number;
  readonly #file: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, file: string) {
    this.port = port;
    this.#file = file;
  }

  /**
   * Gone with the test.
   * @param listener lines of mosquitto.conf for the listener
   * @param general lines before it, instead of `allow_anonymous true`
   */
  static async start(
    t: Pick<Test, 'teardown'>,
    listener: readonly string[] = [],
    general: readonly string[] = ['allow_anonymous true'],
  ): Promise<Mosquitto> {
    const port = await freePort();
    // Not the test's own folder: a test may have more than one broker, and its testdir() empties it.
    const folder = mkdtempSync(path.join(tmpdir(), 'tokonoma-mosquitto-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'mosquitto.conf');
    // As root it would change to a user who may not read what the test has written.
    const user = process.getuid?.() === 0 ? ['user root'] : [];
    writeFileSync(
      file,
      [...user, 'set_tcp_nodelay true', ...general, `listener ${port} 127.0.0.1`, ...listener]
        .map((line) => `${line}\n`)
        .join(''),
    );
    const broker = new Mosquitto(port, file);
    t.teardown(() => broker.kill());
    await broker.start();
    return broker;
  }

  /** As `start`, with persistence on. */
  static persistent(t: Pick<Test, 'teardown'>): Promise<Mosquitto> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tokonoma-mosquitto-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const persistence = ['persistence true', `persistence_location ${folder}/`, 'autosave_on_changes true'];
    return Mosquitto.start(t, [], ['allow_anonymous true', ...persistence, 'autosave_interval 1']);
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const child = spawn('mosquitto', ['-c', this.#file], { stdio: 'ignore' });
    this.#child = child;
    while (!(await this.#listens())) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
      await systemClock.sleep(20);
    }
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}

/** The url of a plain one. */
export async function mosquitto(t: Pick<Test, 'teardown'>): Promise<string> {
  return (await Mosquitto.start(t)).url;
}
