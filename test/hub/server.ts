/** A hub on 127.0.0.1 that misbehaves as it is told, and remembers what it was asked. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/clock.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** One answer to a GET in place of the right one. */
export type Trick =
  /** The connection ends after so many bytes of the body. */
  | { readonly cutAfter: number }
  /** One byte of the file is another. */
  | { readonly lieAt: number }
  /** Only a status. */
  | { readonly status: number; readonly headers?: Record<string, string> }
  /** The whole file, whatever was asked for. */
  | { readonly ignoreRange: true; readonly cutAfter?: number };

export interface HubServerOptions {
  readonly content: Uint8Array;
  /** One for each GET, in order; after the last one all is well. */
  readonly tricks?: readonly Trick[];
  /** Headers of the hub: X-Linked-ETag and so on. */
  readonly headers?: Record<string, string>;
  /** Sends everything there, with this status. */
  readonly redirectTo?: string;
  /** HEAD is not known here. */
  readonly withoutHead?: boolean;
}

export class HubServer {
  readonly requests: Request[] = [];
  readonly #server: Server;
  readonly #tricks: Trick[];
  readonly #options: HubServerOptions;

  private constructor(options: HubServerOptions) {
    this.#options = options;
    this.#tricks = [...(options.tricks ?? [])];
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(options: HubServerOptions): Promise<HubServer> {
    const server = new HubServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests for the content. */
  get gets(): Request[] {
    return this.requests.filter(({ method }) => method === 'GET');
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const { range, authorization } = headers;
    this.requests.push({ method, path: url, range, authorization });
    const { content, headers: extra = {}, redirectTo, withoutHead } = this.#options;
    if (method === 'HEAD' && withoutHead) return void response.writeHead(405).end();
    if (redirectTo !== undefined) return void response.writeHead(302, { ...extra, location: redirectTo }).end();
    const trick = method === 'GET' ? this.#tricks.shift() : undefined;
    if (trick !== undefined && 'status' in trick) return void response.writeHead(trick.status, trick.headers).end();
    if (method === 'HEAD') return void response.writeHead(200, { ...extra, 'content-length': content.length }).end();

    const start = range === undefined || (trick && 'ignoreRange' in trick) ? undefined : Number(/\d+/.exec(range)![0]);
    if (start !== undefined && start >= content.length) {
      return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    }
    const body = Buffer.from(content.subarray(start ?? 0));
    if (trick && 'lieAt' in trick) body[trick.lieAt - (start ?? 0)]! ^= 1;
    response.writeHead(start === undefined ? 200 : 206, {
      ...extra,
      'content-length': body.length,
      ...(start !== undefined && {
        'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      }),
    });
    const cut = trick && 'cutAfter' in trick ? trick.cutAfter : undefined;
    if (cut === undefined) return void response.end(body);
    response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Waits for nothing, and remembers for how long it should have. */
export class ImpatientClock implements Clock {
  readonly waits: number[] = [];

  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  async sleep(ms: number): Promise<void> {
    this.waits.push(ms);
  }
}
