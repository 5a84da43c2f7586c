/** The agent over HTTP: a command and its outcome, the stop, arming, direct control, and how it is. */
import type { Agent } from '../agent/agent.ts';
import type { Health } from '../agent/health.ts';
import type { Arrival } from '../agent/inbox/command.ts';
import { TokonomaError } from '../errors.ts';
import { sendJson, type Exchange, type Routes } from './http.ts';
import { prometheusText } from './metrics.ts';
import type { Turns } from './turns.ts';

export interface AgentRoutesOptions {
  readonly agent: Agent;
  readonly health: Health;
  readonly turns: Turns;
  readonly version: string;
}

const SOURCE: Partial<Arrival> = { source: 'http' };

export function agentRoutes({ agent, health, turns, version }: AgentRoutesOptions): Routes {
  return {
    'GET /health': async ({ response }) =>
      sendJson(response, 200, { status: 'ok', armed: agent.armed, queue: agent.queued }),
    'GET /metrics': async ({ response }) => {
      const text = prometheusText({ version, health: health.report(), waiting: turns.waiting });
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    },
    'POST /api/command': async (exchange) => {
      // The same payload as on the command topic: a text, or JSON with id and ttl_s.
      const answer = await agent.handle(await exchange.body(), SOURCE);
      sendJson(exchange.response, 200, answer);
    },
    'POST /api/stop': async ({ response }) => sendJson(response, 200, { armed: false, actions: await agent.stop() }),
    'POST /api/armed': async (exchange) => {
      const value = await exchange.json();
      if (typeof value !== 'boolean') throw new TokonomaError('bad-request', 'the body must be true or false');
      await agent.arm(value);
      sendJson(exchange.response, 200, { armed: agent.armed });
    },
    'GET /api/things': async ({ response }) =>
      sendJson(response, 200, { things: thingsOf(agent), sensors: sensorsOf(agent) }),
    'POST /api/set': async (exchange) => {
      const id = thingAsked(exchange);
      sendJson(exchange.response, 200, await agent.set(id, await exchange.body(), SOURCE));
    },
  };
}

/** Descriptions and states. */
function thingsOf(agent: Agent): object[] {
  return agent.things.map(({ description, driver }) => ({ ...description, state: driver.state() }));
}

/** Descriptions and last readings; `reading` is absent where there was none. */
function sensorsOf({ sensors }: Agent): object[] {
  return sensors.descriptions.map((description) => {
    const reading = sensors.reading(description.id);
    return { ...description, ...(reading === undefined ? {} : { reading }) };
  });
}

function thingAsked({ query }: Exchange): string {
  const id = query.get('thing');
  if (id === null) throw new TokonomaError('bad-request', 'which thing? /api/set?thing=kitchen-light');
  return id;
}
