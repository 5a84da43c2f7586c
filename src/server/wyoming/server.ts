/**
 * The agent as a Wyoming service, for Home Assistant's Assist and for satellites: it understands (`recognize`) and carries
 * out (`transcript`). Wyoming has neither passwords nor encryption: whoever reaches the port may command what policy lets
 * the source `wyoming` do. So it is on loopback unless the configuration says otherwise.
 */
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Agent } from '../../agent/agent.ts';
import type { Clock } from '../../clock.ts';
import { TokonomaError, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { ModelInfo } from '../../model/types.ts';
import { isLoopback } from '../http.ts';
import { announce } from './announce.ts';
import { answersTo, errorEvent } from './answers.ts';
import { admits } from './clients.ts';
import { WyomingConnection } from './connection.ts';
import { frameOf, type WyomingEvent } from './framing.ts';
import { PROTOCOL, infoEvent } from './info.ts';

export interface WyomingOptions {
  readonly agent: Agent;
  readonly engine: { readonly info: Pick<ModelInfo, 'name' | 'planFormat'> };
  readonly version: string;
  /** What it is called where it is announced. */
  readonly name: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Addresses and networks that may connect; none: all that can. */
  readonly clients: readonly string[];
  /** By mDNS; never from loopback. */
  readonly announce: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Connections at a time. Home Assistant opens one for a sentence. */
export const MAX_CONNECTIONS = 32;

export class WyomingServer {
  readonly #options: WyomingOptions;
  readonly #server: Server;
  readonly #connections = new Set<WyomingConnection>();
  readonly #admits: (address: string | undefined) => boolean;
  #goodbye: (() => Promise<void>) | undefined;

  private constructor(options: WyomingOptions) {
    this.#options = options;
    this.#admits = admits(options.clients);
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#connected(socket));
  }

  /** @throws TokonomaError `port-taken`, `wyoming-failed` */
  static async start(options: WyomingOptions): Promise<WyomingServer> {
    const { host, port, log } = options;
    const server = new WyomingServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EADDRINUSE' ? 'port-taken' : 'wyoming-failed';
        const hint = 'set another with wyoming.port';
        const message = `Wyoming cannot listen on ${host}:${port}: ${messageOf(error)}; ${hint}`;
        reject(new TokonomaError(code, message, { cause: error }));
      });
      server.#server.listen(port, host, resolve);
    });
    server.#server.on('error', (error) => log.warn({ error: messageOf(error) }, 'wyoming'));
    await server.#announce();
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { host } = this.#options;
    return `tcp://${isIPv6(host) ? `[${host}]` : host}:${this.port}`;
  }

  /** Ends open connections; commands that they brought go on. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections) connection.close();
    await this.#goodbye?.();
    await closed;
  }

  async #announce(): Promise<void> {
    const { host, name, log, announce: wanted } = this.#options;
    if (!wanted || isLoopback(host)) return;
    try {
      this.#goodbye = await announce({ name, port: this.port, host, log });
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'not announced');
    }
  }

  #connected(socket: Socket): void {
    const { agent, engine, version, clock, log } = this.#options;
    const { remoteAddress: client } = socket;
    if (!this.#admits(client)) {
      log.warn({ client }, 'wyoming: not among wyoming.clients');
      socket.destroy();
      return;
    }
    if (this.#connections.size >= MAX_CONNECTIONS) {
      const full = new TokonomaError('queue-full', `${MAX_CONNECTIONS} clients are connected; try again later`);
      socket.on('error', () => socket.destroy());
      socket.end(frameOf(errorEvent(full), PROTOCOL), () => socket.destroy());
      return;
    }
    const info = (): WyomingEvent => infoEvent(engine.info, version);
    const connection = new WyomingConnection(socket, {
      answer: (event, signal) => answersTo(event, { agent, info, signal, log }),
      clock,
      log,
    });
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
  }
}
