/** The demo's home behind an HTTP server with the dashboard's feed, and pages that listen. No model, no broker. */
import { once } from 'node:events';
import type { Test } from 'tap';
import { WebSocket } from 'ws';
import { createAgent, type Agent } from '../../src/agent/agent.ts';
import { Health } from '../../src/agent/health.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/log.ts';
import { Feed } from '../../src/server/feed/feed.ts';
import type { FeedMessage } from '../../src/server/feed/messages.ts';
import { HttpServer } from '../../src/server/http.ts';
import { staticFiles } from '../../src/server/static.ts';
import { FakeInterpreter, type Line } from './fake-interpreter.ts';

const log = createLogger('silent');

const engine = { info: { name: 'fake', parameters: 1_000_000 }, onExchanged: () => () => undefined };

export interface FeedHome {
  readonly agent: Agent;
  readonly server: HttpServer;
  /** The server goes; the agent stays. */
  readonly stopServing: () => Promise<void>;
  /** On the same port. */
  readonly serveAgain: () => Promise<void>;
  /** A page that has opened the feed. */
  readonly page: () => Promise<Page>;
}

/** @param slow movements take their time */
export async function feedHome(t: Test, script: Readonly<Record<string, Line>> = {}, slow = false): Promise<FeedHome> {
  const config = demoConfig();
  const agent = createAgent({
    things: buildThings(config, { clock: systemClock, log, instant: !slow }),
    sensors: config.sensors,
    interpreter: new FakeInterpreter(script),
    clock: systemClock,
    log,
    armed: true,
  });
  t.teardown(() => agent.close());
  await agent.start();
  const health = Health.of(agent, { clock: systemClock, engine });
  const serve = async (port: number): Promise<HttpServer> => {
    const server = await HttpServer.start({ port, log });
    const feed = new Feed({ agent, health, engine, clock: systemClock, log, node: 'demo', version: '1.2.3' });
    server.upgrade('/feed', feed.upgrade);
    server.onClose(() => feed.close());
    server.otherwise(staticFiles());
    return server;
  };
  const server = await serve(0);
  const { port } = server;
  let serving = server;
  t.teardown(() => serving.close());
  return {
    agent,
    server,
    stopServing: () => serving.close(),
    serveAgain: async () => {
      serving = await serve(port);
    },
    page: () => Page.open(server),
  };
}

type MessageOf<Type> = Extract<FeedMessage, { type: Type }>;

export class Page {
  readonly messages: FeedMessage[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  readonly #listeners = new Set<() => void>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = once(socket, 'close').then(([code]) => code as number);
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as FeedMessage);
      for (const listener of this.#listeners) listener();
    });
  }

  static async open(server: HttpServer): Promise<Page> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/feed`);
    const page = new Page(socket);
    await once(socket, 'open');
    await page.next('state');
    return page;
  }

  /** The first message of this type that passes the test, gone or to come. */
  async next<Type extends FeedMessage['type']>(
    type: Type,
    test: (message: MessageOf<Type>) => boolean = () => true,
  ): Promise<MessageOf<Type>> {
    const found = (): MessageOf<Type> | undefined =>
      this.messages.find((one): one is MessageOf<Type> => one.type === type && test(one as MessageOf<Type>));
    for (;;) {
      const message = found();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  /** The answer to a request. */
  async ask(request: Readonly<Record<string, unknown>>): Promise<MessageOf<'answer'>> {
    const id = `ask-${++this.#asked}`;
    this.socket.send(JSON.stringify({ id, ...request }));
    const asked = (request['id'] as string | undefined) ?? id;
    return this.next('answer', (answer) => answer.id === asked);
  }
}
