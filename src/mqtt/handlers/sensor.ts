import { payloadOf, type Handler } from './handler.ts';

/** `<base>/sensor/<name>` or a configured topic: a reading. A bad one is logged and changes nothing. */
export const onSensor: Handler<'sensor'> = async ({ agent }, packet, { name }) => {
  if (name === undefined) agent.sensors.receive(packet.topic, payloadOf(packet));
  else agent.sensors.receiveNamed(name, payloadOf(packet));
};
