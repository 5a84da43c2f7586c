/**
 * The HTTP server: a table of routes behind the checks that every request has to pass. It binds to loopback unless told
 * otherwise, and then only with a token; a page of another origin, or one that has its name point here (DNS rebinding),
 * is refused; bodies have a limit, and what a client no longer waits for is aborted.
 */
import * as http from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { failure } from './failure.ts';
import { MAX_FORM, asksForPage, isLoginForm, sendLoginPage } from './login.ts';
import { cookieOf, same, tokenOf } from './token.ts';

export interface HttpOptions {
  /** Default 127.0.0.1. Anything but loopback needs a token. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  /** Secret that every request has to show: `Authorization: Bearer …`, or the cookie that `/?token=…` gives a browser. */
  readonly token?: string;
  /** Origins of other pages that may ask, such as `https://home.example`. */
  readonly origins?: readonly string[];
  /** Names by which this server is reached besides localhost and its addresses. */
  readonly names?: readonly string[];
  readonly log: Logger;
}

export interface Exchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  /** Path without query, decoded by nobody. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Who asks, for fairness and permissions: the address. */
  readonly client: string;
  /** Aborted when the client has gone away. */
  readonly signal: AbortSignal;
  /** The body. Throws `too-large`. */
  body(): Promise<Buffer>;
  /** The body as JSON. Throws `too-large`, `bad-json`. */
  json(): Promise<unknown>;
}

export type Handler = (exchange: Exchange) => Promise<void>;
export type UpgradeHandler = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Routes {
  /** `GET /health`; `GET /v1/models/*` answers everything below. */
  readonly [methodAndPath: `${string} /${string}`]: Handler;
}

/** Bytes of a request body. */
export const MAX_BODY = 1 << 20;
const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]', '::1'];

export class HttpServer {
  readonly #server: http.Server;
  readonly #options: HttpOptions;
  readonly #routes = new Map<string, Handler>();
  readonly #upgrades = new Map<string, UpgradeHandler>();
  /** Sockets that speak another protocol now; node's server has forgotten them. */
  readonly #upgraded = new Set<Duplex>();
  readonly #onClose: (() => void)[] = [];
  #fallback: Handler | undefined;

