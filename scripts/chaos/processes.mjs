// The broker and the agent: started, killed, started again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../build/src/cli/main.js', import.meta.url));
const OBSERVE = new URL('./observe.mjs', import.meta.url).href;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A process that is there again after it was killed. */
class Killable {
  #start;
  #child;

  constructor(start) {
    this.#start = start;
  }

  start() {
    this.#child = this.#start();
    this.#child.once('error', (error) => console.error(`chaos: ${error.message}`));
  }

  /** True while it has not ended by itself. */
  get alive() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async kill(signal = 'SIGKILL') {
    if (!this.alive) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }
}

/**
 * mosquitto with its persistence on, written every second: what it acknowledged since may be lost when it is killed. (To
 * write at every change is too much for it at ten commands a second: it writes everything it has.)
 */
export function broker(folder, port) {
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
persistence true
persistence_location ${folder}/
autosave_interval 1
`,
  );
  return new Killable(() => spawn('mosquitto', ['-c', config], { stdio: 'ignore' }));
}

/** Resolves when something listens there. */
export async function listening(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
}

/** `tokonoma run`, watched by observe.mjs. Its log goes to agent.log. */
export function agent(folder, configFile) {
  const log = createWriteStream(join(folder, 'agent.log'), { flags: 'a' });
  return new Killable(() => {
    const child = spawn(process.execPath, ['--import', OBSERVE, MAIN, 'run', '--config', configFile, '--demo'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CHAOS_ACTS: join(folder, 'acts.jsonl'), LOG_LEVEL: 'warn' },
    });
    child.stderr.pipe(log, { end: false });
    return child;
  });
}
