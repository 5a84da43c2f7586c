/**
 * One request, its redirects followed, over node:http: fetch of Node 20 knows no proxies, and it repeats redirected
 * requests without saying where it has been.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { TokonomaError, messageOf } from '../errors.ts';
import { proxyFor, proxyHeaders, type Environment } from './proxy.ts';

/** What may go better the next time: a broken connection, a busy server. */
export class RetryableError extends Error {
  /** What the server asked us to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface HttpOptions {
  /** HTTP_PROXY and its kin. */
  readonly env: Environment;
  /** A connection on which nothing comes for so long is broken, milliseconds. */
  readonly idleMs?: number;
  /** Certificate authorities beside those Node trusts; NODE_EXTRA_CA_CERTS does the same from outside. */
  readonly ca?: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bearer token; goes to the origin of `url` and nowhere else. */
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Asked at each redirect; true: its response is answer enough. */
  readonly isEnough?: (response: http.IncomingMessage) => boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: http.IncomingMessage;
  /** After the redirects. */
  readonly url: URL;
}

const MAX_REDIRECTS = 10;
const IDLE_MS = 60_000;

export class HttpClient {
  readonly #options: HttpOptions;
  readonly #idleMs: number;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#idleMs = options.idleMs ?? IDLE_MS;
  }

  /**
   * Sends the request; the body must be read or destroyed. Any status is a response.
   * @throws RetryableError when the connection breaks; TokonomaError `download-refused` for a redirect that leads nowhere
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    let { url } = request;
    for (let redirects = 0; ; redirects++) {
      const body = await this.#exchange(request, url);
      const status = body.statusCode ?? 0;
      const location = body.headers.location;
      const isRedirect = [301, 302, 303, 307, 308].includes(status) && location !== undefined;
      if (!isRedirect || request.isEnough?.(body) === true) return { status, headers: body.headers, body, url };
      body.destroy();
      const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
      const isSafe = next?.protocol === 'https:' || (next?.protocol === 'http:' && url.protocol === 'http:');
      if (next === undefined || !isSafe || redirects === MAX_REDIRECTS) {
        const problem =
          redirects === MAX_REDIRECTS ? `more than ${MAX_REDIRECTS} times` : 'to where no https request can go';
        throw new TokonomaError('download-refused', `${shown(url)} redirects ${problem}`);
      }
      url = next;
    }
  }

  async #exchange(
    { method, url: first, headers, token, signal }: HttpRequest,
    url: URL,
  ): Promise<http.IncomingMessage> {
    signal?.throwIfAborted();
    const proxy = proxyFor(url, this.#options.env);
    const options: https.RequestOptions = {
      method,
      agent: false, // a connection of its own, closed when its file is done
      timeout: this.#idleMs, // also while connecting, where setTimeout does not reach
      ...(signal && { signal }),
      ...(this.#options.ca !== undefined && { ca: this.#options.ca }),
      headers: {
        'user-agent': 'tokonoma',
        // Bytes are counted and hashed as they are in the file.
        'accept-encoding': 'identity',
        ...headers,
        ...(token !== undefined && url.origin === first.origin && { authorization: `Bearer ${token}` }),
      },
    };
    try {
      if (proxy === undefined) return await this.#respond(url, options);
      if (url.protocol === 'http:') return await this.#respond(bareProxy(proxy), throughProxy(url, proxy, options));
      const tunnel = await this.#tunnel(url, proxy, signal);
      const createConnection = (): Duplex =>
        connectTls({
          socket: tunnel,
          servername: bareHost(url),
          ...(this.#options.ca !== undefined && { ca: this.#options.ca }),
        });
      // An agent would make its own connection.
      return await this.#respond(url, { ...options, agent: undefined, createConnection });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof TokonomaError || error instanceof RetryableError) throw error;
      // Header values are not in Node's messages, so neither is the token.
      const through = proxy === undefined ? '' : ` through the proxy ${proxy.host}`;
      throw new RetryableError(`${shown(url)}${through}: ${reasonOf(error)}`, undefined, { cause: error });
    }
  }

  #respond(target: URL, options: https.RequestOptions): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = (target.protocol === 'https:' ? https : http).request(target, options, resolve);
      this.#watch(request);
      request.on('error', reject).end();
    });
  }

  /** A connection to the host of `url`, made by the proxy (RFC 9110, CONNECT). */
  #tunnel(url: URL, proxy: URL, signal: AbortSignal | undefined): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const authority = `${url.hostname}:${url.port || 443}`;
      const request = (proxy.protocol === 'https:' ? https : http).request({
        host: bareHost(proxy),
        port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
        method: 'CONNECT',
        path: authority,
        headers: { host: authority, ...proxyHeaders(proxy) },
        agent: false,
        timeout: this.#idleMs,
        ...(signal && { signal }),
      });
      this.#watch(request);
      request.on('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(refusedByProxy(proxy, response.statusCode));
      });
      request.on('response', (response) => {
        response.destroy();
        reject(refusedByProxy(proxy, response.statusCode));
      });
      request.on('error', reject).end();
    });
  }

  #watch(request: http.ClientRequest): void {
    const seconds = Math.round(this.#idleMs / 1000);
    request.setTimeout(this.#idleMs, () => request.destroy(new Error(`nothing came for ${seconds} s`)));
  }
}

/** Plain http: the proxy is asked for the whole URL (RFC 9112, 3.2.2). */
function throughProxy(url: URL, proxy: URL, options: https.RequestOptions): https.RequestOptions {
  const headers = { ...(options.headers as Record<string, string>), host: url.host, ...proxyHeaders(proxy) };
  return { ...options, path: `${url.origin}${url.pathname}${url.search}`, headers };
}

/** Without user and password, which Node would send to the server as its own. */
function bareProxy(proxy: URL): URL {
  return new URL(proxy.origin);
}

function refusedByProxy(proxy: URL, status: number | undefined): Error {
  const message = `the proxy ${proxy.host} answers ${status ?? 'nothing'}`;
  return status !== undefined && status < 500
    ? new TokonomaError('bad-proxy', `${message}; see HTTPS_PROXY and NO_PROXY`)
    : new RetryableError(message);
}

/** Without the brackets of an IPv6 address. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Node's connection errors may come as an aggregate without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return messageOf(error);
}

/** A URL as messages may show it: no user, no password, no signature. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
