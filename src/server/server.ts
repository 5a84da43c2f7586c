/** What listens on HTTP: the agent, OpenAI's interface, how it is, the dashboard and its feed. */
import type { Agent } from '../agent/agent.ts';
import type { Health } from '../agent/health.ts';
import type { Clock } from '../clock.ts';
import { codeOf } from '../errors.ts';
import type { ModelPlace } from '../model/slot.ts';
import { agentRoutes } from './agent-routes.ts';
import { Feed } from './feed/feed.ts';
import { HttpServer, type HttpOptions } from './http.ts';
import { openAiRoutes } from './openai/routes.ts';
import { staticFiles } from './static.ts';
import { textToIntentRoutes } from './text-to-intent.ts';
import { Turns } from './turns.ts';

export interface ServerOptions extends HttpOptions {
  readonly agent: Agent;
  /** Of this agent. */
  readonly health: Health;
  readonly engine: ModelPlace;
  readonly clock: Clock;
  readonly node: string;
  readonly version: string;
  /** Another port will do where this one is taken. */
  readonly anyPort?: boolean;
}

/** @throws TokonomaError `token-required`, `port-taken` */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const { agent, health, engine, clock, log, node, version } = options;
  const server = await listen(options);
  const turns = new Turns();
  server.add(agentRoutes({ agent, health, turns, version }));
  server.add(textToIntentRoutes({ agent, turns, clock }));
  server.add(openAiRoutes({ engine, turns, created: clock.now() }));
  const feed = new Feed({ agent, health, engine, clock, log, node, version });
  server.upgrade('/feed', feed.upgrade);
  server.onClose(() => feed.close());
  server.otherwise(staticFiles());
  return server;
}

async function listen(options: ServerOptions): Promise<HttpServer> {
  try {
    return await HttpServer.start(options);
  } catch (error) {
    if (options.anyPort !== true || codeOf(error) !== 'port-taken') throw error;
    return HttpServer.start({ ...options, port: 0 });
  }
}
