// The parent's end of an engine: a child process that is asked one thing at a time.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

export class EngineProcess {
  #child;
  #waiting;
  #ended;
  /** How it ended, once it has. */
  #end;

  /** @param command a program that answers each line of JSON on stdin with one on stdout */
  constructor(command, args) {
    // NODE_OPTIONS are meant for whoever started us: a test runner's loaders do not belong into a measurement.
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => undefined); // Its end is told below.
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    });
    this.#ended.then((how) => {
      this.#end = new Error(`the engine ended: ${how}`);
      this.#settle(({ reject }) => reject(this.#end));
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#read(line));
  }

  /** One of engines/, by the given Node. */
  static engine(name, node = process.execPath) {
    return new EngineProcess(node, [CHILD, name]);
  }

  get pid() {
    return this.#child.pid;
  }

  /** @throws with the engine's code and message, or with how it ended */
  async ask(verb, args = {}) {
    if (this.#waiting) throw new Error('an engine does one thing at a time');
    if (this.#end !== undefined) throw this.#end;
    const answer = new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
    this.#child.stdin.write(`${JSON.stringify({ do: verb, ...args })}\n`);
    return answer;
  }

  /** Asks it to end, and sees to it that it does. */
  async close() {
    this.#child.stdin.end();
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#ended;
    clearTimeout(patience);
  }

  #read(line) {
    let answer;
    try {
      answer = JSON.parse(line);
    } catch {
      // What libraries say on stdout is not for ours.
      process.stderr.write(`${line}\n`);
      return;
    }
    this.#settle(({ resolve, reject }) => {
      if (answer.error) reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
      else resolve(answer.reply);
    });
  }

  #settle(how) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) how(waiting);
  }
}
