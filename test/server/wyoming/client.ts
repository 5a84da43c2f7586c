/** A Wyoming client that writes bytes as it likes. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { FrameReader, type WyomingEvent } from '../../../src/server/wyoming/framing.ts';

export class WyomingClient {
  readonly socket: Socket;
  /** Everything that came and was not asked for yet. */
  readonly #events: WyomingEvent[] = [];
  readonly #frames = new FrameReader();
  #wake: () => void = () => undefined;
  #isEnded = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#events.push(...this.#frames.push(bytes));
      this.#wake();
    });
    socket.on('error', () => undefined);
    for (const event of ['end', 'close'] as const) {
      socket.on(event, () => {
        this.#isEnded = true;
        this.#wake();
      });
    }
  }

  static async connect(port: number): Promise<WyomingClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new WyomingClient(socket);
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** As Home Assistant's client writes: the data behind the line. */
  send(type: string, data: object = {}): void {
    const body = Buffer.from(JSON.stringify(data));
    this.write(`${JSON.stringify({ type, data_length: body.length, version: '1.9.0' })}\n`);
    this.write(body);
  }

  /** The next event; undefined: the server has ended. */
  async next(): Promise<WyomingEvent | undefined> {
    while (this.#events.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#events.shift();
  }

  async ask(type: string, data: object = {}): Promise<WyomingEvent | undefined> {
    this.send(type, data);
    return this.next();
  }
}
