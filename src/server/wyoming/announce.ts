/** Tells the network by mDNS that there is a Wyoming server, so that Home Assistant finds it. */
import { isIPv4 } from 'node:net';
import type Library from 'bonjour-service';
import { TokonomaError, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';

export interface Announced {
  /** What it is called in the network: the node's name. */
  readonly name: string;
  readonly port: number;
  /** Where it listens. */
  readonly host: string;
  readonly log: Logger;
}

/**
 * Announces until the returned function is called, which says goodbye.
 * @throws TokonomaError `not-announced`
 */
export async function announce({ name, port, host, log }: Announced): Promise<() => Promise<void>> {
  const { Bonjour } = await loaded();
  const bonjour = new Bonjour({}, (error: Error) => log.warn({ error: messageOf(error) }, 'mDNS'));
  const service = bonjour.publish({ name, type: 'wyoming', protocol: 'tcp', port, disableIPv6: isIPv4(host) });
  service.on('error', (error: Error) => log.warn({ error: messageOf(error) }, 'mDNS'));
  return async () => {
    await new Promise<void>((resolve) => bonjour.unpublishAll(() => resolve()));
    await new Promise<void>((resolve) => bonjour.destroy(() => resolve()));
  };
}

async function loaded(): Promise<typeof Library> {
  try {
    return (await import('bonjour-service')).default;
  } catch (error) {
    const hint = 'Home Assistant finds it by host and port all the same; npm install bonjour-service announces it';
    throw new TokonomaError('not-announced', `mDNS needs the package bonjour-service: ${hint}`, { cause: error });
  }
}
