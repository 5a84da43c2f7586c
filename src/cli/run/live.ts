/** Keeps a running agent at what its configuration says: when the file is written, at SIGHUP, and when asked by topic. */
import { FileWatch } from '../../config/watch.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { MqttBridge } from '../../mqtt/bridge.ts';
import { Reloader, type Reloaded, type ReloaderOptions } from './reload.ts';

export interface LiveOptions extends ReloaderOptions {
  /** What the file said when it was read. */
  readonly text: string;
}

export class Live {
  readonly #reloader: Reloader;
  readonly #options: LiveOptions;
  #watch: FileWatch | undefined;
  #bridge: MqttBridge | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#reloader = new Reloader(options);
  }

  /** For bridge/info. */
  get state(): Reloader['state'] {
    return this.#reloader.state;
  }

  /** @param bridge tells what came of changes that nobody asked for by topic */
  async start(bridge: MqttBridge): Promise<void> {
    this.#bridge = bridge;
    const { path, text, context, log } = this.#options;
    const onText = (): Promise<void> => this.again();
    this.#watch = await FileWatch.start(path, { clock: context.clock, log, text, onText });
  }

  /** Answers the operation `reload`. Throws what is wrong with the file. */
  async reload(): Promise<Reloaded> {
    try {
      return await this.#reloader.reload();
    } finally {
      this.#bridge?.publishInfo();
    }
  }

  /** As `reload`, unasked: what came of it is told on bridge/response. Never rejects. */
  async again(): Promise<void> {
    try {
      this.#bridge?.tell('reload', { data: await this.reload(), status: 'ok' });
    } catch (error) {
      this.#bridge?.tell('reload', { data: {}, status: 'error', error: messageOf(error), code: codeOf(error) });
    }
  }

  async close(): Promise<void> {
    await this.#watch?.close();
  }
}
