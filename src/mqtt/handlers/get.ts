import { randomUUID } from 'node:crypto';
import { arrivalOf, type Handler } from './handler.ts';

/** `<base>/<thing>/get`: the state is published again. */
export const onGet: Handler<'get'> = async (context, packet, { id }) => {
  const { agent } = context;
  const thing = agent.thing(id);
  if (thing !== undefined) context.publishState(thing);
  else agent.answer({ id: randomUUID(), text: `${id}/get`, ...arrivalOf(context, packet) }, agent.unknown(id));
};
