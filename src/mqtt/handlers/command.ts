import { randomUUID } from 'node:crypto';
import { REASON } from '../connection.ts';
import { arrivalOf, payloadOf, type Handler } from './handler.ts';

/**
 * `<base>/command`: journaled, then acknowledged; understood and done later, outside the packet pipe, which would
 * otherwise miss its keepalive while the model thinks.
 */
export const onCommand: Handler<'command'> = async (context, packet) => {
  const { agent, log } = context;
  const arrival = arrivalOf(context, packet);
  if (packet.retain) {
    // It would be done again at every reconnect.
    const command = { id: randomUUID(), text: '', ...arrival };
    agent.answer(command, { outcome: 'refused', code: 'retained', reason: 'a command must not be retained; clear it' });
    return REASON.success;
  }
  const { response, notKept } = await agent.submit(payloadOf(packet), arrival);
  response.catch((error: unknown) => log.error({ error }, 'command'));
  if (notKept === undefined) return REASON.success;
  return notKept === 'quota' ? REASON.quota : REASON.implementation;
};
