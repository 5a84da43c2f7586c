/**
 * Tells when a file has another text. Editors write in many ways: into the file, into another one that takes its name,
 * or by way of no file at all; so the folder is watched, and what counts is the text when it has come to rest.
 */
import { watch, type FSWatcher } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** What the file said when it was read. */
  readonly text: string;
  /** Another text than the last one; one after the other. */
  readonly onText: () => Promise<void>;
  /** Milliseconds without an event after which the file counts as written. Default 250. */
  readonly restMs?: number;
}

const REST_MS = 250;

export class FileWatch {
  readonly #path: string;
  readonly #options: WatchOptions;
  readonly #life = new AbortController();
  readonly #watchers: FSWatcher[] = [];
  /** The text that was told last. */
  #text: string;
  #rest = new AbortController();
  #telling: Promise<void> = Promise.resolve();

  private constructor(path: string, options: WatchOptions) {
    this.#path = path;
    this.#options = options;
    this.#text = options.text;
  }

  static async start(path: string, options: WatchOptions): Promise<FileWatch> {
    const watch = new FileWatch(path, options);
    await watch.#open();
    // It may have been written since it was read.
    watch.#stirred();
    return watch;
  }

  async close(): Promise<void> {
    this.#life.abort();
    this.#rest.abort();
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    await this.#telling;
  }

  /** The folder of the name, and where it is a link, that of the file behind it. */
  async #open(): Promise<void> {
    const behind = await realpath(this.#path).catch(() => this.#path);
    for (const file of new Set([join(dirname(this.#path), basename(this.#path)), behind])) this.#watch(file);
  }

  #watch(file: string): void {
    const { log } = this.#options;
    const unwatched = (error: unknown): void =>
      log.warn({ file, error: messageOf(error) }, 'changes of this file are not seen; ask for a reload');
    try {
      const watcher = watch(dirname(file), (_event, name) => {
        if (name === null || name === basename(file)) this.#stirred();
      });
      watcher.on('error', unwatched);
      this.#watchers.push(watcher);
    } catch (error) {
      unwatched(error);
    }
  }

  #stirred(): void {
    const { clock, restMs = REST_MS } = this.#options;
    this.#rest.abort();
    this.#rest = new AbortController();
    clock.sleep(restMs, this.#rest.signal).then(
      () => {
        this.#telling = this.#telling.then(() => this.#look());
      },
      () => undefined,
    );
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { log, onText } = this.#options;
    if (this.#life.signal.aborted) return;
    const text = await textOf(this.#path);
    if (text === this.#text) return;
    if (text === undefined) {
      log.warn({ file: this.#path }, 'the file is gone; what it said still holds');
      return;
    }
    this.#text = text;
    await onText().catch((error: unknown) => log.error({ file: this.#path, error: messageOf(error) }, 'file'));
  }
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
