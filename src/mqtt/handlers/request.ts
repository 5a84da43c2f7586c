import { answerRequest } from '../requests.ts';
import { arrivalOf, payloadOf, type Handler } from './handler.ts';

/** `<base>/bridge/request/<op>`: answered on `<base>/bridge/response/<op>`, and where MQTT 5's requester wants it. */
export const onRequest: Handler<'request'> = async (context, packet, { op }) => {
  if (packet.retain) {
    context.log.warn({ topic: packet.topic }, 'a retained request is not heeded: it would come again; clear it');
    return;
  }
  const { reply } = arrivalOf(context, packet);
  // Not waited for: an operation may take its time, and the next packet may be a stop.
  void answerRequest(context.ops, op, payloadOf(packet)).then((response) => context.answerRequest(op, response, reply));
};
