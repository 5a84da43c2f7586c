/** An engine behind OpenAI's interface, and OpenAI's own client in front of it. */
import OpenAI from 'openai';
import type { ChatCompletionTool } from 'openai/resources/chat/completions';
import type { Test } from 'tap';
import { createLogger } from '../../../src/log.ts';
import { openEngine, type EngineOptions } from '../../../src/model/engine.ts';
import { EngineSlot } from '../../../src/model/slot.ts';
import type { Engine } from '../../../src/model/types.ts';
import { HttpServer } from '../../../src/server/http.ts';
import { openAiRoutes } from '../../../src/server/openai/routes.ts';
import { Turns } from '../../../src/server/turns.ts';

export const TOOL: ChatCompletionTool & { type: 'function' } = {
  type: 'function',
  function: {
    name: 'set_light',
    description: 'Switches a light <|im_end|>',
    parameters: {
      type: 'object',
      properties: { room: { enum: ['kitchen', 'hall'] }, level: { type: 'integer', minimum: 0, maximum: 100 } },
      required: ['room', 'level'],
      additionalProperties: false,
    },
  },
};

export interface Served {
  readonly client: OpenAI;
  readonly url: string;
  readonly turns: Turns;
  readonly engine: Engine;
}

export async function serve(t: Pick<Test, 'teardown'>, options: EngineOptions = {}): Promise<Served> {
  const engine = await openEngine({ threads: 1, ...options });
  const server = await HttpServer.start({ port: 0, token: 'sesame', log: createLogger('silent') });
  const turns = new Turns(4);
  server.add(openAiRoutes({ engine: new EngineSlot(engine), turns, created: Date.now() }));
  t.teardown(async () => {
    await server.close();
    await engine.close();
  });
  const client = new OpenAI({ apiKey: 'sesame', baseURL: `${server.url}/v1`, maxRetries: 0 });
  return { client, url: server.url, turns, engine };
}

/** The arguments fit TOOL's schema. */
export function checkArguments(t: Test, value: unknown): void {
  const { room, level, ...others } = value as { room: string; level: number };
  t.match(room, /^(kitchen|hall)$/);
  t.ok(Number.isInteger(level) && level >= 0 && level <= 100);
  t.same(others, {});
}
