/** What a page may ask for on the feed; the same ways as on MQTT and HTTP, through the same policy. */
import type { Agent } from '../../agent/agent.ts';
import type { Arrival } from '../../agent/inbox/command.ts';
import { TokonomaError, messageOf } from '../../errors.ts';

/** Bytes of a message: a command of the longest text, escaped, with its other fields. */
export const MAX_MESSAGE_BYTES = 32 << 10;
const MAX_ID = 128;
const SOURCE: Partial<Arrival> = { source: 'http' };

type Fields = Readonly<Record<string, unknown>>;

export interface Asked {
  readonly id: string;
  readonly type: string;
  readonly fields: Fields;
}

const ANSWERS: Readonly<Record<string, (agent: Agent, asked: Asked) => unknown>> = {
  stop: async (agent) => ({ armed: false, actions: await agent.stop() }),
  arm: async (agent, { fields: { armed } }) => {
    if (typeof armed !== 'boolean') throw new TokonomaError('bad-request', '"armed" must be true or false');
    await agent.arm(armed);
    return { armed: agent.armed };
  },
  // The same checks as of any JSON command: the text's length, the fields' types.
  command: (agent, { id, fields: { text, site } }) => agent.handle(JSON.stringify({ text, id, site }), SOURCE),
  set: (agent, { id, fields: { thing, payload } }) => {
    if (typeof thing !== 'string') throw new TokonomaError('bad-request', '"thing" must be the id of a thing');
    return agent.set(thing, Buffer.from(JSON.stringify(payload ?? null)), { ...SOURCE, id });
  },
  request: (agent, { fields: { op, data } }) => {
    const run = typeof op === 'string' && Object.hasOwn(agent.requests, op) ? agent.requests[op] : undefined;
    if (run === undefined) {
      throw new TokonomaError('bad-request', `"op" is one of ${Object.keys(agent.requests).join(', ')}`);
    }
    return run(data);
  },
};

/** @throws TokonomaError `bad-json`, `bad-request` */
export function readRequest(message: Buffer, isBinary: boolean): Asked {
  if (isBinary) throw new TokonomaError('bad-request', 'requests are text');
  let value: unknown;
  try {
    value = JSON.parse(message.toString('utf8'));
  } catch (error) {
    throw new TokonomaError('bad-json', `a request is one JSON object: ${messageOf(error)}`, { cause: error });
  }
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  const { id, type = '' } = fields;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID) {
    throw new TokonomaError('bad-request', `"id" must be a string of 1 to ${MAX_ID} characters`);
  }
  return { id, type: typeof type === 'string' ? type : '', fields };
}

/** Outcomes are answers, too: it rejects only for what was no request. */
export async function answerRequest(agent: Agent, asked: Asked): Promise<unknown> {
  const answer = Object.hasOwn(ANSWERS, asked.type) ? ANSWERS[asked.type] : undefined;
  if (answer === undefined) {
    throw new TokonomaError('bad-request', `"type" is one of ${Object.keys(ANSWERS).join(', ')}`);
  }
  return answer(agent, asked);
}
