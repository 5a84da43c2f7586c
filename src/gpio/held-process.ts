/** A child process that holds something for as long as it lives, and that never outlives this process. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { TokonomaError } from '../errors.ts';
import type { Tools } from '../tools.ts';

/** A child that does not end on SIGTERM is killed after this time, milliseconds. */
const END_MS = 1000;
/** Output that is waited for is not longer than this, characters. */
const MAX_TEXT = 64 * 1024;

export interface HeldOptions {
  /** Every whole line it prints. */
  readonly onLine?: ((text: string) => void) | undefined;
  /** It has ended, and was not asked to. */
  readonly onExit?: (message: string) => void;
}

export class HeldProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Set<() => void>();
  #text = '';
  #stderr = '';
  #ending = false;
  #ended: string | undefined;

  /** Throws `gpio-unavailable` when the program is not installed. */
  static async start(
    tools: Tools,
    program: string,
    args: readonly string[],
    options: HeldOptions,
  ): Promise<HeldProcess> {
    const file = await tools.find(program);
    if (file === undefined) {
      throw new TokonomaError('gpio-unavailable', `${program} is not installed; run "sudo apt install gpiod"`);
    }
    // util-linux: the kernel ends the child when its parent dies, even of SIGKILL.
    const setpriv = await tools.find('setpriv');
    const command = setpriv === undefined ? [file, ...args] : [setpriv, '--pdeathsig', 'TERM', '--', file, ...args];
    return new HeldProcess(command, tools.env, options);
  }

  private constructor([file, ...args]: string[], env: NodeJS.ProcessEnv, { onLine, onExit }: HeldOptions) {
    const child = spawn(file!, args, { env, stdio: 'pipe' });
    this.#child = child;
    child.stdout.setEncoding('utf8');
    child.stderr.setEncoding('utf8');
    // Its end is told by `close`; a write to a process that is gone is not news.
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: string) => (this.#stderr = (this.#stderr + chunk).slice(-MAX_TEXT)));
    let tail = '';
    child.stdout.on('data', (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-MAX_TEXT);
      const lines = (tail + chunk).split('\n');
      tail = lines.pop()!;
      for (const line of lines) onLine?.(line);
      this.#wake();
    });
    const end = (message: string): void => {
      if (this.#ended !== undefined) return;
      this.#ended = message;
      this.#wake();
      if (!this.#ending) onExit?.(message);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(this.#stderr.trim() || `it ended with ${signal ?? `code ${code}`}`));
    this.#exited = Promise.race([once(child, 'close'), once(child, 'error')]).catch(() => undefined);
  }

  /** Why it ended; undefined while it lives. */
  get ended(): string | undefined {
    return this.#ended;
  }

  tell(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Resolves with what it has printed since the last call, when that matches. Rejects when it ends or says nothing. */
  async said(pattern: RegExp, ms: number): Promise<string> {
    const late = AbortSignal.timeout(ms);
    for (;;) {
      if (pattern.test(this.#text)) {
        const text = this.#text;
        this.#text = '';
        return text;
      }
      if (this.#ended !== undefined) throw new TokonomaError('gpio-lost', this.#ended);
      if (late.aborted) throw new TokonomaError('gpio-lost', `it did not answer within ${ms} ms`);
      await this.#news(late);
    }
  }

  /** Resolves when it ends, or after `ms`. */
  async endedWithin(ms: number): Promise<void> {
    const late = AbortSignal.timeout(ms);
    while (this.#ended === undefined && !late.aborted) await this.#news(late);
  }

  /** Ends it and waits until it is gone. */
  async end(): Promise<void> {
    this.#ending = true;
    if (this.#ended !== undefined) return;
    this.#child.kill('SIGTERM');
    await this.endedWithin(END_MS);
    if (this.#ended !== undefined) return;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #news(late: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        late.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      late.addEventListener('abort', done);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
