import type { Handler } from './handler.ts';

/** `<base>/stop`: any payload. Acknowledged before the devices are safe, so that nothing waits behind it. */
export const onStop: Handler<'stop'> = async ({ agent, log }, packet) => {
  if (packet.retain) {
    log.warn('a retained stop is not heeded: it would disarm at every start; clear it');
    return;
  }
  agent.stop().catch((error: unknown) => log.error({ error }, 'stop'));
};
