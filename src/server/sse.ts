/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), as OpenAI streams answers. */
import type { ServerResponse } from 'node:http';

/** A comment now and then, so that nobody in between takes a thinking model for a dead connection. */
const ALIVE_MS = 15_000;

export class EventStream {
  readonly #response: ServerResponse;
  readonly #alive: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' });
    response.flushHeaders();
    this.#alive = setInterval(() => response.write(': thinking\n\n'), ALIVE_MS);
    this.#alive.unref();
    response.on('close', () => clearInterval(this.#alive));
  }

  send(value: unknown): void {
    this.#response.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
  }

  end(): void {
    clearInterval(this.#alive);
    this.#response.end();
  }
}
