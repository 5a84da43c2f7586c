/** A rosbridge server of the tests: records what it is told, and answers as ROSBRIDGE_PROTOCOL.md says. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../src/clock.ts';

export interface Told {
  /** By the clock that was given. */
  readonly at: number;
  readonly message: Readonly<Record<string, unknown>>;
}

export class RosbridgeServer {
  readonly told: Told[] = [];
  readonly #server: WebSocketServer;
  readonly #clock: Clock;
  #socket: WebSocket | undefined;

  private constructor(server: WebSocketServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    server.on('connection', (socket) => {
      this.#socket = socket;
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
        this.told.push({ at: this.#clock.monotonic(), message });
      });
    });
  }

  static async start(clock: Clock, port = 0): Promise<RosbridgeServer> {
    const server = new WebSocketServer({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    return new RosbridgeServer(server, clock);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** The velocities so far, as [at, forward m/s, counter-clockwise rad/s]. */
  get twists(): [at: number, x: number, turn: number][] {
    return this.told.flatMap(({ at, message }) => {
      if (message['op'] !== 'publish') return [];
      const { linear, angular } = message['msg'] as { linear: { x: number }; angular: { z: number } };
      return [[at, linear.x, angular.z] as [number, number, number]];
    });
  }

  ops(...names: string[]): Readonly<Record<string, unknown>>[] {
    return this.told.map(({ message }) => message).filter(({ op }) => names.includes(String(op)));
  }

  say(message: object | string): void {
    this.#socket?.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Everything that was sent in either direction has arrived. */
  async flush(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState !== socket.OPEN) return;
    socket.ping();
    await once(socket, 'pong');
  }

  /** Without a word, as when the cable is cut. */
  cut(): void {
    this.#socket?.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
