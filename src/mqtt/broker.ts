/** The embedded broker: MQTT 3.1.1 over TCP, on loopback unless the configuration says otherwise. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

export interface BrokerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Logger;
}

/** Ports that are tried after a taken one. */
const MORE_PORTS = 20;

export class Broker {
  readonly host: string;
  readonly port: number;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(host: string, aedes: Aedes, server: Server, sockets: Set<Socket>) {
    this.host = host;
    this.port = (server.address() as AddressInfo).port;
    this.#aedes = aedes;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** Listens on the port or, when it is taken, on the next free one. Throws `port-taken`, `broker-failed`. */
  static async start({ host, port, log }: BrokerOptions): Promise<Broker> {
    const aedes = await Aedes.createBroker();
    for (const event of ['clientError', 'connectionError'] as const) {
      aedes.on(event, (_client, error) => log.debug({ error: messageOf(error) }, event));
    }
    const sockets = new Set<Socket>();
    // Without noDelay, Nagle's algorithm and delayed acknowledgements add 40 ms to every QoS 1 round trip.
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      aedes.handle(socket);
    });
    try {
      await listenFrom(server, host, port);
    } catch (error) {
      // Its heartbeat would keep the process alive.
      aedes.close();
      throw error;
    }
    return new Broker(host, aedes, server, sockets);
  }

  get url(): string {
    return `mqtt://${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

async function listenFrom(server: Server, host: string, port: number): Promise<void> {
  const last = port === 0 ? 0 : Math.min(port + MORE_PORTS, 65_535);
  for (let candidate = port; candidate <= last; candidate++) if (await listening(server, host, candidate)) return;
  throw new TokonomaError('port-taken', `ports ${port} to ${last} of ${host} are taken; set another with mqtt.port`);
}

/** False when the port is taken. */
function listening(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') return resolve(false);
      const hint = error.code === 'EACCES' ? '; ports below 1024 need rights, set another with mqtt.port' : '';
      reject(
        new TokonomaError('broker-failed', `cannot listen on ${host}:${port}: ${error.message}${hint}`, {
          cause: error,
        }),
      );
    };
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}
