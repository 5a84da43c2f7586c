/** What listens on HTTP: the agent, OpenAI's interface, how it is. */
import type { Agent } from '../agent/agent.ts';
import { Health } from '../agent/health.ts';
import type { Clock } from '../clock.ts';
import { codeOf } from '../errors.ts';
import type { Engine } from '../model/types.ts';
import { agentRoutes } from './agent-routes.ts';
import { HttpServer, type HttpOptions } from './http.ts';
import { openAiRoutes } from './openai/routes.ts';
import { Turns } from './turns.ts';

export interface ServerOptions extends HttpOptions {
  readonly agent: Agent;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly version: string;
  /** Another port will do where this one is taken. */
  readonly anyPort?: boolean;
}

/** @throws TokonomaError `token-required`, `port-taken` */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const { agent, engine, clock, version } = options;
  const server = await listen(options);
  const turns = new Turns();
  const health = new Health(agent, clock, engine.info.memory?.budget);
  agent.on('response', (response) => health.record(response));
  server.add(agentRoutes({ agent, health, model: engine.info, turns, version }));
  server.add(openAiRoutes({ engine, turns, created: clock.now() }));
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