  private constructor(options: HttpOptions) {
    this.#options = options;
    this.#server = http.createServer({ requestTimeout: 60_000, headersTimeout: 15_000, maxHeaderSize: 16_384 });
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    // A client that talks nonsense gets no more than this.
    this.#server.on('clientError', (_error, socket) =>
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
    );
  }

  /** @throws TokonomaError `token-required` for other than loopback without a token; `port-taken` */
  static async start(options: HttpOptions): Promise<HttpServer> {
    const { host = '127.0.0.1', port, token } = options;
    if (!isLoopback(host) && (token === undefined || token === '')) {
      throw new TokonomaError(
        'token-required',
        `the HTTP server would listen on ${host} without a token; set http.token_env (or bind to 127.0.0.1)`,
      );
    }
    const server = new HttpServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        reject(
          new TokonomaError(taken ? 'port-taken' : 'http-failed', `HTTP on ${host}:${port}: ${messageOf(error)}`, {
            cause: error,
          }),
        );
      });
      server.#server.listen(port, host, resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { host = '127.0.0.1' } = this.#options;
    return `http://${isIP(host) === 6 ? `[${host}]` : host}:${this.port}`;
  }

  add(routes: Routes): void {
    for (const [route, handler] of Object.entries(routes)) this.#routes.set(route, handler as Handler);
  }

  /** Answers GET and HEAD of what has no route. */
  otherwise(handler: Handler): void {
    this.#fallback = handler;
  }

  /** Takes WebSocket requests to a path, after the checks. */
  upgrade(path: string, handler: UpgradeHandler): void {
    this.#upgrades.set(path, handler);
  }

  /** Called before the connections end. */
  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  /** Ends open connections, too. */
  async close(): Promise<void> {
    for (const listener of this.#onClose) listener();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { log } = this.#options;
    const gone = new AbortController();
    response.on('close', () => gone.abort(new TokonomaError('client-gone', 'the client has gone away')));
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const shown = await this.#shownToken(request, pathname, searchParams);
      if (shown !== undefined && this.#login(response, shown)) return;
      const refused = this.#refusal(request, pathname);
      if (refused?.code === 'unauthorized' && (asksForPage(request, pathname) || isLoginForm(request, pathname))) {
        return sendLoginPage(response, shown !== undefined);
      }
      if (refused !== undefined) throw refused;
      if (this.#answersPreflight(request, response)) return;
      const handler = this.#handlerOf(request.method ?? '', pathname);
      await handler({
        request,
        response,
        path: pathname,
        query: searchParams,
        client: request.socket.remoteAddress ?? '',
        signal: gone.signal,
        body: () => bodyOf(request),
        json: async () => parseJson(await bodyOf(request)),
      });
    } catch (error) {
      if (gone.signal.aborted) return;
      const { status, body } = failure(error);
      if (status >= 500)
        log.error({ path: request.url?.split('?')[0], code: codeOf(error), error: messageOf(error) }, 'http');
      if (response.headersSent) response.destroy();
      else sendJson(response, status, body);
    }
  }

  #upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const handler = this.#upgrades.get(path);
    const refused = handler === undefined ? new TokonomaError('not-found', path) : this.#refusal(request, path);
    if (refused !== undefined) {
      const { status } = failure(refused);
      socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#upgraded.add(socket);
    socket.on('close', () => this.#upgraded.delete(socket));
    handler!(request, socket, head);
  }

  #handlerOf(method: string, path: string): Handler {
    const read = method === 'HEAD' ? 'GET' : method;
    const below = `${path.slice(0, path.lastIndexOf('/'))}/*`;
    const handler = this.#routes.get(`${read} ${path}`) ?? this.#routes.get(`${read} ${below}`);
    if (handler !== undefined) return handler;
    const others = [...this.#routes.keys()].filter(
      (route) => route.endsWith(` ${path}`) || route.endsWith(` ${below}`),
    );
    if (others.length > 0)
      throw new TokonomaError(
        'method-not-allowed',
        `${path} takes ${others.map((one) => one.split(' ')[0]).join(', ')}`,
      );
    if (read === 'GET' && this.#fallback !== undefined) return this.#fallback;
    throw new TokonomaError('not-found', `there is nothing at ${path}`);
  }

  /** Why a request is not served; undefined: it is. */
  #refusal(request: http.IncomingMessage, path: string): TokonomaError | undefined {
    const { token } = this.#options;
    const foreign = this.#foreign(request);
    if (foreign !== undefined) return foreign;
    // Whether it lives may be asked by anybody who can reach it.
    if (token === undefined || path === '/health' || request.method === 'OPTIONS') return undefined;
    if (!same(token, tokenOf(request))) {
      return new TokonomaError('unauthorized', 'a token is needed: Authorization: Bearer <token>');
    }
    return undefined;
  }

  /** It comes from a page of elsewhere. */
  #foreign(request: http.IncomingMessage): TokonomaError | undefined {
    const { token, names = [], host = '127.0.0.1' } = this.#options;
    const { host: asked = '', origin } = request.headers;
    // Without a token the name is what tells our own pages from a foreign one whose name points here.
    if (token === undefined && ![...LOOPBACK_NAMES, host, ...names].includes(hostname(asked))) {
      return new TokonomaError(
        'bad-host',
        `this server is not called "${hostname(asked)}"; add the name to http.names`,
      );
    }
    if (origin !== undefined && !this.#knows(origin, asked)) {
      return new TokonomaError('bad-origin', `pages of ${origin} may not ask here; add it to http.origins`);
    }
    return undefined;
  }

  #knows(origin: string, host: string): boolean {
    return (
      origin === `http://${host}` || origin === `https://${host}` || (this.#options.origins ?? []).includes(origin)
    );
  }

  #answersPreflight(request: http.IncomingMessage, response: http.ServerResponse): boolean {
    const { origin } = request.headers;
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Vary', 'Origin');
    }
    if (request.method !== 'OPTIONS') return false;
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
    response.writeHead(204).end();
    return true;
  }

  /** What `/?token=…` or the form of the login page holds. */
  async #shownToken(request: http.IncomingMessage, path: string, query: URLSearchParams): Promise<string | undefined> {
    if (this.#options.token === undefined || path !== '/') return undefined;
    if (request.method === 'GET') return query.get('token') ?? undefined;
    if (!isLoginForm(request, path)) return undefined;
    const foreign = this.#foreign(request);
    if (foreign !== undefined) throw foreign;
    const form = await bodyOf(request, MAX_FORM);
    return new URLSearchParams(form.toString()).get('token') ?? undefined;
  }

  /** A browser gets the token as a cookie that no script can read, and the address without it. */
  #login(response: http.ServerResponse, shown: string): boolean {
    const { token } = this.#options;
    if (token === undefined || !same(token, shown)) return false;
    response.setHeader('Set-Cookie', cookieOf(token));
    response.writeHead(303, { Location: '/' }).end();
    return true;
  }
}

export function sendJson(response: http.ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

async function bodyOf(request: http.IncomingMessage, limit = MAX_BODY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const tooLarge = new TokonomaError('too-large', `this body has at most ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch (error) {
    throw new TokonomaError('bad-json', `the body is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
