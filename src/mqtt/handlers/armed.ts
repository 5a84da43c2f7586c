import { randomUUID } from 'node:crypto';
import { arrivalOf, payloadOf, type Handler } from './handler.ts';

/** `<base>/armed/set`: `true` or `false`, nothing else. */
export const onArmed: Handler<'armed'> = async (context, packet) => {
  const { agent, log } = context;
  if (packet.retain) {
    log.warn('a retained armed/set is not heeded: it would arm at every start; clear it');
    return;
  }
  const word = Buffer.from(payloadOf(packet)).toString('utf8', 0, 16).trim();
  if (word === 'true' || word === 'false') {
    agent.arm(word === 'true').catch((error: unknown) => log.error({ error }, 'arm'));
    return;
  }
  const command = { id: randomUUID(), text: 'armed/set', ...arrivalOf(context, packet) };
  agent.answer(command, { outcome: 'refused', code: 'bad-argument', reason: 'armed/set takes true or false' });
};
