import { arrivalOf, payloadOf, type Handler } from './handler.ts';

/** `<base>/<thing>/set`: direct control. What it did is seen on the state and action topics, what it did not on response. */
export const onSet: Handler<'set'> = async (context, packet, { id }) => {
  if (packet.retain) {
    context.log.warn({ topic: packet.topic }, 'a retained set is not done: it would be done again at every reconnect');
    return;
  }
  // Not waited for: a movement takes its time, and the next packet may be a stop.
  void context.agent.set(id, payloadOf(packet), arrivalOf(context, packet));
};
