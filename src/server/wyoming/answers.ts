/** From events to events: what is asked of the agent, and how its answers are said in Wyoming. */
import { randomUUID } from 'node:crypto';
import type { Agent } from '../../agent/agent.ts';
import { wordsOnly, type Arrival } from '../../agent/inbox/command.ts';
import { aloud } from '../../agent/turn/aloud.ts';
import type { Recognition } from '../../agent/turn/recognition.ts';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { WyomingEvent } from './framing.ts';

/** Longest conversation, device or satellite id. */
const MAX_ID = 200;
/** Requests of services that are none of ours: whoever asks for one waits for an answer. */
const OTHER_SERVICES: ReadonlySet<string> = new Set(['transcribe', 'synthesize', 'synthesize-start', 'detect']);

export interface Asking {
  readonly agent: Agent;
  /** What `describe` is answered with; the model may be another one every time. */
  readonly info: () => WyomingEvent;
  readonly log: Logger;
  /** Aborted when the client has gone away. */
  readonly signal: AbortSignal;
}

/** The events that answer one; none for what wants no answer. Never rejects. */
export async function answersTo({ type, data }: WyomingEvent, asking: Asking): Promise<WyomingEvent[]> {
  try {
    switch (type) {
      case 'describe':
        return [asking.info()];
      case 'ping':
        return [{ type: 'pong', data: { text: typeof data['text'] === 'string' ? data['text'] : null } }];
      case 'recognize':
        return await recognized(data, asking);
      case 'transcript':
        return await handled(data, asking);
      default:
        // Audio, streams, and what later versions will know.
        if (!OTHER_SERVICES.has(type)) return [];
        throw new TokonomaError('unsupported', `there is no "${type}" here; describe says what there is`);
    }
  } catch (error) {
    if (codeOf(error) === 'internal') asking.log.error({ type, error: messageOf(error) }, 'wyoming');
    return [errorEvent(error)];
  }
}

/** Something inside is for the log; a stranger learns the code. */
export function errorEvent(error: unknown): WyomingEvent {
  const code = codeOf(error);
  return { type: 'error', data: { text: code === 'internal' ? 'an internal error' : messageOf(error), code } };
}

/** Understood, and nothing done. */
async function recognized(data: WyomingEvent['data'], { agent, signal }: Asking): Promise<WyomingEvent[]> {
  const { text, arrival, context } = talk(data);
  const recognition = await agent.recognize(text, arrival, signal);
  const intents = intentEvents(recognition, context);
  if (intents.length === 0) return [{ type: 'not-recognized', data: { text: recognition.reason ?? '', context } }];
  if (intents.length === 1) return intents;
  return [{ type: 'intents-start', data: { context } }, ...intents, { type: 'intents-stop', data: { context } }];
}

function intentEvents({ intents }: Recognition, context: object): WyomingEvent[] {
  return intents.map(({ name, slots }) => ({
    type: 'intent',
    data: { name, entities: slots.map((slot) => ({ name: slot.name, value: slot.value })), context },
  }));
}

/** Done, as any command is. */
async function handled(data: WyomingEvent['data'], { agent }: Asking): Promise<WyomingEvent[]> {
  const { text, arrival, context } = talk(data);
  const { text: said, isWell } = aloud(await agent.handle(wordsOnly(text), arrival));
  return [{ type: isWell ? 'handled' : 'not-handled', data: { text: said, context } }];
}

interface Talk {
  readonly text: string;
  readonly arrival: Partial<Arrival>;
  /** For the client's next words. */
  readonly context: { readonly conversation_id: string };
}

/** Home Assistant names the conversation, and the device and satellite that heard it. */
function talk(data: WyomingEvent['data']): Talk {
  const { text } = data;
  if (typeof text !== 'string') throw new TokonomaError('bad-request', '"text" must be a text');
  const context = (data['context'] ?? {}) as Record<string, unknown>;
  const conversation = idOf(context, 'conversation_id') ?? randomUUID();
  const site = idOf(context, 'satellite_id') ?? idOf(context, 'device_id');
  return {
    text,
    arrival: { source: 'wyoming', conversation, ...(site === undefined ? {} : { site }) },
    context: { conversation_id: conversation },
  };
}

function idOf(context: Record<string, unknown>, name: string): string | undefined {
  const id = context[name];
  if (id === undefined || id === null) return undefined;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID) {
    throw new TokonomaError('bad-request', `"${name}" must be a text of 1 to ${MAX_ID} characters`);
  }
  return id;
}
